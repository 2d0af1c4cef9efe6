"""Identifiers: valid ones pass, a wrong digit is explained."""

import pytest

from sharing.records import codes, identifiers
from sharing.records.schema import Block, Boolean, Identifier, Many, Schema, Text

GOOD = [
    ("RFC", "AQN190812AB9"),
    ("RFC", "FIDR790215A17"),
    ("RFC", "XAXX010101000"),
    ("CURP", "BOXW310820HNERXN09"),
    ("BN9", "999000128"),
    ("BN15", "999000128 RM 0001"),
    ("EIN", "91-1144442"),
    ("IMO", "IMO 3000013"),
    ("LEI", "213800KUD8LAJWSQ9D15"),
    ("ISO6346", "ZXQU 100482-8"),
    ("VIN", "1ZZ9A2B37T1000045"),
    ("VIN", "WVWZZZ1JZXW000001"),
    ("AWB", "000-12345675"),
    ("IMMEX", "9998-2019"),
    ("MID", "MXACEQUI1200APO"),
    ("URL", "https://shop.example.com/7fiction"),
    ("PLATE", "BC-FAKE-01"),
    ("OTHER", "anything"),
]
WRONG_DIGIT = [
    ("RFC", "AQN190812AB8", "9"),
    ("CURP", "BOXW310820HNERXN08", "9"),
    ("BN9", "999000127", "8"),
    ("BN15", "999000127RM0001", "8"),
    ("IMO", "3000014", "3"),
    ("ISO6346", "ZXQU1004829", "8"),
    ("LEI", "213800KUD8LAJWSQ9D16", "15"),
    ("VIN", "1ZZ9A2B38T1000045", "7"),
    ("AWB", "000-12345676", "5"),
]
MALFORMED = [
    ("RFC", "AQN"),
    ("RFC", "FIDR791332"),
    ("EIN", "07-1144442"),
    ("ISO6346", "ZXQ1004828"),
    ("VIN", "1ZZ9A2B37T100004"),
    ("VIN", "IZZ9A2B37T1000045"),
    ("IMO", "12"),
    ("LEI", "x"),
    ("URL", "javascript:alert(1)"),
    ("EMAIL", "nobody"),
    ("CURP", "BOXW"),
]
SCHEMA = Schema(
    Many(
        "ids",
        "Ids",
        item=Block(
            "",
            "Id",
            fields=(
                Text("scheme", "Scheme"),
                Identifier("value", "Value", scheme_from="scheme"),
                Boolean("as_found", "As found"),
            ),
        ),
    )
)


@pytest.mark.parametrize(("scheme", "text"), GOOD)
def test_a_good_number_passes(scheme, text):
    assert not identifiers.check(scheme, text).problem


@pytest.mark.parametrize(("scheme", "text", "expected"), WRONG_DIGIT)
def test_a_wrong_check_digit_says_which_was_expected(scheme, text, expected):
    checked = identifiers.check(scheme, text)
    assert checked.code == "check_digit"
    assert f"should be {expected};" in str(checked.problem)


@pytest.mark.parametrize(("scheme", "text"), MALFORMED)
def test_a_malformed_number_says_how_it_is_written(scheme, text):
    checked = identifiers.check(scheme, text)
    assert checked.code == "format"
    assert "as found" in str(checked.problem)


@pytest.mark.parametrize("scheme", identifiers.SCHEMES)
@pytest.mark.parametrize("text", ["", "0" * 200, "ZZZZ", "00000000000000000", "é", "-", "9" * 17])
def test_no_text_breaks_a_check(scheme, text):
    identifiers.check(scheme, text)


def test_every_scheme_is_in_the_code_list():
    assert set(identifiers.SCHEMES) == set(codes.get("identifier_scheme"))


def test_a_wrong_number_is_kept_when_it_was_found_so():
    row = {"scheme": "ISO6346", "value": "ZXQU1004829"}
    (problem,) = SCHEMA.clean({"ids": [row]}, complete=False).problems
    assert (problem.path, problem.code) == ("ids.0.value", "check_digit")
    assert SCHEMA.clean({"ids": [row | {"as_found": True}]}, complete=False).ok
    assert not SCHEMA.clean({"ids": [row | {"as_found": False}]}, complete=False).ok
