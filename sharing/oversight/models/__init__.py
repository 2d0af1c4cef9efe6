"""The tables of oversight, one subject a module."""

from .bundle import Bundle
from .ledger import Disclosure, LedgerExport, LedgerTotal
from .retention import Deletion, Falling, Hold
from .sampling import SearchCount, SearchReview
from .verification import Verification
from .watching import Hours, Notice, Thresholds, UnitHours, Watched

__all__ = [
    "Bundle",
    "Deletion",
    "Disclosure",
    "Falling",
    "Hold",
    "Hours",
    "LedgerExport",
    "LedgerTotal",
    "Notice",
    "SearchCount",
    "SearchReview",
    "Thresholds",
    "UnitHours",
    "Verification",
    "Watched",
]
