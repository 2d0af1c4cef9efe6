"""The least and the most that a Party's auditors may set, and what makes sense as hours."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..models import Hours

BOUNDS = {
    "per_hour": (5, 1000),
    "per_day": (10, 5000),
    "usual_factor": (2, 20),
    "usual_least": (5, 1000),
    "out_of_hours": (1, 500),
    "off_subject": (1, 500),
    "refusals": (2, 100),
    "refusal_minutes": (1, 120),
}
NAMES = (*BOUNDS, "opens_at", "closes_at", "days")


def check_hours(hours: Hours) -> dict[str, str]:
    """What is wrong with these hours, by field. Over midnight is right: a night shift."""
    wrong = {}
    if hours.opens_at == hours.closes_at:
        wrong["closes_at"] = _("Choose another time than the one at which work begins.")
    if not hours.days or not set(hours.days) <= set(range(7)):
        wrong["days"] = _("Choose at least one day.")
    return wrong
