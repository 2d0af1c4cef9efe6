"""What an officer decides about what reached him. Keyword-only, `by=` an identity; each is one
transaction that holds the outcome, its history, its audit entry and the news for open pages.
"""

from .outcomes import acknowledge, no_action, refer, snooze, undo

__all__ = ["acknowledge", "no_action", "refer", "snooze", "undo"]
