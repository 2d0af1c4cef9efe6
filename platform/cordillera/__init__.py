"""Cordillera: enforcement information sharing under USMCA chapter 7."""

from .celery import app as celery_app

__all__ = ["celery_app"]
