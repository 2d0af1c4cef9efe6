"""A name that its Party left may be another node's, which begins anew under it."""

from __future__ import annotations

import pytest

from audit import cosigning, findings, keys, noticing, witness
from audit.database import whole_log
from audit.models import Finding, Seen, Witnessed
from tests.sharing.exchange.foreign_log import ForeignLog

from .conftest import Write

NAME = "us.example/audit"
pytestmark = pytest.mark.django_db


def announce(party: str, *logs: ForeignLog) -> None:
    keys.announced(party, [key for log in logs for key in (*log.keys().log, *log.keys().witness)])


def add(log: ForeignLog, old: int, size: int) -> int:
    return witness.add_checkpoint(log.body(old, size)).status


def held() -> dict[str, int]:
    with whole_log():
        return dict(Witnessed.objects.values_list("origin", "size"))


@pytest.fixture
def squatter() -> ForeignLog:
    """CA's log, under the name that US will have."""
    log = ForeignLog(NAME, word="squatter")
    announce("CA", log)
    assert add(log, 0, 30) == 200
    return log


@pytest.fixture
def owner(squatter: ForeignLog) -> ForeignLog:
    """US has the name by now."""
    announce("CA", ForeignLog("ca.example/audit"))
    log = ForeignLog(NAME)
    announce("US", log)
    return log


def test_who_has_the_name_next_begins_anew_and_is_not_blamed(
    squatter: ForeignLog, owner: ForeignLog
) -> None:
    assert keys.logs() == {NAME: ["US"], "ca.example/audit": ["CA"]}
    assert add(owner, 0, 10) == 200
    assert add(owner, 10, 30) == 200
    assert witness.add_checkpoint(squatter.body(30, 31)).status == 403
    with whole_log():
        assert not Finding.objects.exists()
    assert held() == {f"{NAME} CA": 30, NAME: 30}
    told = [note for note in noticing.shared(9, 4096) if note.startswith(f"{NAME}\n")]
    assert told == [owner.note(30)]


def test_who_comes_back_to_his_name_goes_on_from_where_he_was(
    squatter: ForeignLog, owner: ForeignLog
) -> None:
    """Else a log that was rewritten would have been forgotten by leaving its name for a while."""
    assert add(owner, 0, 10) == 200
    announce("US")
    announce("CA", squatter)
    assert add(squatter.forked(), 0, 40) == 409
    assert add(squatter.forked(), 30, 40) == 422
    assert add(squatter, 30, 40) == 200
    assert held() == {NAME: 40, f"{NAME} US": 10}


def test_what_was_noticed_of_the_former_one_says_nothing_of_the_next(squatter: ForeignLog) -> None:
    assert noticing.notice(squatter.forked().note(20).encode()) == "unproved"

    def nothing(old: int, new: int) -> list[bytes]:
        raise OSError("no answer")

    noticing.prove_seen(NAME, nothing, noticing.PATIENCE * 0)
    assert findings.is_open(NAME, findings.WILL_NOT_PROVE)
    announce("CA")
    owner = ForeignLog(NAME)
    announce("US", owner)
    assert not findings.is_open(NAME, findings.WILL_NOT_PROVE)
    assert add(owner, 0, 25) == 200
    assert noticing.prove_seen(NAME, owner.proof) == 0
    with whole_log():
        assert list(Seen.objects.values_list("origin", flat=True)) == [f"{NAME} CA"]


def test_a_cosignature_counts_for_who_gave_it_and_for_nobody_after(
    grown: object, write: Write, squatter: ForeignLog
) -> None:
    name = f"{NAME}/witness"

    def ask(by: ForeignLog) -> str:
        return cosigning.collect_from(name, lambda _, body: by.cosign(body)).state

    assert ask(squatter) == "cosigned"
    announce("CA")
    owner = ForeignLog(NAME)
    announce("US", owner)
    with whole_log():
        assert cosigning.witnesses_of(12) == []
    assert ask(owner) == "cosigned"
    with whole_log():
        assert cosigning.witnesses_of(12) == [name]


def test_a_key_that_was_distrusted_by_hand_frees_no_name(squatter: ForeignLog) -> None:
    assert keys.distrust(squatter.keys().log[0])
    with pytest.raises(keys.Taken):
        announce("US", ForeignLog(NAME))


def test_the_database_sets_nothing_aside_of_a_name_that_somebody_has(squatter: ForeignLog) -> None:
    with pytest.raises(Exception, match="never goes back"), whole_log():
        Witnessed.objects.filter(pk=NAME).update(origin=f"{NAME} CA")


def test_nor_is_a_key_believed_before_what_was_set_aside_is_back(squatter: ForeignLog) -> None:
    announce("CA")
    with whole_log():
        Witnessed.objects.filter(pk=NAME).update(origin=f"{NAME} CA")
    with pytest.raises(Exception, match="still set aside"), whole_log():
        keys.TrustedKey.objects.filter(name=NAME).update(retired_at=None)


@pytest.mark.parametrize("there", ["ca.example/audit", f"{NAME} CA x", f"{NAME}x CA", "CA"])
def test_nothing_is_set_aside_anywhere_else(squatter: ForeignLog, there: str) -> None:
    announce("CA")
    with pytest.raises(Exception, match="never goes back"), whole_log():
        Witnessed.objects.filter(pk=NAME).update(origin=there)
