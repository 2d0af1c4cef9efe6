"""The tables of oversight, one subject a module."""

from .watching import Hours, Notice, Thresholds, UnitHours, Watched

__all__ = ["Hours", "Notice", "Thresholds", "UnitHours", "Watched"]
