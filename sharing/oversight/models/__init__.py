"""The tables of oversight, one subject a module."""

from .ledger import Disclosure, LedgerExport
from .watching import Hours, Notice, Thresholds, UnitHours, Watched

__all__ = [
    "Disclosure",
    "Hours",
    "LedgerExport",
    "Notice",
    "Thresholds",
    "UnitHours",
    "Watched",
]
