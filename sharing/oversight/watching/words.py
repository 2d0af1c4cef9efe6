"""A notice in a sentence."""

from __future__ import annotations

from django.utils.translation import ngettext_lazy

from ..models import Notice

SAID = {
    Notice.HOUR: ngettext_lazy(
        "%(count)d record within an hour; more than %(limit)d are told.",
        "%(count)d records within an hour; more than %(limit)d are told.",
        "count",
    ),
    Notice.DAY: ngettext_lazy(
        "%(count)d record in a day; more than %(limit)d are told.",
        "%(count)d records in a day; more than %(limit)d are told.",
        "count",
    ),
    Notice.USUAL: ngettext_lazy(
        "%(count)d record in a day; by what is usual for this officer, %(limit)d are the most.",
        "%(count)d records in a day; by what is usual for this officer, %(limit)d are the most.",
        "count",
    ),
    Notice.HOURS: ngettext_lazy(
        "%(count)d record in a day outside the working hours; %(limit)d or more are told.",
        "%(count)d records in a day outside the working hours; %(limit)d or more are told.",
        "count",
    ),
    Notice.SUBJECT: ngettext_lazy(
        "%(count)d record in a day that concerns other ports only; %(limit)d or more are told.",
        "%(count)d records in a day that concern other ports only; %(limit)d or more are told.",
        "count",
    ),
    Notice.REFUSED: ngettext_lazy(
        "%(count)d refused attempt in a series; %(limit)d or more are told.",
        "%(count)d refused attempts in a series; %(limit)d or more are told.",
        "count",
    ),
}


def found_words(notice: Notice) -> str:
    """What was found, and what it is held against."""
    found: str = SAID[notice.rule] % {"count": notice.count, "limit": notice.limit}
    return found
