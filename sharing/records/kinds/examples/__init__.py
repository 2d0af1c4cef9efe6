"""The demonstration records, turned from the shape they are kept in into our schemas.

Nothing is lost: words that are no code go to the note beside the code. What belongs to a
record's life and not to its content (status, dates of release, acknowledgements, comments, the
record it is about) stays in the example, for the loader to act out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from sharing.records import kinds
from sharing.records.handling import months_after

from . import alerts, entities, notices, results

__all__ = ["convert", "convertible", "shift"]

_CONVERTERS = {
    "offence_alert": alerts.offence_alert,
    "suspect_entity": entities.suspect_entity,
    "advance_notice": notices.advance_notice,
    "enforcement_result": results.enforcement_result,
    "trade_pattern": results.trade_pattern,
    "sighting": results.sighting,
}
# What is the loader's to act out, not content.
LIFE = frozenset(
    {
        "ref",
        "kind",
        "originator",
        "status",
        "handling",
        "dates",
        "acknowledgements",
        "comments",
        "sighting_of",
        "asks_correction",
    }
)
_DATE = re.compile(r"\b(20[0-9]{2}-[01][0-9]-[0-3][0-9])(?=\b|T)")
_NOT_SHIFTED = frozenset({"date_of_birth", "ref", "links", "identifiers"})


def convertible(example: dict[str, Any]) -> bool:
    return example.get("kind") in _CONVERTERS


def convert(
    example: dict[str, Any], *, named: Iterable[str] = ()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(body, handling) of an example; `named` are the officers of a TLP:RED record."""
    left = {name: value for name, value in example.items() if name not in LIFE}
    body = _CONVERTERS[example["kind"]](left, example.get("dates", {}))
    if left:
        raise ValueError(f"{example['ref']}: nobody took {', '.join(sorted(left))}")
    if example.get("status") == "closed":
        closed = example["dates"].get("closed", "")[:10]
        body["notes"] = f"{body.get('notes', '')}\nClosed by the originator {closed}".strip()
    return body, _handling(example, named)


def _handling(example: dict[str, Any], named: Iterable[str]) -> dict[str, Any]:
    given, dates = example["handling"], example.get("dates", {})
    kind = kinds.get(example["kind"])
    began = dt.date.fromisoformat(_first(dates)[:10])
    found = {
        "audience": sorted({*given["releasable_to"], example["originator"]["country"]}),
        "tlp": given["tlp"],
        "codes": given["codes"],
        "purpose": given["purpose_limit"],
        "onward_disclosure": given["onward_disclosure"],
        "contains": given["contains"],
        "evaluation": given["evaluation"],
        "review_on": dates.get("review_due") or f"{months_after(began, kind.review_months)}",
        "expires_on": dates.get("expires") or f"{months_after(began, kind.expiry_months)}",
    }
    if given["tlp"] == "RED":
        found["named"] = [str(one) for one in named]
    return found


def _first(dates: dict[str, Any]) -> str:
    for name in ("released", "notified", "entered", "reported", "drafted"):
        if dates.get(name):
            return str(dates[name])
    raise ValueError(f"no date to count from in {sorted(dates)}")


def shift(value: Any, days: int) -> Any:
    """`value` with every date in it moved by `days`, also those inside sentences."""
    if isinstance(value, dict):
        return {k: v if k in _NOT_SHIFTED else shift(v, days) for k, v in value.items()}
    if isinstance(value, list):
        return [shift(item, days) for item in value]
    if not isinstance(value, str):
        return value
    moved = dt.timedelta(days=days)
    return _DATE.sub(lambda m: str(dt.date.fromisoformat(m.group(1)) + moved), value)
