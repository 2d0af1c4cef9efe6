"""A root key's fingerprint as twelve words, to be read over a telephone in three languages.

The words are the BIP-39 encoding of the first 16 bytes of the SHA-256 of the raw public key: 128
bits and a check of 4. The lists were made for reading aloud: no two words of one list share their
first four letters.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache

from mnemonic import Mnemonic

LISTS = {"en": "english", "es": "spanish", "fr": "french"}


def words(public: bytes, language: str) -> str:
    """The twelve words in en, es or fr, separated by spaces."""
    found = _list(language).to_mnemonic(hashlib.sha256(public).digest()[:16])
    return unicodedata.normalize("NFC", found)


def in_all_languages(public: bytes) -> dict[str, str]:
    return {language: words(public, language) for language in LISTS}


def fits(public: bytes, heard: str) -> bool:
    """Whether these are the words in one of the languages; accents and capitals do not matter."""
    return _plain(heard) in {_plain(words(public, language)) for language in LISTS}


@cache
def _list(language: str) -> Mnemonic:
    return Mnemonic(LISTS[language])


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold())
    kept = (c if c.isalpha() else " " for c in letters if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
