"""Moments and days in words: the reader's zone first, UTC beside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as words_of
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cordillera import clock

MINUTE, HOUR, DAY = 60, 3600, 86400


def local(moment: datetime) -> datetime:
    return timezone.localtime(moment)


def utc_words(moment: datetime) -> str:
    """As 2026-11-21 20:02 UTC, the same in each language."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def words(moment: datetime, form: str = "short") -> str:
    """short: 21 Nov, 14:02 (with the year when it is not this one); long: with zone and UTC;
    time: 14:02 CST; day: 21 Nov 2026."""
    here = local(moment)
    if form == "time":
        return f"{here:%H:%M} {here.tzname()}"
    if form == "day":
        return day_words(here.date())
    if form == "long":
        beside = _beside(here)
        return f"{day_words(here.date())}, {here:%H:%M} {here.tzname()}{beside}"
    this_year = here.year == local(clock.now()).year
    return f"{day_words(here.date(), with_year=not this_year)}, {here:%H:%M}"


def _beside(here: datetime) -> str:
    if here.utcoffset() == timedelta(0):
        return ""
    there = here.astimezone(UTC)
    pattern = "%H:%M UTC" if there.date() == here.date() else "%Y-%m-%d %H:%M UTC"
    return f" ({there.strftime(pattern)})"


def element(moment: datetime, form: str = "short") -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        utc_words(moment),
        words(moment, form),
    )


#: Spanish and French write their months small; three letters are not enough for juin and juillet.
MONTHS = {"es": "b", "fr": "N"}


def day_words(value: date, with_year: bool = True) -> str:
    """21 Nov 2026, 21 nov 2026, 21 nov. 2026."""
    language = (get_language() or "en")[:2]
    number = "1\\e\\r" if language == "fr" and value.day == 1 else "j"
    pattern = f"{number} {MONTHS.get(language, 'M')}"
    return words_of(value, f"{pattern} Y" if with_year else pattern)


def distance(moment: datetime, now: datetime) -> str:
    """4 min, 3 h, 2 d, then the day; in the future with “in”."""
    seconds = int((now - moment).total_seconds())
    if abs(seconds) >= 30 * DAY:
        return words(moment, "day")
    short = _short(abs(seconds))
    if seconds >= 0 or abs(seconds) < MINUTE:
        return short
    return _("in %(time)s") % {"time": short}


def _short(seconds: int) -> str:
    if seconds < MINUTE:
        return _("now")
    if seconds < HOUR:
        return _("%(count)s min") % {"count": seconds // MINUTE}
    if seconds < DAY:
        return _("%(count)s h") % {"count": seconds // HOUR}
    return _("%(count)s d") % {"count": seconds // DAY}
