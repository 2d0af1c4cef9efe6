"""Identifiers and their check digits: a slip of the pen is found before it is shared.

`check` never guesses and never repairs: it says which digit was expected. An officer who saw
the wrong number with his own eyes marks it "as found", and it is kept as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from stdnum import imo, iso6346, luhn
from stdnum.ca import bn
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10
from stdnum.mx import curp, rfc
from stdnum.us import ein


@dataclass(frozen=True, slots=True)
class Checked:
    """`value` normalised, or a `problem` with its `code`."""

    value: str
    code: str = ""
    problem: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one scheme is written. `digit` gives the check characters it should end in (or,
    for a VIN, hold in ninth place), or "" where the number carries none; `valid` says what
    else must hold. `term` is the sort of term a search finds it by."""

    pattern: str
    wanted: str | Promise
    digit: Callable[[str], str] | None = None
    place: int = -1
    width: int = 1
    valid: Callable[[str], object] | None = None
    term: str = "identifier"
    compact: bool = True
    # Stored as it was typed, because its separators help the reader; searched without them.
    spaced: bool = False


_VIN_VALUES = dict(
    zip(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)],
        strict=True,
    )
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
# The tax authority's own numbers for "the public" and "a foreigner" carry no check digit.
_GENERIC_RFC = ("XAXX010101000", "XEXX010101000")


def _vin_digit(vin: str) -> str:
    """49 CFR 565.15; makers outside North America (first character not 1 to 5) have none."""
    if vin[0] not in "12345":
        return ""
    rest = sum(_VIN_VALUES[c] * w for c, w in zip(vin, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def _rfc_digit(number: str) -> str:
    if len(number) not in (12, 13) or number in _GENERIC_RFC:
        return ""
    return rfc.calc_check_digit(number[:-1])


SCHEMES: dict[str, Scheme] = {
    "RFC": Scheme(
        r"[A-ZÑ&]{4}[0-9]{6}([0-9A-Z]{3})?|[A-ZÑ&]{3}[0-9]{6}[0-9A-Z]{3}",
        _("three letters (company) or four (person), six digits of a date, three more"),
        _rfc_digit,
        valid=rfc.validate,
        term="tax_id",
    ),
    "CURP": Scheme(
        r"[A-Z]{4}[0-9]{6}[A-Z]{6}[0-9A-Z][0-9]",
        _("eighteen letters and digits"),
        curp.calc_check_digit,
        term="person_id",
        valid=lambda n: curp.validate(n, validate_check_digits=False),
    ),
    "BN9": Scheme(
        r"[0-9]{9}",
        _("nine digits"),
        lambda n: luhn.calc_check_digit(n[:8]),
        valid=bn.validate,
        term="tax_id",
    ),
    "BN15": Scheme(
        r"[0-9]{9}[A-Z]{2}[0-9]{4}",
        _("nine digits, two letters such as RM, four digits"),
        lambda n: luhn.calc_check_digit(n[:8]),
        place=8,
        term="tax_id",
    ),
    "EIN": Scheme(
        r"[0-9]{9}",
        _("nine digits, like 12-3456789"),
        valid=lambda n: ein.validate(f"{n[:2]}-{n[2:]}"),
        term="tax_id",
        spaced=True,
    ),
    "US_IMPORTER_NO": Scheme(
        r"[0-9A-Z]{9,13}", _("nine to thirteen letters and digits"), term="tax_id"
    ),
    "MID": Scheme(r"[A-Z]{2}[0-9A-Z]{1,13}", _("a country's two letters and up to thirteen more")),
    "TX_SOS": Scheme(r"[0-9A-Z]{4,20}", _("four to twenty letters and digits")),
    "NEQ": Scheme(r"[0-9]{10}", _("ten digits")),
    "CN_USCC": Scheme(r"[0-9A-Z]{18}", _("eighteen letters and digits"), term="tax_id"),
    "HK_BR": Scheme(r"[0-9]{8}([0-9]{3})?", _("eight or eleven digits")),
    "LEI": Scheme(
        r"[0-9A-Z]{18}[0-9]{2}",
        _("twenty letters and digits"),
        lambda n: mod_97_10.calc_check_digits(n[:-2]),
        place=-2,
        width=2,
        term="lei",
    ),
    "IMO": Scheme(
        r"[0-9]{7}",
        _("seven digits, with or without IMO before them"),
        lambda n: imo.calc_check_digit(n[:6]),
        term="imo",
    ),
    "MMSI": Scheme(r"[0-9]{9}", _("nine digits"), term="mmsi"),
    "CALL_SIGN": Scheme(r"[0-9A-Z]{3,7}", _("three to seven letters and digits")),
    "ISO6346": Scheme(
        r"[A-Z]{3}[UJZR][0-9]{7}",
        _("an owner's three letters, U, J, Z or R, and seven digits"),
        lambda n: iso6346.calc_check_digit(n[:-1]),
        term="container",
    ),
    "VIN": Scheme(
        r"[0-9A-HJ-NPR-Z]{17}",
        _("seventeen characters without I, O or Q"),
        _vin_digit,
        place=8,
        term="vin",
    ),
    "RAILCAR": Scheme(
        r"[A-Z]{2,4}[0-9]{1,6}",
        _("a mark of two to four letters and a number"),
        term="railcar",
        spaced=True,
    ),
    "PLATE": Scheme(r".{1,30}", _("a plate of up to thirty characters"), term="plate", spaced=True),
    "AWB": Scheme(
        r"[0-9]{11}",
        _("eleven digits, like 000-12345675"),
        lambda n: str(int(n[3:10]) % 7),
        term="waybill",
        spaced=True,
    ),
    "IMMEX": Scheme(
        r"[0-9]{1,5}-[0-9]{4}", _("a number and a year, like 9998-2019"), compact=False
    ),
    "CARRIER_CODE": Scheme(r"[0-9A-Z]{2,6}", _("two to six letters and digits"), term="carrier"),
    "PASSPORT": Scheme(r"[0-9A-Z]{5,20}", _("five to twenty letters and digits"), term="passport"),
    "NATIONAL_ID": Scheme(
        r".{3,40}", _("three to forty characters"), term="person_id", spaced=True
    ),
    "PHONE": Scheme(
        r"\+?[0-9]{6,20}",
        _("six to twenty digits, with the country's prefix"),
        term="phone",
        spaced=True,
    ),
    "EMAIL": Scheme(
        r"[^@\s]{1,64}@[^@\s]{1,60}", _("an address with one @"), compact=False, term="email"
    ),
    "URL": Scheme(
        r"https?://[^\s]{3,110}",
        _("an address that begins with https:// or http://"),
        compact=False,
        term="url",
    ),
    "SERIAL": Scheme(r".{1,80}", _("up to eighty characters"), term="serial", spaced=True),
    "OTHER": Scheme(r".{1,120}", _("up to 120 characters"), compact=False),
}

_DIGIT = _(
    "The check digit of this {scheme} should be {expected}; {found} came. Correct the number, or "
    "mark it “as found” if it was really seen so."
)
_FORMAT = _(
    "This is not how {scheme} is written: {wanted}. Correct it, or mark it “as found” if it was "
    "really seen so."
)
_MAKE_UP = _(
    "This {scheme} cannot exist: its parts do not fit (a date, a prefix or a region). Correct "
    "it, or mark it “as found” if it was really seen so."
)


def normalise(scheme: str, text: str) -> str:
    """`text` as it is stored and searched: for most schemes capitals without separators."""
    rules = SCHEMES.get(scheme)
    if rules and not rules.compact:
        return text.strip()
    bare = re.sub(r"[\s.\-/_]+", "", text).upper()
    if scheme == "IMO":
        return bare.removeprefix("IMO")
    return bare


def check(scheme: str, text: str) -> Checked:
    rules = SCHEMES.get(scheme)
    value = normalise(scheme, text)
    if rules is None:
        return Checked(text.strip())
    if not re.fullmatch(rules.pattern, value):
        return Checked("", "format", format_lazy(_FORMAT, scheme=scheme, wanted=rules.wanted))
    expected = _expected(rules, value)
    start = rules.place % len(value)
    found = value[start : start + rules.width]
    if expected and found != expected:
        message = format_lazy(_DIGIT, scheme=scheme, expected=expected, found=found)
        return Checked("", "check_digit", message)
    if rules.valid and not _holds(rules.valid, value):
        return Checked("", "format", format_lazy(_MAKE_UP, scheme=scheme))
    return Checked(text.strip().upper() if rules.spaced else value)


def _expected(rules: Scheme, value: str) -> str:
    return str(rules.digit(value)) if rules.digit else ""


def _holds(valid: Callable[[str], object], value: str) -> bool:
    try:
        valid(value)
    except ValidationError:
        return False
    return True


def term_type(scheme: str) -> str:
    return SCHEMES[scheme].term if scheme in SCHEMES else "identifier"
