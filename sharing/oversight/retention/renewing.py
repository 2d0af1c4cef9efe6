"""Say of several records at once that they are still needed: a renewal is proposed of each, and a
second officer decides each, as if they had been proposed one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cordillera.access.decide import Refused
from cordillera.access.identity import Identity
from sharing.records import actions
from sharing.records.problems import Invalid, NotNow
from sharing.records.reading.renewal import proposed_dates

from . import queries

MOST = 50


def renew(by: Identity, records: Sequence[UUID], reason: str) -> tuple[int, list[tuple[Any, str]]]:
    """How many renewals were proposed, and which records could not be, with why."""
    chosen = queries.coming(by).filter(pk__in=list(records)[:MOST])
    done, left = 0, []
    for record in chosen:
        try:
            with transaction.atomic():
                actions.renew(record=record, by=by, reason=reason, **proposed_dates(record))
            done += 1
        except NotNow as refused:
            left.append((record, refused.message))
        except Invalid as invalid:
            left.append((record, " ".join(str(one.message) for one in invalid.problems)))
        except Refused as refused:
            left.append((record, str(refused) or _("You may not propose this.")))
    return done, left
