"""The ledger on paper: a PDF with its marking, heads and page numbers on every sheet.

Set in the typeface of the pages, which set-up fetches for the browsers; where it is missing, in a
typeface of the PDF itself, which has no letters beyond Western Europe's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from fpdf import FPDF, ViewerPreferences
from fpdf.enums import Align, XPos, YPos

import cordillera.web
from cordillera.parties.models import Party
from cordillera.punctuation import labelled
from cordillera.web.marking import Marking

from ..models import Disclosure, LedgerExport
from . import tables, words
from .queries import Question

FONTS = Path(next(iter(cordillera.web.__path__))) / "vendor" / "public-sans"
FACES = {"sans": "latin", "sans-ext": "latin-ext"}
WEIGHTS = {"": {"wght": 400.0}, "B": {"wght": 700.0}}
MARGIN, SIZE, LINE = 12.0, 7.5, 3.6
PUNCTUATION = "–—…‘’“”"
#: The PDF's own typeface has none of these.
PLAIN = str.maketrans(dict(zip(PUNCTUATION, ["-", "-", "...", "'", "'", '"', '"'], strict=True)))
INK, MUTED, RULE, SHADE = (20, 27, 34), (84, 96, 108), (205, 212, 219), (242, 245, 248)


class Sheet(FPDF):
    """Landscape sheets of a table whose heads stand on each of them."""

    def __init__(self, marking: str, title: str, facts: Sequence[str], asked: str) -> None:
        super().__init__("landscape", "mm", "Letter")
        self.marking, self.heading, self.facts, self.asked = marking, title, facts, asked
        self.wrapped: dict[tuple[str, float], list[str]] = {}
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.set_line_width(0.2)
        self._take_typeface()

    def _take_typeface(self) -> None:
        self.face = "helvetica"
        paths = {
            name: FONTS / f"public-sans-{part}-wght-normal.woff2" for name, part in FACES.items()
        }
        if all(path.is_file() for path in paths.values()):
            for name, path in paths.items():
                self.add_font(name, fname=path, variations=WEIGHTS)
            self.face = "sans"
            self.set_fallback_fonts(["sans-ext"])

    @cached_property
    def widths(self) -> list[float]:
        shares = [share for _head, share in tables.sheet_columns()]
        return [self.epw * share / sum(shares) for share in shares]

    def fit(self, text: str) -> str:
        """What the typeface can show."""
        if self.face == "sans":
            return text
        return text.translate(PLAIN).encode("latin-1", "replace").decode("latin-1")

    # --- Each sheet -----------------------------------------------------------------------------
    def header(self) -> None:
        self._marking(MARGIN - 6)
        self.set_y(MARGIN + 1)
        first = self.page_no() == 1
        self.set_font(self.face, "B", 15 if first else 9)
        self.set_text_color(*INK)
        self.cell(0, 8 if first else 5, self.fit(self.heading), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if first:
            self._facts()
        self._heads()

    def _facts(self) -> None:
        self.set_font(self.face, "", 8.5)
        self.set_text_color(*MUTED)
        for text in self.facts:
            self.multi_cell(0, 4.3, self.fit(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def _heads(self) -> None:
        self.set_fill_color(*SHADE)
        self.rect(self.l_margin, self.get_y(), self.epw, 6, style="F")
        self.set_font(self.face, "B", SIZE)
        self.set_text_color(*INK)
        x, y = self.l_margin, self.get_y() + 4.1
        for (head, _share), width in zip(tables.sheet_columns(), self.widths, strict=True):
            self.text(x + 1, y, self.fit(head))
            x += width
        self.set_y(self.get_y() + 6)
        self.set_font(self.face, "", SIZE)

    def footer(self) -> None:
        self.set_y(self.h - MARGIN - 3)
        self.set_font(self.face, "", 7)
        self.set_text_color(*MUTED)
        page = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        self.cell(self.epw * 0.8, 4, self.fit(self.asked))
        self.cell(self.epw * 0.2, 4, self.fit(page), align=Align.R)
        self._marking(self.h - MARGIN + 2)

    def _marking(self, y: float) -> None:
        self.set_xy(self.l_margin, y)
        self.set_font(self.face, "B", 7.5)
        self.set_text_color(*INK)
        self.cell(0, 4, self.fit(self.marking), align=Align.C)

    # --- Its rows --------------------------------------------------------------------------------
    def row(self, cells: Sequence[str]) -> None:
        """One line of the ledger; never broken over two sheets."""
        parts = [
            self._lines(text, width - 2) for text, width in zip(cells, self.widths, strict=True)
        ]
        height = max(len(lines) for lines in parts) * LINE + 1.4
        if self.get_y() + height > self.h - MARGIN - 5:
            self.add_page()
        top, x = self.get_y(), self.l_margin
        self.set_text_color(*INK)
        for lines, width in zip(parts, self.widths, strict=True):
            for number, text in enumerate(lines):
                self._put(x + 1, top + 3.2 + number * LINE, text)
            x += width
        self.set_draw_color(*RULE)
        self.line(self.l_margin, top + height, self.l_margin + self.epw, top + height)
        self.set_y(top + height)

    def _put(self, x: float, y: float, text: str) -> None:
        """Text at its base line. Letters beyond Western Europe's come from the second face, which only
        cells look into."""
        if all(letter < "\u0100" or letter in PUNCTUATION for letter in text):
            self.text(x, y, text)
            return
        back = self.get_y()
        self.set_xy(x - self.c_margin, y - LINE + 0.9)
        self.cell(0, LINE, text)
        self.set_y(back)

    def _lines(self, text: str, width: float) -> list[str]:
        """The text in lines that fit; the same words come again and again, so they are kept."""
        key = (text, width)
        if key not in self.wrapped:
            if len(self.wrapped) > 5000:
                self.wrapped.clear()
            self.wrapped[key] = self._wrap(self.fit(text), width)
        return self.wrapped[key]

    def _wrap(self, text: str, width: float) -> list[str]:
        lines, now = [], ""
        for word in text.split():
            longer = f"{now} {word}".strip()
            if now and self.get_string_width(longer) > width:
                lines.append(now)
                longer = word
            while self.get_string_width(longer) > width and len(longer) > 1:
                cut = next(
                    n
                    for n in range(len(longer) - 1, 0, -1)
                    if n == 1 or self.get_string_width(longer[:n]) <= width
                )
                lines.append(longer[:cut])
                longer = longer[cut:]
            now = longer
        return [*lines, now]


def pdf(made: LedgerExport, question: Question, lines: Iterable[Disclosure]) -> bytes:
    """The export's lines as a PDF, in the language of who asked for it."""
    zone = ZoneInfo(made.time_zone)
    party = Party.objects.get(code=made.party)
    marking = str(Marking.of("AMBER+STRICT", [made.party], ()))
    title = _("Disclosure ledger: %(party)s") % {"party": party.name}
    at = made.asked_at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    asked = _("Exported by %(name)s, %(party)s, on %(when)s") % {
        "name": made.name,
        "party": made.party,
        "when": at,
    }
    sheet = Sheet(marking, title, _facts(made, question, asked), asked)
    sheet.set_lang(made.language)
    sheet.set_title(title)
    sheet.viewer_preferences = ViewerPreferences(display_doc_title=True)
    sheet.set_author(made.party)
    sheet.set_creator("Cordillera")
    sheet.set_creation_date(made.asked_at.astimezone(UTC))
    sheet.add_page()
    empty = True
    for line in lines:
        sheet.row(tables.sheet_cells(line, zone))
        empty = False
    if empty:
        sheet.ln(4)
        sheet.cell(0, 6, sheet.fit(_("No line fits.")))
    return bytes(sheet.output())


def _facts(made: LedgerExport, question: Question, asked: str) -> list[str]:
    if question.since or question.until:
        period = _("Period: %(since)s to %(until)s") % {
            "since": question.since or "…",
            "until": question.until or "…",
        }
    else:
        period = _("Period: everything that is kept")
    count = _("Lines: %(n)s") % {"n": made.total}
    zone = _("Times in %(zone)s") % {"zone": made.time_zone}
    return [f"{period} · {count} · {zone}", *_narrowed(question), asked]


def _country(code: str) -> str:
    """A Party by its name in the reader's language."""
    found = Party.objects.filter(code=code).first()
    return found.name if found else code


def _narrowed(question: Question) -> list[str]:
    """What else was asked for, in words."""
    shown: dict[str, Any] = {
        pgettext("direction", "Direction"): words.DIRECTIONS.get(question.direction, ""),
        _("Party"): _country(question.other),
        _("What happened"): words.EVENTS.get(question.event, ""),
        _("Kind"): words.kind(question.kind) if question.kind else "",
        _("Purpose"): words.purpose(question.purpose),
        _("Reference"): question.reference,
    }
    found = [labelled(label, value) for label, value in shown.items() if value]
    return [" · ".join(found)] if found else []
