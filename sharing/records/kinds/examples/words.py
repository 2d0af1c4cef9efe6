"""Free words of the examples, and the codes they stand for."""

from __future__ import annotations

import re
from typing import Any

# Longest first: "exported in bond" is not "exported".
ROUTE_ROLES = (
    ("exported in bond", "exported_in_bond"),
    ("temporary import", "temporary_import"),
    ("intended transit", "intended_transit"),
    ("intended destination", "intended_destination"),
    ("alternative booking", "alternative"),
    ("bonded fulfilment", "warehoused"),
    ("parallel channel", "other"),
    ("detained", "detained"),
    ("processed", "processed"),
    ("transshipped", "transshipped"),
    ("consolidated", "consolidated"),
    ("re-packed", "repacked"),
    ("discharged", "discharged"),
    ("destination", "destination"),
    ("examined", "examined"),
    ("exported", "exported"),
    ("fulfilled", "fulfilled"),
    ("stuffed", "stuffed"),
    ("crossed", "crossed"),
    ("entered", "entered"),
    ("packed", "packed"),
    ("seized", "seized"),
    ("bought", "bought"),
    ("origin", "origin"),
    ("onward", "onward"),
    ("loaded", "loaded"),
    ("eta", "eta"),
)
DOCUMENTS = (
    ("certification of origin", "certificate_of_origin"),
    ("entry", "customs_entry"),
    ("pedimento", "pedimento"),
    ("bill of lading", "bill_of_lading"),
    ("laboratory report", "laboratory_report"),
)
DETECTION = (
    ("targeting", "targeting"),
    ("raman", "laboratory"),
    ("x-ray", "xray"),
    ("dog", "dog"),
    ("physical exam", "physical_exam"),
    ("post-release review", "post_release_review"),
    ("documentary check", "documentary_check"),
    ("officer suspicion", "officer_suspicion"),
)
CONCEALMENT = (
    ("misdescription", "misdescription"),
    ("inside load", "inside_load"),
    ("modified appliance", "modified_goods"),
    ("behind", "behind_load"),
    ("false bottom", "false_compartment"),
    ("none", "none"),
)


def coded(words: str, table: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """(code, note): the note is empty where the code says all that the words did."""
    code = next((code for start, code in table if start in words.lower()), "other")
    same = re.sub(r"\W", "", words.lower()) == re.sub(r"\W", "", code.replace("_", ""))
    return code, "" if same else words


def all_coded(words: str, table: tuple[tuple[str, str], ...]) -> tuple[list[str], str]:
    """Every code whose words occur, and the words where they say more."""
    found = [code for start, code in table if start in words.lower()]
    note = coded(words, table)[1] if len(found) == 1 else words
    return found or ["other"], note


def snake(words: str) -> str:
    return words.replace(" ", "_").replace("-", "_")


def filled(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
