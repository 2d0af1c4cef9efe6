"""One declaration of a record's content that validates, shows, compares and documents it."""

from .blocks import LANGUAGES, Block, Many, Money, Quantity, Translated
from .coded import Code, Codes, Identifier, Link
from .difference import Change
from .display import Shown
from .fields import EMPTY, Boolean, Decimal, Field, Integer, Text
from .moments import Date, DateTime
from .nodes import Node, Option
from .problems import Problem, Run
from .schema import Cleaned, Leaf, Schema, plain_text

__all__ = [
    "EMPTY",
    "LANGUAGES",
    "Block",
    "Boolean",
    "Change",
    "Cleaned",
    "Code",
    "Codes",
    "Date",
    "DateTime",
    "Decimal",
    "Field",
    "Identifier",
    "Integer",
    "Leaf",
    "Link",
    "Many",
    "Money",
    "Node",
    "Option",
    "Problem",
    "Quantity",
    "Run",
    "Schema",
    "Shown",
    "Text",
    "Translated",
    "plain_text",
]
