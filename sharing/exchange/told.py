"""What a log may say of an error: which and where, never with the values that it quotes.

PostgreSQL puts the row that it objects to into its message, and that is what somebody released.
"""

from __future__ import annotations

import traceback


def what(error: BaseException) -> str:
    """As `IntegrityError 23514 at receiving.py:255`."""
    state = getattr(error.__cause__, "sqlstate", None)
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f" at {last[0].filename.rpartition('/')[2]}:{last[0].lineno}" if last else ""
    return f"{type(error).__name__}{f' {state}' if state else ''}{place}"


def whole(error: BaseException) -> str:
    """The same with the way there, for who mends it."""
    return f"{what(error)}\n{''.join(traceback.format_tb(error.__traceback__))}"
