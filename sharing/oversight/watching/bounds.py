"""The least and the most that a Party's auditors may set, and what makes sense as hours."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ..models import Hours, Thresholds

BOUNDS = {
    "per_hour": (5, 1000),
    "per_day": (10, 5000),
    "usual_factor": (2, 20),
    "usual_least": (5, 1000),
    "out_of_hours": (1, 500),
    "off_subject": (1, 500),
    "refusals": (2, 100),
    "refusal_minutes": (1, 120),
    "system_per_hour": (5, 100_000),
    "system_per_day": (10, 1_000_000),
}
NAMES = (*BOUNDS, "opens_at", "closes_at", "days")


def check(limits: Thresholds) -> dict[str, str]:
    """What is wrong with these thresholds, by field: beyond their bounds, or of no sense together."""
    wrong = {}
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(limits, name) <= most:
            wrong[name] = _("Choose a number from %(least)s to %(most)s.") % {
                "least": number_format(least, force_grouping=True),
                "most": number_format(most, force_grouping=True),
            }
    for hour, day in (("per_hour", "per_day"), ("system_per_hour", "system_per_day")):
        if getattr(limits, day) < getattr(limits, hour):
            wrong.setdefault(day, _("In a day at least as many as in an hour."))
    if limits.usual_least > limits.per_day:
        words = _("At most as many as in a day: above that it would never count.")
        wrong.setdefault("usual_least", words)
    return {**wrong, **check_hours(limits)}


def check_hours(hours: Hours) -> dict[str, str]:
    """What is wrong with these hours, by field. Over midnight is right: a night shift."""
    wrong = {}
    if hours.opens_at == hours.closes_at:
        wrong["closes_at"] = _("Choose another time than the one at which work begins.")
    if not hours.days or not set(hours.days) <= set(range(7)):
        wrong["days"] = _("Choose at least one day.")
    return wrong
