"""Code lists: what they know, in three languages, and how one is found."""

import pytest

from sharing.records import codes

SHORT = [name for name in codes.names() if len(codes.get(name)) <= 60]


@pytest.mark.parametrize("name", codes.names())
def test_every_list_labels_its_codes(name):
    known = codes.get(name)
    for code in list(known)[:50]:
        assert known.has(code)
        assert all(known.label(code, language) for language in ("en", "es", "fr"))


@pytest.mark.parametrize("name", SHORT)
def test_short_lists_offer_every_code_with_a_label_of_its_own(name):
    labels = [label for _code, label in codes.get(name).choices("en")]
    assert len(set(labels)) == len(labels)


def test_an_unknown_list_says_which_there_are():
    with pytest.raises(KeyError, match=r"hs.*unlocode"):
        codes.get("hx")


def test_an_unknown_code_is_its_own_label():
    assert codes.get("mode").label("77", "es") == "77"


def test_goods_are_found_by_words_and_by_the_start_of_a_code():
    found = codes.get("hs").search("steel zinc 600mm corrugated", "en", 5)
    assert "721049" in [entry.code for entry in found]
    assert {entry.code[:4] for entry in codes.get("hs").search("7210", "en", 5)} == {"7210"}


def test_goods_are_found_by_their_chapter_in_the_readers_language():
    assert codes.get("hs").search("lácteos", "es", 3)[0].code.startswith("04")
    assert codes.get("hs").label("72", "fr") == "Fonte, fer et acier"


def test_every_heading_has_a_title_in_the_readers_language():
    goods = codes.get("hs")
    for code in goods:
        if len(code) <= 4:
            labels = [goods.label(code, language) for language in ("en", "es", "fr")]
            assert all(labels)
            assert not goods.detail(code, "es")


def test_a_subheading_known_in_english_only_is_told_by_its_heading():
    goods = codes.get("hs")
    assert goods.label("721041", "es") == goods.label("7210", "es")
    assert goods.detail("721041", "es").startswith("Iron or non-alloy steel")
    assert goods.detail("721041", "en") == ""
    assert goods.label("080440", "es") == "Aguacates"
    assert goods.label("0804400099", "fr") == "Avocats"


def test_goods_are_found_by_their_headings_words():
    found = codes.get("hs").search("aguacates", "es", 9)
    assert {"080440", "0804"} <= {entry.code for entry in found}


@pytest.mark.parametrize("code", ["7210.49", "72104900", "7210490090", "7210", "72"])
def test_goods_codes_may_be_short_national_or_dotted(code):
    goods = codes.get("hs")
    assert goods.normalise(code) in goods


@pytest.mark.parametrize("code", ["721099999", "720999", "7", "ABCDEF", "72104999990"])
def test_goods_codes_that_do_not_exist_are_unknown(code):
    assert code not in codes.get("hs")


def test_places_lie_where_they_lie():
    place = codes.place("USLRD")
    assert place
    assert (place.name, place.country, place.kind) == ("Laredo", "US", "crossing")
    assert 27 < place.latitude < 28
    assert -100 < place.longitude < -99


def test_places_are_found_without_accents():
    assert codes.get("unlocode").search("lazaro card", "es", 1)[0].code == "MXLZC"


def test_our_own_places_come_first():
    found = codes.get("unlocode").search("nogales", "en", 2)
    assert {entry.code for entry in found} == {"USOLS", "MXNOG"}


def test_countries_speak_three_languages():
    countries = codes.get("country")
    labels = [countries.label("DE", language) for language in ("en", "es", "fr")]
    assert labels == ["Germany", "Alemania", "Allemagne"]
    assert next(iter(countries)) == "US"


def test_search_without_words_offers_the_first_codes():
    assert [entry.code for entry in codes.get("country").search(" ", "en", 3)] == ["US", "MX", "CA"]


@pytest.mark.parametrize(
    ("language", "typed", "heading"),
    [
        ("fr", "bobines", "7208"),
        ("fr", "tôle galvanisée", "7210"),
        ("fr", "pneu", "4011"),
        ("fr", "animaux", "01"),
        ("es", "láminas galvanizadas", "7210"),
        ("es", "jitomates", "0702"),
        ("es", "pez", "0301"),
        ("es", "refacciones para camiones", "8708"),
        ("es", "zapato", "6403"),
        ("fr", "acero", "7208"),
        ("en", "tires", "4011"),
    ],
)
def test_goods_are_found_as_trade_calls_them(language: str, typed: str, heading: str) -> None:
    assert heading in {entry.code[:4] for entry in codes.get("hs").search(typed, language)}


def test_a_heading_stands_above_its_subheadings_and_their_english_is_told_apart() -> None:
    found = codes.get("hs").search("tôles galvanisées", "fr")
    assert [entry.code for entry in found][:2] == ["7210", "721011"]
    assert found[0].detail == ""
    assert found[1].label == found[0].label
    assert "flat-rolled" in found[1].detail


def test_trade_words_lead_to_headings_that_exist() -> None:
    from sharing.records.codes.goods import Goods

    goods = Goods()
    assert [code for code in goods._calls if code not in goods or len(code) != 4] == []
