"""What stands on the auditors' first page. Each room registers its panels in `OversightConfig.ready()`.

    panels.register(Panel("searches", _("Searches to review"), "search-check", "searches",
                          "review.decide", summary, order=20))

A panel says in one glance whether something waits, and leads to the page where it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from cordillera.access.identity import Identity

#: More lines than this are cut off: the panel's page has them all.
MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One of the first few things that wait. `chip` is a short word before it, in `tone`."""

    words: Any
    moment: datetime | None = None
    url: str = ""
    chip: Any = ""
    tone: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What a panel says now.

    `words`: a sentence, also where nothing waits. `count`: how much waits; None where nothing is
    counted. `tone`: red, amber or green; empty is calm.
    """

    words: Any
    count: int | None = None
    tone: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """`summary` runs whenever the first page is made: keep it to one or two indexed queries. `query`
    is what the panel's page is asked."""

    name: str
    title: Any
    icon: str
    url_name: str
    permission: str
    summary: Callable[[Identity], Summary]
    order: int = 100
    query: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel as one auditor sees it now."""

    panel: Panel
    summary: Summary

    @property
    def url(self) -> str:
        return self.panel.url

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.summary.lines[:MOST_LINES]

    @property
    def waits(self) -> bool:
        return bool(self.summary.count) or self.summary.tone in ("red", "amber")


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Put the panel on the page; the same name again replaces it."""
    _panels[panel.name] = panel


def shown(identity: Identity) -> list[Shown]:
    """The panels that this identity may open, in their order."""
    from cordillera.access.decide import permits

    panels = sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))
    return [
        Shown(panel, panel.summary(identity))
        for panel in panels
        if permits(identity, panel.permission)
    ]
