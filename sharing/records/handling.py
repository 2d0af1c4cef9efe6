"""Handling: who may see a record, what they may do with it, how far it can be trusted, how long.

The TLP label sums up the structured fields that enforce it; where the two contradict each
other, the record is not fit to be released.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import codes
from .schema import EMPTY, Block, Code, Codes, Date, Field, Many, Problem, Run, Schema
from .schema.problems import came
from .schema.rules import in_order

PREFIX = "handling"
# Contents that a label without limits cannot cover.
_GUARDED = {"personal", "commercial_confidential", "legal_privilege", "investigation"}
_LIMITING = {"H1", "H2", "H3"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class OfficerRef(Field):
    """An officer's UUID."""

    widget = "officer"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if isinstance(raw, UUID):
            return str(raw)
        if isinstance(raw, str) and _UUID.fullmatch(raw.strip().lower()):
            return raw.strip().lower()
        run.add(path, "wrong_type", _("An officer was expected; {came} came."), came=came(raw))
        return EMPTY

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


SCHEMA = Schema(
    Codes(
        "audience",
        _("Audience"),
        codes="party",
        required=True,
        help=_("The Parties it is released to; your own always belongs to it."),
        example=["MX", "US"],
    ),
    Code("tlp", _("TLP label"), codes="tlp", required=True, example="AMBER"),
    Many(
        "named",
        _("Named officers"),
        item=OfficerRef("", _("Officer")),
        max_items=100,
        help=_("TLP:RED is for them alone."),
    ),
    Codes("codes", _("Handling codes"), codes="handling_code"),
    Code(
        "purpose",
        _("Purpose"),
        codes="purpose",
        required=True,
        help=_("It may be used for this and for nothing else."),
        example="customs_enforcement",
    ),
    Code(
        "onward_disclosure",
        _("Onward disclosure"),
        codes="onward_disclosure",
        required=True,
        example="originator_consent",
    ),
    Codes("contains", _("Contains"), codes="contains"),
    Block(
        "evaluation",
        _("Evaluation"),
        required=True,
        fields=(
            Code("source", _("Source"), codes="source", required=True, example="A"),
            Code("information", _("Information"), codes="information", required=True, example="2"),
        ),
    ),
    Date(
        "review_on",
        _("Review on"),
        required=True,
        help=_("Whether it is still needed is looked at again on this day."),
    ),
    Date(
        "expires_on", _("Expires on"), required=True, help=_("After this day it is out of force.")
    ),
    rules=(in_order("review_on", "expires_on", _("the review"), _("the expiry")),),
)


@dataclass(frozen=True, slots=True)
class Handling:
    audience: tuple[str, ...]
    tlp: str | None = None
    named: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    purpose: str | None = None
    onward_disclosure: str | None = None
    contains: tuple[str, ...] = ()
    source: str | None = None
    information: str | None = None
    review_on: dt.date | None = None
    expires_on: dt.date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON object that is stored and signed; what is not set is left out."""
        evaluation = {"source": self.source, "information": self.information}
        found: dict[str, Any] = {
            "audience": list(self.audience),
            "tlp": self.tlp,
            "named": list(self.named),
            "codes": list(self.codes),
            "purpose": self.purpose,
            "onward_disclosure": self.onward_disclosure,
            "contains": list(self.contains),
            "evaluation": {name: value for name, value in evaluation.items() if value},
            "review_on": self.review_on and self.review_on.isoformat(),
            "expires_on": self.expires_on and self.expires_on.isoformat(),
        }
        return {name: value for name, value in found.items() if value}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Handling:
        """The handling that `as_dict` wrote."""
        evaluation = stored.get("evaluation") or {}
        review, expiry = stored.get("review_on"), stored.get("expires_on")
        return cls(
            audience=in_order_of_list(stored.get("audience", ())),
            tlp=stored.get("tlp"),
            named=tuple(stored.get("named", ())),
            codes=tuple(stored.get("codes", ())),
            purpose=stored.get("purpose"),
            onward_disclosure=stored.get("onward_disclosure"),
            contains=tuple(stored.get("contains", ())),
            source=evaluation.get("source"),
            information=evaluation.get("information"),
            review_on=dt.date.fromisoformat(review) if review else None,
            expires_on=dt.date.fromisoformat(expiry) if expiry else None,
        )


def clean_handling(
    handling: Any, *, originator: str, parties: Collection[str], complete: bool, today: dt.date
) -> tuple[Handling | None, list[Problem]]:
    """`handling` checked; None when anything is wrong. Problems' paths begin with `handling`.

    The originator is put into the audience whatever came. A complete handling has every
    required field and no contradictions; a draft's may lack fields.
    """
    given = handling if handling is not None else {}
    if isinstance(given, dict):
        given = {**given, "audience": _with(originator, given.get("audience"))}
    cleaned = SCHEMA.clean(given, complete=complete)
    found = list(cleaned.problems)
    if not found:
        held = Handling.of(cleaned.value)
        found = [*_unknown(held, parties), *(_unfit(held, today) if complete else ())]
        if not found:
            if complete and held.tlp != "RED":
                held = replace(held, named=())
            return held, []
    return None, [replace(p, path=f"{PREFIX}.{p.path}" if p.path else PREFIX) for p in found]


def in_order_of_list(audience: Iterable[str]) -> tuple[str, ...]:
    """Parties in the order everybody writes them: US, MX, CA."""
    order = list(codes.get("party"))
    return tuple(sorted(audience, key=lambda code: order.index(code) if code in order else 99))


def _with(originator: str, audience: Any) -> Any:
    if audience is None:
        return [originator]
    if not isinstance(audience, list):
        return audience
    return audience if originator in audience else [*audience, originator]


def _unknown(held: Handling, parties: Collection[str]) -> Iterator[Problem]:
    for code in held.audience:
        if code not in parties:
            message = _("{code} is not a Party that takes part here.")
            yield Problem("audience", "unknown_party", format_lazy(message, code=code))


def _unfit(held: Handling, today: dt.date) -> Iterator[Problem]:
    if held.tlp == "RED" and not held.named:
        yield Problem("named", "required", _("TLP:RED needs at least one named officer."))
    if held.tlp == "CLEAR" and _GUARDED.intersection(held.contains):
        message = _(
            "TLP:CLEAR has no limits; what contains protected information needs a stricter label."
        )
        yield Problem("tlp", "contradiction", message)
    if held.tlp == "CLEAR" and _LIMITING.intersection(held.codes):
        message = _("TLP:CLEAR has no limits, but the handling codes set some.")
        yield Problem("tlp", "contradiction", message)
    if held.onward_disclosure == "free_within_governments" and "H2" in held.codes:
        message = _(
            "Handling code H2 forbids passing on without permission; choose an onward "
            "disclosure that agrees."
        )
        yield Problem("onward_disclosure", "contradiction", message)
    if held.expires_on and held.expires_on < today:
        yield Problem("expires_on", "in_the_past", _("This day has already passed."))


def proposed(originator: str, review_months: int, expiry_months: int, today: dt.date) -> Handling:
    """What a new draft begins with: the originator alone, and the kind's usual dates."""
    return Handling(
        audience=(originator,),
        tlp="AMBER",
        codes=("H1",),
        purpose="customs_enforcement",
        onward_disclosure="originator_consent",
        review_on=months_after(today, review_months),
        expires_on=months_after(today, expiry_months),
    )


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day `months` later, or the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def own_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Those of `problems` that concern handling, with paths as `SCHEMA.bind` wants them."""
    return [
        replace(p, path=p.path.removeprefix(PREFIX).removeprefix("."))
        for p in problems
        if p.path.split(".")[0] == PREFIX
    ]
