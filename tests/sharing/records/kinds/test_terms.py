"""Terms: what a record is found by."""

import pytest

from sharing.records import kinds, terms

BODY = {
    "location": {"place": "USLRD"},
    "goods": [
        {
            "hs": "721049",
            "hs_declared": "721012",
            "identifiers": [{"scheme": "VIN", "value": "1ZZ9A2B37T1000045"}],
        }
    ]
    * 2,
    "parties": [
        {
            "role": "importer",
            "name": "Ácme, S.A. de C.V.",
            "entity": "MX-SE-2026-00031",
            "identifiers": [{"scheme": "RFC", "value": "AQN190812AB9"}],
        }
    ],
    "conveyances": [
        {"type": "container", "number": "ZXQU1004828"},
        {"type": "truck", "number": "BC-FAKE-01"},
        {"type": "tanker", "number": "3000013", "name": "MT FICTICIA STAR"},
    ],
    "documents": [{"type": "pedimento", "number": "26 51 3999 6004417"}],
}


def drawn(body=BODY):
    return {(t.type, t.value) for t in kinds.get("offence_alert").terms(body)}


@pytest.mark.parametrize(
    "term",
    [
        ("place", "USLRD"),
        ("hs", "721049"),
        ("hs", "721012"),
        ("vin", "1ZZ9A2B37T1000045"),
        ("name", "acme sa de cv"),
        ("reference", "MX-SE-2026-00031"),
        ("tax_id", "AQN190812AB9"),
        ("container", "ZXQU1004828"),
        ("plate", "BCFAKE01"),
        ("imo", "3000013"),
        ("name", "mt ficticia star"),
        ("document", "265139996004417"),
    ],
)
def test_a_record_yields_its_terms(term):
    assert term in drawn()


def test_each_term_comes_once_and_keeps_how_it_was_written():
    found = kinds.get("offence_alert").terms(BODY)
    assert len({(t.type, t.value) for t in found}) == len(found)
    assert [t.shown for t in found if t.type == "plate"] == ["BC-FAKE-01"]


def test_a_wrong_number_kept_as_found_is_a_term_too():
    row = {"type": "container", "number": "zxqu 100482-9", "as_found": True}
    assert ("container", "ZXQU1004829") in drawn({"conveyances": [row]})


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Fábula, S. A. de C.V.", "fabula sa de cv"),
        ("O'Brien & Söhne", "obrien sohne"),
        ("  STRASSE  ", "strasse"),
        ("Straße", "strasse"),
        ("广州虚构化工", "广州虚构化工"),
    ],
)
def test_names_are_compared_without_case_accents_and_points(typed, name):
    assert terms.name(typed) == name
