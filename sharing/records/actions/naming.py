"""Whom a TLP:RED record may name: readers of the own Party, and what other Parties published."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from cordillera.access.identity import READING_ROLES
from cordillera.parties.models import Officer
from cordillera.parties.queries import contacts

from ..handling import PREFIX, Handling
from ..models import Record
from ..schema.problems import Problem


def unfit(record: Record, held: Handling, *, complete: bool) -> Iterator[Problem]:
    """A problem at each officer whom `held` may not name.

    Who was named already stays, though he is published no more. An answer names whom the answered
    record names: its own Party does not know all of them. While a draft is not complete, its
    audience may still grow.
    """
    if record.about_id is not None or not held.named:
        return
    known = _known(record, set(held.audience) if complete else None, held)
    for at, officer in enumerate(held.named):
        if UUID(officer) not in known:
            # The same words whether or not there is such an officer.
            message = _(
                "This is neither an officer of your Party who reads records nor a published "
                "contact of a Party in the audience."
            )
            yield Problem(f"{PREFIX}.named.{at}", "unknown_officer", message)


def _known(record: Record, audience: set[str] | None, held: Handling) -> set[UUID]:
    named = Officer.objects.filter(pk__in=held.named)
    own = Q(
        party_id=record.originator_id,
        is_active=True,
        is_system=False,
        roles__overlap=list(READING_ROLES),
    )
    published = Q(pk__in=contacts().filter(roles__overlap=list(READING_ROLES)).values("pk"))
    before = Q(pk__in=record.current.named if record.current else [])
    others = published | before
    if audience is not None:
        others &= Q(party_id__in=audience)
    return set(named.filter(own | others).values_list("pk", flat=True))
