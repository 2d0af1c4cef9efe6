"""The outline of a draft: what stands where, and how far each section is."""

from typing import Any

from sharing.records import kinds
from sharing.records.writing.form import Typed, bound
from sharing.records.writing.sections import outline
from tests.conftest import alert_body, alert_handling


def sections(kind: str, body: dict[str, Any], handling: dict[str, Any]) -> dict[str, Any]:
    found = kinds.get(kind)
    typed = Typed(body, handling)
    problems = found.schema.clean(body, complete=False).problems
    missing = found.schema.clean(body, complete=True).problems
    nodes = bound(found, typed, problems)
    return {section.key: section for section in outline(found, *nodes, missing)}


def test_the_sections_of_an_alert_stand_in_the_order_of_work() -> None:
    assert list(sections("offence_alert", {}, {})) == [
        "essentials", "details", "goods", "parties", "conveyances", "route", "documents",
        "requested_action", "links", "handling",
    ]  # fmt: skip


def test_an_entity_has_its_lists_before_the_documents() -> None:
    keys = list(sections("suspect_entity", {}, {}))
    assert keys.index("identifiers") < keys.index("relations") < keys.index("documents")


def test_a_complete_alert_is_marked_so() -> None:
    found = sections("offence_alert", alert_body(), alert_handling("MX"))
    assert {found[key].state for key in ("essentials", "details", "goods")} == {"done"}
    assert found["route"].state == "empty"
    assert found["conveyances"].count == 1


def test_what_is_missing_and_what_is_wrong_are_told_apart() -> None:
    body = alert_body(summary="", conveyances=[{"type": "container", "number": "ZXQU1004827"}])
    found = sections("offence_alert", body, {})
    assert found["essentials"].state == "missing"
    assert found["conveyances"].state == "wrong"


def test_rare_fields_are_folded_until_they_hold_something() -> None:
    goods = [{"hs": "721049"}, {"hs": "721049", "brand": "X"}]
    body, _handling = bound(kinds.get("offence_alert"), Typed({"goods": goods}, {}))
    rows = body["goods"].children
    assert [row["brand"].folded for row in rows] == [True, False]
    assert not rows[0]["quantity"].folded


def test_a_list_that_release_needs_begins_with_a_row() -> None:
    body, _handling = bound(kinds.get("offence_alert"), Typed({}, {}))
    assert len(body["goods"].children) == 1
    assert body["parties"].children == []
