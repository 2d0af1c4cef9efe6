"""Marks that each language sets in its own way."""

from __future__ import annotations

from django.utils.translation import gettext as _


def labelled(label: object, text: object) -> str:
    """`text` under its label, as "Title: Steel coil": in French a space stands before the colon."""
    return _("%(label)s: %(text)s") % {"label": label, "text": text}
