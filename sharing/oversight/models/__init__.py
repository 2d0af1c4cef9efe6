"""The tables of oversight, one subject a module."""

from .ledger import Disclosure, LedgerExport
from .sampling import SearchCount, SearchReview
from .verification import Verification
from .watching import Hours, Notice, Thresholds, UnitHours, Watched

__all__ = [
    "Disclosure",
    "Hours",
    "LedgerExport",
    "Notice",
    "SearchCount",
    "SearchReview",
    "Thresholds",
    "UnitHours",
    "Verification",
    "Watched",
]
