"""An advance notice at a glance: how far it is, and how long until it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cordillera import clock
from cordillera.punctuation import labelled
from cordillera.web.moments import day_words

from ..kinds import Kind
from ..schema import Shown

SOON = 30


@dataclass(frozen=True, slots=True)
class Figure:
    value: str
    label: str
    tone: str = ""


def at_a_glance(kind: Kind, body: dict[str, Any], shown: Shown) -> dict[str, Any]:
    held = {child.name: child for child in shown.children}
    days = [_countdown(one.label, day) for one, day in kind.clock_dates(body)]
    return {
        "figures": [figure for figure in (_stage(held), *days, _level(held)) if figure],
        "substantial": bool((body.get("impact") or {}).get("substantial")),
    }


def _stage(held: dict[str, Shown]) -> Figure | None:
    measure = {child.name: child for child in held["measure"].children} if "measure" in held else {}
    if "stage" not in measure:
        return None
    kind = measure["type"].text if "type" in measure else _("Stage")
    return Figure(measure["stage"].text, kind)


def _level(held: dict[str, Shown]) -> Figure | None:
    impact = {child.name: child for child in held["impact"].children} if "impact" in held else {}
    if "level" not in impact:
        return None
    tone = {"high": "red", "medium": "amber"}.get(str(impact["level"].raw), "")
    affected = impact["affects"].raw if "affects" in impact else []
    return Figure(impact["level"].text, _("Impact on %(who)s") % {"who": ", ".join(affected)}, tone)


def _countdown(label: Any, when: date) -> Figure:
    left = (when - clock.today()).days
    words = labelled(label, day_words(when))
    if left < 0:
        return Figure(_("past"), words)
    if left == 0:
        return Figure(_("today"), words, "red")
    value = ngettext("%(count)s day", "%(count)s days", left) % {"count": left}
    return Figure(value, words, "amber" if left <= SOON else "")
