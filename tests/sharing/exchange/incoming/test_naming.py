"""Who opened another Party's record stays at home, unless his Party chooses to name him to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cordillera import clock
from cordillera.access.session import acting_as
from cordillera.crypto import jws, strict
from cordillera.crypto.fields import written
from cordillera.parties import agreements
from cordillera.parties.models import Unit
from sharing.exchange import applying, naming, reporting, sequencing
from sharing.exchange.formats.statement import Named, Reader, Readers, ReportEntry, Withdrawal
from sharing.exchange.formats.statement import Report as Stated
from sharing.exchange.models import Channel, Item, Report
from sharing.records.models import Readership, Record
from tests.conftest import PASSWORD, Cast, alert_handling

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, record_of, send
from .test_reporting import NOW, mine, read  # noqa: F401 - a fixture


def choose(other: str = "US", wanted: bool = True) -> None:
    agreements.name_readers("MX", other, wanted=wanted)


def named() -> list[list[str]]:
    """Whom what waits for US names, by record."""
    with as_node():
        waiting = Report.objects.filter(event=Report.NAMED, item=None).order_by("id")
        return [[who["name"] for who in one.detail["readers"]] for one in waiting]


def came(us: Foreign, *parts: str, cast: Cast, **changes: Any) -> UUID:
    """A record of US's that these have opened, and that is tallied."""
    text = alert(us, "MX", **changes)
    send(us, [text])
    for part in parts:
        read(cast, part, record_of(text))
    reporting.tally("MX")
    return record_of(text)


def numbered() -> list[dict[str, Any]]:
    """What goes to US now, as it will be signed."""
    with as_node():
        channel = Channel.objects.get_or_create(
            sender="MX", recipient="US", defaults={"party": "MX"}
        )[0]
    sequencing.sequence(channel)
    with as_node():
        texts = Item.objects.filter(channel=channel).order_by("seq").values_list("text", flat=True)
        return [strict.read_object(strict.decode(jws.payload_part(text))) for text in texts]


def test_nobody_is_named_unless_the_party_chooses_to(us: Foreign, cast: Cast) -> None:
    choose("CA")
    came(us, "recipient", cast=cast)
    assert named() == []
    assert [one["type"] for one in numbered()] == ["report"]


def test_who_opens_it_after_the_choice_is_named_with_his_unit(us: Foreign, cast: Cast) -> None:
    cast.recipient.unit = Unit.objects.create(party_id="MX", name="Aduana de Nuevo Laredo")
    cast.recipient.save()
    choose()
    pk = came(us, "recipient", "recipient", "analyst", cast=cast)
    counts, names = numbered()
    assert counts["entries"][0]["officers"] == 2
    [entry] = names["entries"]
    assert entry["record"] == str(pk)
    assert [(one["name"], one["unit"]) for one in entry["readers"]] == [
        ("Mx Analyst", ""),
        ("Mx Officer", "Aduana de Nuevo Laredo"),
    ]
    assert set(entry["readers"][0]) == {"name", "unit", "at"}


def the_analyst_and_then_the_officer_are_named(cast: Cast, pk: UUID) -> None:
    """Each once he opened it, though the officer had opened it before."""
    read(cast, "analyst", pk)
    reporting.tally("MX")
    assert named() == [["Mx Analyst"]]
    read(cast, "recipient", pk)
    reporting.tally("MX")
    assert named() == [["Mx Officer", "Mx Analyst"]]


def test_who_opened_it_before_the_choice_was_not_told_and_is_not_named(
    us: Foreign, cast: Cast
) -> None:
    with clock.at(clock.now() - timedelta(days=1)):
        pk = came(us, "recipient", cast=cast)
    choose()
    the_analyst_and_then_the_officer_are_named(cast, pk)


def test_of_a_red_record_nobody_is_named(us: Foreign, cast: Cast) -> None:
    choose()
    handling = alert_handling("US", "MX", tlp="RED", named=[str(cast.recipient.pk)])
    came(us, "recipient", cast=cast, handling=handling)
    assert named() == []
    assert [one["type"] for one in numbered()] == ["report"]


def opened_while_red(us: Foreign, cast: Cast) -> tuple[UUID, str]:
    """A TLP:RED record that names the recipient came, and he opened it."""
    handling = alert_handling("US", "MX", tlp="RED", named=[str(cast.recipient.pk)])
    red = alert(us, "MX", reference="US-OA-2026-00001", handling=handling)
    assert outcomes(send(us, [red])) == ["applied"]
    read(cast, "recipient", record_of(red))
    return record_of(red), "US-OA-2026-00001"


def comes_again(us: Foreign, pk: UUID, reference: str) -> None:
    """Its second version, which is not RED."""
    again = alert(us, "MX", record=pk, number=2, reference=reference)
    assert outcomes(send(us, [again])) == ["applied"]


def test_who_opened_it_while_it_was_red_is_not_named_until_he_opens_a_later_version(
    us: Foreign, cast: Cast
) -> None:
    choose()
    pk, reference = opened_while_red(us, cast)
    reporting.tally("MX")
    comes_again(us, pk, reference)
    the_analyst_and_then_the_officer_are_named(cast, pk)


def test_only_the_opening_of_what_is_not_red_is_told(us: Foreign, cast: Cast) -> None:
    """He opened the RED version before, and opens it once more afterwards."""
    choose()
    pk, reference = opened_while_red(us, cast)
    comes_again(us, pk, reference)
    opened = clock.now() + timedelta(hours=1)
    with clock.at(opened):
        read(cast, "recipient", pk)
    with clock.at(opened + timedelta(hours=1)):
        read(cast, "recipient", pk, number=1)
    reporting.tally("MX")
    assert moments() == [written(opened)]


def moments() -> list[str]:
    """When those whom the next statement names opened it."""
    with as_node():
        [waiting] = Report.objects.filter(event=Report.NAMED, item=None)
        return [who["at"] for who in waiting.detail["readers"]]


def test_who_opened_a_red_version_that_was_taken_away_is_not_named(us: Foreign, cast: Cast) -> None:
    choose()
    pk, reference = opened_while_red(us, cast)
    ended(us, cast, pk, "withdrawn")
    comes_again(us, pk, reference)
    read(cast, "analyst", pk)
    reporting.tally("MX")
    assert named() == [["Mx Analyst"]]


def test_a_system_account_is_not_named(us: Foreign, cast: Cast) -> None:
    choose()
    pk = came(us, cast=cast)
    for part in ("analyst", "recipient"):
        read(cast, part, pk)
    cast.analyst.is_system = True
    cast.analyst.save()
    reporting.tally("MX")
    assert named() == [["Mx Officer"]]


def test_what_waits_does_not_leave_once_the_choice_is_withdrawn(us: Foreign, cast: Cast) -> None:
    choose()
    came(us, "recipient", cast=cast)
    choose(wanted=False)
    assert [one["type"] for one in numbered()] == ["report"]
    assert named() == []


def test_a_long_list_names_the_latest(us: Foreign, cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(naming, "MOST_READERS", 1)
    choose()
    came(us, "recipient", "analyst", cast=cast)
    assert named() == [["Mx Analyst"]]


@pytest.mark.parametrize("part", ["recipient", "analyst"])
def test_each_officer_is_told_on_the_record_that_he_is_named(
    us: Foreign, cast: Cast, client: Any, part: str
) -> None:
    pk = came(us, cast=cast)
    client.login(username=getattr(cast, part).username, password=PASSWORD)
    path = reverse("record", args=[pk])
    assert not client.get(path).context["names_reader"]
    choose()
    page = client.get(path)
    assert page.context["names_reader"]
    with translation.override("es"):
        words = _("Your name is shown to %(party)s when you open this record.")
    assert words % {"party": "US"} in page.content.decode()


def test_of_a_red_record_he_is_not_told_so(us: Foreign, cast: Cast, client: Any) -> None:
    choose()
    handling = alert_handling("US", "MX", tlp="RED", named=[str(cast.recipient.pk)])
    pk = came(us, cast=cast, handling=handling)
    client.login(username="mx.officer", password=PASSWORD)
    assert not client.get(reverse("record", args=[pk])).context["names_reader"]


# --- What ends it -------------------------------------------------------------------------------
def ended(us: Foreign, cast: Cast, pk: UUID, how: str) -> None:
    if how == "withdrawn":
        gone = us.state(Withdrawal(pk, "US-OA-2026-00001", "offence_alert", None, 1, "recalled"))
        assert outcomes(send(us, [gone])) == ["applied"]
        return
    handling = alert_handling("US", "MX", tlp="RED", named=[str(cast.recipient.pk)])
    red = alert(us, "MX", record=pk, number=2, reference="US-OA-2026-00001", handling=handling)
    assert outcomes(send(us, [red])) == ["applied"]


def names_kept() -> list[str]:
    """The statements and what waits that name a reader."""
    with as_node():
        texts = Item.objects.exclude(text="").values_list("text", flat=True)
        found = [strict.decode(jws.payload_part(text)).decode() for text in texts]
        found += [str(one.detail) for one in Report.objects.all()]
    return [text for text in found if "Mx " in text]


@pytest.mark.parametrize("how", ["withdrawn", "red"])
@pytest.mark.parametrize("outcome", [None, Item.QUEUED, Item.APPLIED])
def test_names_go_with_the_record(us: Foreign, cast: Cast, how: str, outcome: str | None) -> None:
    choose()
    pk = came(us, "recipient", cast=cast, reference="US-OA-2026-00001")
    if outcome is not None:
        numbered()
    if outcome == Item.APPLIED:
        with as_node():
            Item.objects.filter(type=Item.READERS).update(outcome=outcome)
    assert len(names_kept()) == (1 if outcome is None else 2)
    ended(us, cast, pk, how)
    assert names_kept() == []
    assert "readers" not in [one["type"] for one in sent_on()]
    read_again = reporting.tally("MX")
    assert (read_again, named()) == (0, [])


def sent_on() -> list[dict[str, Any]]:
    """Every statement that has yet to leave, once the rest is numbered."""
    with as_node():
        channel = Channel.objects.get_or_create(
            sender="MX", recipient="US", defaults={"party": "MX"}
        )[0]
    sequencing.sequence(channel)
    with as_node():
        texts = Item.objects.filter(channel=channel, outcome="").exclude(text="").order_by("seq")
        found = texts.values_list("text", flat=True)
        return [strict.read_object(strict.decode(jws.payload_part(text))) for text in found]


def test_others_in_the_same_statement_are_told_of_once_more(us: Foreign, cast: Cast) -> None:
    choose()
    pk = came(us, "recipient", cast=cast, reference="US-OA-2026-00001")
    other = came(us, "analyst", cast=cast, reference="US-OA-2026-00002")
    assert len(numbered()[1]["entries"]) == 2
    ended(us, cast, pk, "withdrawn")
    [told] = [one for one in sent_on() if one["type"] == "readers"]
    assert [entry["record"] for entry in told["entries"]] == [str(other)]


# --- At the originator --------------------------------------------------------------------------
def told(us: Foreign, pk: UUID, *readers: Reader) -> list[str]:
    counts = Stated((ReportEntry(pk, 1, "read", NOW, opened=4, officers=2),))
    return outcomes(send(us, [us.state(counts), us.state(Readers((Named(pk, readers),)))]))


def kept() -> list[dict[str, Any]]:
    with as_node():
        rows = list(Readership.objects.all())
    return rows[0].readers if rows else []


ANN, BEN = Reader("Ann Example", "Laredo", NOW), Reader("Ben Example", "", NOW)


def test_those_who_were_named_stand_below_the_counts(
    us: Foreign,
    mine: Record,  # noqa: F811
    client: Any,
) -> None:
    assert told(us, mine.pk, ANN, BEN) == ["applied", "applied"]
    client.login(username="mx.officer", password=PASSWORD)
    page = client.get(reverse("record-history", args=[mine.pk])).content.decode()
    assert page.index("Ann Example") < page.index("Ben Example")
    assert "Laredo" in page


def test_what_was_told_before_stays_and_a_later_opening_counts(
    us: Foreign,
    mine: Record,  # noqa: F811
) -> None:
    later = NOW + timedelta(hours=1)
    told(us, mine.pk, ANN, BEN)
    told(us, mine.pk, Reader("Ben Example", "", later))
    report = Stated((ReportEntry(mine.pk, 1, "read", NOW, opened=9, officers=3),))
    send(us, [us.state(report)])
    assert [(one["name"], one["at"][11:13]) for one in kept()] == [
        ("Ben Example", "23"),
        ("Ann Example", "22"),
    ]


def test_a_party_names_readers_of_its_own_copies_alone(
    us: Foreign,
    ca: Foreign,
    mine: Record,  # noqa: F811
) -> None:
    names = Readers((Named(mine.pk, (ANN,)), Named(uuid4(), (BEN,))))
    assert outcomes(send(ca, [ca.state(names)])) == ["applied"]
    assert outcomes(send(us, [us.state(names)])) == ["applied"]
    with as_node():
        assert not Readership.objects.exists()


def test_names_of_a_red_record_are_not_kept(us: Foreign, mine: Record) -> None:  # noqa: F811
    with acting_as(as_node_identity()):
        Record.objects.filter(pk=mine.pk).update(tlp="RED")
    told(us, mine.pk, ANN)
    assert kept() == []


def as_node_identity() -> Any:
    from cordillera.access.identity import Identity

    return Identity.of_node("MX")


def test_names_of_a_deleted_record_are_not_kept(us: Foreign, mine: Record) -> None:  # noqa: F811
    with acting_as(as_node_identity()):
        Record.objects.filter(pk=mine.pk).update(state="deleted")
    told(us, mine.pk, ANN)
    assert kept() == []


@pytest.mark.parametrize("number_given", [False, True])
def test_names_go_at_once_when_the_choice_is_withdrawn(
    us: Foreign, cast: Cast, number_given: bool
) -> None:
    """Also where nothing leaves for long: the channel may be paused, and US away."""
    choose()
    came(us, "recipient", cast=cast)
    if number_given:
        numbered()
    choose(wanted=False)
    assert names_kept() == []


@pytest.mark.parametrize("why", ["unknown-kind", "bad-signature", "malformed"])
def test_a_refused_statement_is_kept_without_the_names(
    us: Foreign,
    mine: Record,  # noqa: F811
    monkeypatch: Any,
    why: str,
) -> None:
    text = us.state(Readers((Named(mine.pk, (ANN,)),)))
    if why == "unknown-kind":
        monkeypatch.delitem(applying.HANDLERS, Item.READERS)
    elif why == "bad-signature":
        text = text[:-4] + ("AAAA" if text[-4:] != "AAAA" else "BBBB")
    else:
        content = Readers((Named(mine.pk, (ANN,)),))
        monkeypatch.setattr(Readers, "to_fields", lambda self: {"entries": "Ann Example"})
        text = us.state(content)
    assert outcomes(send(us, [text])) == [why]
    with as_node():
        assert Item.objects.get(outcome=Item.REFUSED).text == ""
