"""A stored body as a reader sees it: labels and values in one language, and plain text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import override

from .blocks import Block, Many, Money, Quantity, Translated
from .coded import Code, Codes, Identifier, Link
from .fields import Field

# Blocks that read as one value, not as a group of fields.
WHOLE = (Money, Quantity, Translated)


@dataclass(slots=True)
class Shown:
    """One value on the page. `text` is ready to print; groups and lists carry `children`.

    `language` is set where the text is not in the reader's; `detail` is more, in English.
    """

    name: str
    label: str
    text: str
    raw: Any
    path: str
    widget: str
    is_code: bool = False
    is_link: bool = False
    codes: str = ""
    scheme: str = ""
    personal: bool = False
    featured: bool = False
    language: str = ""
    detail: str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)
    children: list[Shown] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        return self.widget == "block"

    @property
    def is_list(self) -> bool:
        return self.widget == "many"

    @property
    def by(self) -> dict[str, Shown]:
        """Children by their own name or row number."""
        return {child.name: child for child in self.children}

    def __getitem__(self, name: str) -> Shown:
        """A child: templates say `shown.goods.0.hs`.

        Templates look here before they look at attributes, so a child must not hide one:
        where a child is called `text` or `name`, say `shown.by.text`.
        """
        if name in self.__slots__:
            raise KeyError(name)
        return self.by[name]


def display(block: Block, value: dict[str, Any], language: str) -> Shown:
    with override(language):
        return _shown(block, value, "", language, {})


def _shown(found: Field, value: Any, path: str, language: str, siblings: dict[str, Any]) -> Shown:
    shown = Shown(
        name=path.rsplit(".", 1)[-1],
        label=str(found.label),
        text="",
        raw=value,
        path=path,
        widget=found.widget,
        personal=found.personal,
        featured=found.featured,
    )
    if isinstance(found, Block):
        if isinstance(found, WHOLE):
            shown.text = found.shown(value)
            shown.language = _language_of(found, value, language)
        else:
            shown.children = [
                _shown(f, value[f.name], f"{path}.{f.name}" if path else f.name, language, value)
                for f in found.fields
                if f.name in value
            ]
    elif isinstance(found, Many):
        shown.children = [
            _shown(found.item, item, f"{path}.{at}", language, {}) for at, item in enumerate(value)
        ]
        if not isinstance(found.item, Block):
            shown.text = "; ".join(child.text for child in shown.children)
    else:
        _leaf(shown, found, value, language, siblings)
    return shown


def _leaf(shown: Shown, found: Field, value: Any, language: str, siblings: dict[str, Any]) -> None:
    shown.text = found.shown(value)
    if isinstance(found, Code):
        shown.is_code, shown.codes = True, found.codes
        several = value if isinstance(found, Codes) else [value]
        shown.parts = [(code, found.list.label(code, language)) for code in several]
        shown.detail = found.list.detail(several[0], language) if len(several) == 1 else ""
    elif isinstance(found, Identifier):
        shown.scheme = found.scheme_of(siblings)
    elif isinstance(found, Link):
        shown.is_link = True


def _language_of(found: Block, value: dict[str, Any], language: str) -> str:
    """For a text that is not there in the reader's language: the one it is shown in."""
    if not isinstance(found, Translated) or language in value:
        return ""
    return next(iter(value), "")
