"""On a hub a file is seen by who was brought a version that lists it, in whatever order they came."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import agreements, peers
from sharing.exchange import fetching, replaying
from sharing.exchange.formats.statement import AttachmentKey, Withdrawal
from sharing.exchange.models import Item, Report
from sharing.records import queries
from sharing.records.attachments import reading
from sharing.records.attachments.models import Attachment
from tests.conftest import Cast

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, record_of, send
from .test_files import Files, again

REF = "US-OA-2026-00001"
PLAIN = b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n" + bytes(100)
#: Makes a version of the record: its number, its recipients, its files.
Make = Callable[..., str]


class ForCanada(Files):
    """Its chunks, to whoever of the node asks for them."""

    def post_file(self, address: str, text: str) -> tuple[int, bytes]:
        return 200, self.chunks[0]


@pytest.fixture
def hosted() -> list[str]:
    return ["MX", "CA"]


@pytest.fixture
def files(us: Foreign, tmp_path: Path, settings: Any) -> Files:
    settings.MEDIA_ROOT, settings.CLAMD_URL = tmp_path, ""
    peers.set_address("US", "http://127.0.0.1:9")
    return ForCanada(us, PLAIN, name="for-canada-only.pdf")


@pytest.fixture
def make(us: Foreign) -> Make:
    """The first version is brought to both; then MX is left out, and gets what comes after."""
    first = alert(us, "MX", "CA", reference=REF)
    pk = record_of(first)
    for party in ("MX", "CA"):
        assert outcomes(send(us, [first], to=party)) == ["applied"]

    def make(number: int, *to: str, attachments: Any = None) -> str:
        more = {"attachments": attachments} if attachments else {}
        return alert(us, *to, record=pk, number=number, reference=REF, **more)

    return make


def withdrawn(us: Foreign, text: str, number: int, why: str) -> str:
    return us.state(Withdrawal(record_of(text), REF, "offence_alert", None, number, why))


def bring(us: Foreign, files: Files, two: str, three: str) -> None:
    """MX has the third version when CA is brought the second one, with its file."""
    gone = withdrawn(us, two, 1, "narrowed")
    assert outcomes(send(us, [gone, three], to="MX")) == ["applied"] * 2
    key = us.state(AttachmentKey(record_of(two), 2, files.id, files.key))
    assert outcomes(send(us, [two, key], to="CA")) == ["applied"] * 2


@pytest.mark.parametrize("refused", [False, True], ids=["on its way to CA", "refused by CA"])
def test_a_file_that_was_never_for_mx_is_not_seen_there(
    us: Foreign, files: Files, make: Make, cast: Cast, refused: bool
) -> None:
    two, three = make(2, "CA", attachments=[files.listed]), make(3, "MX", "CA")
    bring(us, files, two, three)
    if refused:
        agreements.change("CA", "US", highest_tlp="GREEN", kinds=None, personal_data=True)
        assert outcomes(send(us, [three], to="CA")) == ["over-ceiling"]
    fetching.fetch_all("CA", files)
    for officer, names in ((cast.recipient, []), (cast.outsider, ["for-canada-only.pdf"])):
        me = cast.identity("recipient" if officer == cast.recipient else "outsider")
        with acting_as(me):
            record = queries.get(me, record_of(two))
            assert [one.name for one in reading.seen(me, record)] == names
            assert [one.name for one in Attachment.objects.all()] == names
            assert record.current
            assert queries.signature(record.current)["verified"]
        client = Client()
        client.force_login(officer)
        page = client.get(reverse("record", args=[record_of(two)])).content.decode()
        assert ("for-canada-only" in page) == bool(names)


def test_taken_from_the_only_one_who_had_it_a_file_is_destroyed(
    us: Foreign, files: Files, make: Make
) -> None:
    two = make(2, "CA", attachments=[files.listed])
    bring(us, files, two, make(3, "MX"))
    fetching.fetch_all("CA", files)
    assert outcomes(send(us, [withdrawn(us, two, 2, "recalled")], to="CA")) == ["applied"]
    with as_node("CA", sender="US"):
        assert Attachment.objects.get().state == Attachment.PURGED


def test_a_file_that_comes_again_ends_where_it_did(us: Foreign, files: Files, make: Make) -> None:
    two = make(2, "CA", attachments=[files.listed])
    bring(us, files, two, make(3, "MX"))
    send(us, [withdrawn(us, two, 2, "recalled")], to="CA")
    assert outcomes(send(us, [two], to="CA")) == ["applied"]
    with as_node("CA", sender="US"):
        file = Attachment.objects.get()
        assert (file.state, file.since, file.until) == (Attachment.ARRIVING, 2, 3)


def test_a_version_says_when_a_file_stands_at_it_that_it_does_not_list(
    us: Foreign, files: Files, make: Make, cast: Cast
) -> None:
    two = make(2, "CA", attachments=[files.listed])
    bring(us, files, two, make(3, "MX"))
    with as_node("CA", sender="US"):
        Attachment.objects.update(until=None)
    me = cast.identity("recipient")
    with acting_as(me):
        record = queries.get(me, record_of(two))
        assert record.current
        assert not queries.signature(record.current)["verified"]


@pytest.mark.parametrize(
    "refused", [False, True], ids=["late at CA", "refused there, then replayed"]
)
def test_a_file_that_another_party_was_brought_first_is_the_same_file(
    us: Foreign, files: Files, make: Make, cast: Cast, refused: bool
) -> None:
    """The third version, which MX alone was brought, lists the file as the second one does."""
    two = make(2, "CA", attachments=[files.listed])
    gone, three = withdrawn(us, two, 1, "narrowed"), make(3, "MX", attachments=[files.listed])
    if refused:
        agreements.change("CA", "US", highest_tlp="GREEN", kinds=None, personal_data=True)
        assert outcomes(send(us, [two], to="CA")) == ["over-ceiling"]
    assert outcomes(send(us, [gone, three], to="MX")) == ["applied"] * 2
    if refused:
        agreements.change("CA", "US", highest_tlp="RED", kinds=None, personal_data=True)
        with as_node("CA"):
            item = Item.objects.select_related("channel").get(outcome=Item.REFUSED)
        assert replaying.replay(item, Identity.of_node("CA")).outcome == Item.APPLIED
    else:
        assert outcomes(send(us, [two], to="CA")) == ["applied"]
    for party in ("MX", "CA"):
        with as_node(party):
            assert (Attachment.objects.get().since, Attachment.objects.get().until) == (2, None)


def room_told() -> dict[str, list[tuple[int, str]]]:
    """What each Party told the originator of its files: of which version, and what."""
    found = {}
    for party in ("MX", "CA"):
        with as_node(party):
            rows = Report.objects.filter(event__in=("refused", "applied")).order_by("id")
            found[party] = list(rows.values_list("number", "event"))
    return found


def fetch_by(files: Files, *parties: str) -> None:
    for party in parties:
        fetching.fetch_all(party, files)
        again()


def test_each_party_tells_that_a_file_waits_for_room_and_that_it_does_no_more(
    us: Foreign, files: Files, make: Make, settings: Any
) -> None:
    settings.ATTACHMENT_ORIGINATOR_BYTES = 1
    two = make(2, "MX", "CA", attachments=[files.listed])
    key = us.state(AttachmentKey(record_of(two), 2, files.id, files.key))
    assert outcomes(send(us, [two, key], to="MX")) == ["applied"] * 2
    fetch_by(files, "MX")
    assert room_told() == {"MX": [(2, "refused")], "CA": []}
    assert outcomes(send(us, [two, key], to="CA")) == ["applied"] * 2
    fetch_by(files, "CA", "MX", "CA")
    assert room_told() == {"MX": [(2, "refused")], "CA": [(2, "refused")]}
    settings.ATTACHMENT_ORIGINATOR_BYTES = 10**9
    fetch_by(files, "CA", "MX")
    both = [(2, "refused"), (2, "applied")]
    assert room_told() == {"MX": both, "CA": both}


def test_each_party_tells_so_of_the_version_that_it_was_brought(
    us: Foreign, files: Files, make: Make, settings: Any
) -> None:
    """CA had the file with the second version, MX with the third."""
    settings.ATTACHMENT_ORIGINATOR_BYTES = 1
    two, three = (
        make(2, "CA", attachments=[files.listed]),
        make(3, "MX", "CA", attachments=[files.listed]),
    )
    for number, party, text in ((2, "CA", two), (3, "MX", three)):
        key = us.state(AttachmentKey(record_of(two), number, files.id, files.key))
        assert outcomes(send(us, [text, key], to=party)) == ["applied"] * 2
    fetch_by(files, "MX", "CA")
    assert room_told() == {"MX": [(3, "refused")], "CA": [(2, "refused")]}
    settings.ATTACHMENT_ORIGINATOR_BYTES = 10**9
    fetch_by(files, "MX", "CA")
    assert room_told() == {
        "MX": [(3, "refused"), (3, "applied")],
        "CA": [(2, "refused"), (2, "applied")],
    }


def test_who_was_withdrawn_the_version_does_not_tell_that_its_files_have_room_now(
    us: Foreign, files: Files, make: Make, settings: Any
) -> None:
    settings.ATTACHMENT_ORIGINATOR_BYTES = 1
    two = make(2, "MX", "CA", attachments=[files.listed])
    key = us.state(AttachmentKey(record_of(two), 2, files.id, files.key))
    for party in ("MX", "CA"):
        assert outcomes(send(us, [two, key], to=party)) == ["applied"] * 2
        fetch_by(files, party)
    assert outcomes(send(us, [withdrawn(us, two, 2, "narrowed")], to="MX")) == ["applied"]
    settings.ATTACHMENT_ORIGINATOR_BYTES = 10**9
    fetch_by(files, "CA")
    assert room_told() == {"MX": [(2, "refused")], "CA": [(2, "refused"), (2, "applied")]}
