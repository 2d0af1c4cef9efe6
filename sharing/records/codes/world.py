"""Countries, languages and currencies: ISO codes, with the translations pycountry brings."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

import pycountry
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .lists import CodeList

# The three Parties and the countries goods mostly come from are offered first.
_FIRST = ("US", "MX", "CA", "CN", "HK")


class WorldList(CodeList):
    """A pycountry database; `domain` names its bundled translations."""

    def __init__(self, name: str, title: str | Promise, rows: Any, key: str, domain: str) -> None:
        self.name, self.title = name, title
        self._rows, self._key, self._domain = rows, key, domain

    @cached_property
    def _names(self) -> dict[str, str]:
        found = {
            getattr(row, self._key): getattr(row, "common_name", None) or row.name
            for row in self._rows
            if getattr(row, self._key, None)
        }
        first = {code: found[code] for code in _FIRST if code in found}
        return first | dict(sorted(found.items(), key=lambda pair: pair[1]))

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, code: object) -> bool:
        return code in self._names

    def normalise(self, text: str) -> str:
        text = text.strip()[:200]
        return (
            text.upper()
            if self._key in ("alpha_2", "alpha_3") and self.name != "language"
            else text.lower()
        )

    def label(self, code: str, language: str) -> str:
        name = self._names.get(code)
        return _translated(self._domain, language, name) if name else code


@cache
def _catalogue(domain: str, language: str) -> gettext.NullTranslations:
    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)


def _translated(domain: str, language: str, name: str) -> str:
    return name if language == "en" else _catalogue(domain, language).gettext(name)


LISTS = (
    WorldList("country", _("Countries"), pycountry.countries, "alpha_2", "iso3166-1"),
    WorldList("language", _("Languages"), pycountry.languages, "alpha_2", "iso639-3"),
    WorldList("currency", _("Currencies"), pycountry.currencies, "alpha_3", "iso4217"),
)
