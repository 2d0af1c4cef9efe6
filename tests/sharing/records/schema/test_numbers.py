"""Numbers as they are typed in each language; what can mean two things is not guessed."""

import pytest

from sharing.records.schema.parsing import number


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("en", "22400.5", "22400.5"),
        ("en", "22,400.5", "22400.5"),
        ("en", "22,5", "22,5"),
        ("es", "22,5", "22.5"),
        ("es", "22,400.5", "22400.5"),
        ("es", "1,234", "1,234"),
        ("fr", "22,5", "22.5"),
        ("fr", "1,234", "1.234"),
        ("fr", "22 400,5", "22400.5"),
        ("fr", "22\u202f400", "22400"),
        ("fr", "22.5", "22.5"),
        ("en", "many", "many"),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(language: str, typed: str, read: str) -> None:
    assert number(typed, language) == read
