"""The watch's pages, for the standing cast."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from audit import log
from audit.models import Entry
from cordillera.access.session import acting_as
from sharing.oversight.models import Notice, Thresholds, UnitHours
from sharing.oversight.watching import actions
from sharing.oversight.watching.steps import limits_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(low: None, reads: Any, look: Any, seen: Any) -> Notice:
    reads(7)
    look()
    [found] = seen()
    return found


@pytest.fixture
def auditor(cast: Any) -> Client:
    client = Client()
    client.force_login(cast.auditor)
    return client


@pytest.mark.parametrize(
    "part", ["originator", "colleague", "recipient", "outsider", "analyst", "admin"]
)
def test_nobody_but_an_auditor_opens_them(
    cast: Any, notice: Notice, client: Client, part: str
) -> None:
    client.force_login(getattr(cast, part))
    pages = [
        reverse("watch"),
        reverse("watch-thresholds"),
        reverse("watch-notice", args=[notice.pk]),
    ]
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]
    assert client.post(reverse("watch-close", args=[notice.pk])).status_code == 403


def test_underneath_the_rows_are_hidden_too(cast: Any, notice: Notice) -> None:
    for part in ("originator", "recipient", "analyst", "admin"):
        with acting_as(cast.identity(part)):
            assert not Notice.objects.exists()
            assert not Thresholds.objects.exists()


def test_an_auditor_does_not_see_a_notice_about_himself(
    cast: Any, low: None, reads: Any, look: Any, seen: Any, auditor: Client
) -> None:
    reads(3, part="auditor", tag="access:refuse")
    assert look() == 1
    assert seen() == []
    with acting_as(cast.identity("auditor")):
        assert not Notice.objects.exists()


def test_the_list_and_the_notice_name_entries_and_no_title(
    cast: Any, notice: Notice, auditor: Client
) -> None:
    page = auditor.get(reverse("watch")).content.decode()
    assert cast.recipient.name in page
    page = auditor.get(reverse("watch-notice", args=[notice.pk])).content.decode()
    assert page.count("US-OA-2026-") >= 7
    assert reverse("audit-log") in page


def test_a_notice_speaks_in_words_and_not_in_the_log_s_names(
    cast: Any, low: None, look: Any, seen: Any, auditor: Client
) -> None:
    me = cast.identity("recipient")
    with acting_as(me):
        for n in range(3):
            detail = {"permission": "record.approve", "path": "/records/"}
            log.write("access:refuse", actor=me, about=f"record {n}", detail=detail)
        listed = {"references": [f"US-OA-2026-{n:05d}" for n in range(7)]}
        log.write("record:list", actor=me, detail=listed)
    assert look() == 2
    pages = [auditor.get(reverse("watch-notice", args=[one.pk])) for one in seen()]
    said = "".join(page.content.decode() for page in pages)
    for raw in ("record.approve", "access:refuse", "record:list"):
        assert raw not in said
    rows = [row for page in pages for row in page.context["rows"]]
    assert [row.about[:2] for row in rows if row.entry.tag == "record:list"] == ["7 "]


def test_a_notice_is_closed_with_an_outcome_and_a_note(
    cast: Any, notice: Notice, auditor: Client, seen: Any
) -> None:
    address = reverse("watch-close", args=[notice.pk])
    wrong = auditor.post(address, {"note": "Half typed"})
    assert wrong.status_code == 422
    assert "outcome-error" in wrong.content.decode()
    assert "Half typed" in wrong.content.decode()
    assert (
        auditor.post(address, {"outcome": "talked", "note": "A joint operation."}).status_code
        == 302
    )
    [closed] = seen()
    assert (closed.outcome, closed.closed_by) == ("talked", cast.auditor.pk)
    assert auditor.post(address, {"outcome": "talked", "note": "Twice."}).status_code == 409
    with acting_as(cast.identity("auditor")):
        assert Entry.objects.filter(tag="watch:close", about=str(notice.pk)).count() == 1


def values(**changes: Any) -> dict[str, Any]:
    given = {
        "per_hour": 30,
        "per_day": 90,
        "usual_factor": 4,
        "usual_least": 20,
        "out_of_hours": 10,
        "off_subject": 15,
        "refusals": 5,
        "refusal_minutes": 10,
        "system_per_hour": 1000,
        "system_per_day": 5000,
        "opens_at": "07:00",
        "closes_at": "19:00",
        "days": ["0", "1", "2"],
    }
    return {**given, **changes}


def test_thresholds_are_set_and_the_log_says_what_changed(cast: Any, auditor: Client) -> None:
    assert auditor.post(reverse("watch-thresholds"), values()).status_code == 302
    with acting_as(cast.identity("auditor")):
        assert limits_of("MX").per_hour == 30
        detail = Entry.objects.get(tag="watch:set").detail
    assert (detail["per_hour"], detail["usual_factor"]) == ("30", "4")


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_hour": 1},
        {"per_day": 25},
        {"refusals": "x"},
        {"days": []},
        {"closes_at": "07:00"},
        {"system_per_day": 500},
        {"usual_least": 95},
    ],
)
@pytest.mark.parametrize("pressed", [{}, {"try": "1"}], ids=["set", "try"])
def test_bounds_hold_and_the_error_stands_at_its_field(
    cast: Any, auditor: Client, wrong: dict[str, Any], pressed: dict[str, str]
) -> None:
    answer = auditor.post(reverse("watch-thresholds"), values(**wrong, **pressed))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)
    assert answer.context["tried"] is None
    form = answer.context["form"]
    for name, given in values(**wrong).items():
        assert form[name].value() == (given if isinstance(given, list) else str(given))
    [name] = wrong
    page = answer.content.decode()
    assert f'id="id_{name}_error"' in page or name == "days"
    with acting_as(cast.identity("auditor")):
        assert limits_of("MX").per_hour == 40


def test_trying_thresholds_changes_nothing(cast: Any, notice: Notice, auditor: Client) -> None:
    answer = auditor.post(reverse("watch-thresholds"), values(per_hour=6, **{"try": "1"}))
    assert answer.status_code == 200
    assert answer.context["tried"]["total"] == 1
    with acting_as(cast.identity("auditor")):
        assert limits_of("MX").per_hour == 5


def test_a_unit_has_hours_of_its_own_or_the_party_s(cast: Any, auditor: Client) -> None:
    from cordillera.parties.models import Unit

    unit = Unit.objects.create(party_id="MX", name="Aduana de Nuevo Laredo", port="MXNLD")
    address = reverse("watch-hours", args=[unit.pk])
    given = {
        "time_zone": "America/Matamoros",
        "always": "on",
        "opens_at": "06:00",
        "closes_at": "20:00",
    }
    assert auditor.post(address, given).status_code == 302
    with acting_as(cast.identity("auditor")):
        assert UnitHours.objects.get(unit=unit).always
    assert auditor.post(address, {"reset": "1"}).status_code == 302
    with acting_as(cast.identity("auditor")):
        assert not UnitHours.objects.exists()


def test_another_party_s_unit_is_not_found(cast: Any, auditor: Client) -> None:
    from cordillera.parties.models import Unit

    unit = Unit.objects.create(party_id="US", name="Laredo")
    assert auditor.get(reverse("watch-hours", args=[unit.pk])).status_code == 404


def test_an_officer_cannot_set_thresholds_by_the_action(cast: Any) -> None:
    from cordillera.access.decide import Refused

    with acting_as(cast.identity("recipient")), pytest.raises(Refused):
        actions.set_thresholds(by=cast.identity("recipient"), values={})


def test_closing_without_a_note_is_refused_underneath(cast: Any, notice: Notice) -> None:
    auditor = cast.identity("auditor")
    with acting_as(auditor), pytest.raises(ValidationError):
        actions.close(by=auditor, notice=notice, outcome="talked", note=" ")


def test_the_list_asks_the_same_however_long_it_is(
    cast: Any, notice: Notice, auditor: Client, django_assert_max_num_queries: Any
) -> None:
    auditor.get(reverse("watch"))
    with django_assert_max_num_queries(24):
        auditor.get(reverse("watch"))


def test_the_notification_leads_to_the_notice(cast: Any, notice: Notice, auditor: Client) -> None:
    page = auditor.get(reverse("notifications"))
    [line] = page.context["lines"]
    assert line.url == reverse("watch-notice", args=[notice.pk])


def test_the_first_page_has_its_panel(notice: Notice, auditor: Client) -> None:
    page = auditor.get(reverse("oversight"))
    assert "watch" in {shown.panel.name for shown in page.context["panels"]}
