"""The small components say what they should, in words and in markup."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from lucide import IconDoesNotExist

from cordillera import clock
from cordillera.access.identity import Identity

MOMENT = datetime(2026, 11, 21, 20, 2, tzinfo=UTC)
MEXICAN = Identity(party="MX", account=None, name="")


def shown(source: str, **context: object) -> str:
    return Template("{% load web %}" + source).render(Context(context))


@pytest.fixture(autouse=True)
def monterrey() -> object:
    with timezone.override(zoneinfo.ZoneInfo("America/Monterrey")), clock.at(MOMENT):
        yield


def test_a_moment_is_local_with_utc_in_the_title() -> None:
    html = shown("{% when moment %}", moment=MOMENT)
    assert "21 Nov, 14:02" in html
    assert 'title="2026-11-21 20:02 UTC"' in html
    assert 'datetime="2026-11-21T20:02:00+00:00"' in html


def test_the_long_form_writes_utc_beside() -> None:
    assert "21 Nov 2026, 14:02 CST (20:02 UTC)" in shown("{% when moment 'long' %}", moment=MOMENT)


def test_the_long_form_gives_the_day_where_utc_has_another() -> None:
    late = MOMENT + timedelta(hours=6)
    assert "20:02 CST (2026-11-22 02:02 UTC)" in shown("{% when moment 'long' %}", moment=late)


def test_months_follow_the_language() -> None:
    with translation.override("es"):
        assert "21 nov 2026" in shown("{% day moment %}", moment=MOMENT.date())
    with translation.override("fr"):
        assert "1er juil. 2027" in shown("{% day moment %}", moment=date(2027, 7, 1))


@pytest.mark.parametrize(
    ("before", "words"),
    [(30, "now"), (240, "4 min"), (3 * 3600, "3 h"), (50 * 3600, "2 d"), (-7200, "in 2 h")],
)
def test_distances_are_short(before: int, words: str) -> None:
    moment = MOMENT - timedelta(seconds=before)
    assert f">{words}</time>" in shown("{% ago moment %}", moment=moment)


def test_a_distant_moment_is_a_day() -> None:
    assert "1 Jan 2025" in shown("{% ago moment %}", moment=datetime(2025, 1, 1, 12, tzinfo=UTC))


def test_a_party_is_named_in_the_title_and_marked_as_yours() -> None:
    html = shown("{% party 'MX' %}{% party 'CA' 'name' %}", identity=MEXICAN)
    assert 'class="party you" data-party="MX"' in html
    assert 'title="Mexico"' in html
    assert "Canada" in html


def test_labels_are_escaped() -> None:
    assert "&lt;b&gt;" in shown("{% chip label %}", label="<b>")


def test_an_unknown_state_shows_its_code() -> None:
    assert "odd" in shown("{% state 'odd' %}")


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in shown("{% icon 'bell' %}")
    assert 'aria-label="Bell"' in shown("{% icon 'bell' 'Bell' %}")


def test_an_unknown_icon_fails_loudly() -> None:
    with pytest.raises(IconDoesNotExist):
        shown("{% icon 'no-such-icon' %}")
