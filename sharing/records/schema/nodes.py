"""The tree a generic template walks to draw a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    selected: bool = False


@dataclass(slots=True)
class Node:
    """One field, block or list of the form. `name` and `id` are what HTML needs."""

    widget: str
    name: str
    id: str
    path: str
    label: str
    help: str = ""
    required: bool = False
    personal: bool = False
    value: Any = ""
    shown: str = ""
    problems: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    codes: str = ""
    children: list[Node] = field(default_factory=list)
    blank: Node | None = None
    max: int | None = None
    #: Rows beyond `max`, too many to be drawn: (name, value) of each of their inputs.
    carried: list[tuple[str, str]] = field(default_factory=list)
    beyond: int = 0
    example: str = ""
    #: It is a row of a list: what it needs is needed as soon as the row is there.
    is_row: bool = False
    #: The optional group that needs it once it is begun.
    needed_with: str = ""
    #: It leaves at once, without a release to wait for.
    at_once: bool = False
    #: Rarely filled in: the form may hide it behind “More”.
    folded: bool = False
    #: The list a blank row belongs to, by which its drawing can be kept.
    origin: Any = None
    #: Its share of a row of twelve columns, as w4; "" for the widget's usual one.
    width: str = ""
    #: What another Party says of it; stands beside it while it is corrected.
    remark: str = ""

    @property
    def problem(self) -> str:
        return " ".join(self.problems)

    @property
    def any_problem(self) -> bool:
        """Whether something is wrong here or below: an outline can then point at it."""
        return bool(self.problems) or any(child.any_problem for child in self.children)

    @property
    def filled(self) -> bool:
        value = self.value
        given = any(value.values()) if isinstance(value, dict) else bool(value)
        return given or any(child.filled for child in self.children)

    @property
    def by(self) -> dict[str, Node]:
        """Children by their own name or row number."""
        return {child.path.rpartition(".")[2]: child for child in self.children}

    def __getitem__(self, name: str) -> Node:
        """A child: templates say `node.goods.0.hs`.

        Templates look here before they look at attributes, so a child must not hide one:
        where a child is called `name` or `value`, say `node.by.name`.
        """
        if name in self.__slots__:
            raise KeyError(name)
        return self.by[name]
