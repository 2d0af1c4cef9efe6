"""A notice in a sentence."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import ngettext

from ..models import Notice


def found_words(notice: Notice) -> str:
    """What was found, and what it is held against."""
    return SAID[notice.rule](notice) % {"count": notice.count, "limit": notice.limit}


def _hour(notice: Notice) -> str:
    return ngettext(
        "%(count)d record within an hour; more than %(limit)d are told.",
        "%(count)d records within an hour; more than %(limit)d are told.",
        notice.count,
    )


def _day(notice: Notice) -> str:
    return ngettext(
        "%(count)d record in a day; more than %(limit)d are told.",
        "%(count)d records in a day; more than %(limit)d are told.",
        notice.count,
    )


def _usual(notice: Notice) -> str:
    return ngettext(
        "%(count)d record in a day; by what is usual for this officer, %(limit)d are the most.",
        "%(count)d records in a day; by what is usual for this officer, %(limit)d are the most.",
        notice.count,
    )


def _hours(notice: Notice) -> str:
    return ngettext(
        "%(count)d record in a day outside the working hours; %(limit)d or more are told.",
        "%(count)d records in a day outside the working hours; %(limit)d or more are told.",
        notice.count,
    )


def _subject(notice: Notice) -> str:
    return ngettext(
        "%(count)d record in a day that concerns other ports only; %(limit)d or more are told.",
        "%(count)d records in a day that concern other ports only; %(limit)d or more are told.",
        notice.count,
    )


def _refused(notice: Notice) -> str:
    return ngettext(
        "%(count)d refused attempt in a series; %(limit)d or more are told.",
        "%(count)d refused attempts in a series; %(limit)d or more are told.",
        notice.count,
    )


SAID: dict[str, Callable[[Notice], str]] = {
    Notice.HOUR: _hour,
    Notice.DAY: _day,
    Notice.USUAL: _usual,
    Notice.HOURS: _hours,
    Notice.SUBJECT: _subject,
    Notice.REFUSED: _refused,
}
