"""The officers whom other Parties may name: what a key set says of them.

A contact of a remote Party is an officer's row with the same id, so that a record names him as it
names anyone here. It has no password and belongs to a Party that is not hosted: nobody signs in
with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError

from cordillera import clock
from cordillera.access.identity import READING_ROLES
from cordillera.crypto.errors import Hostile
from cordillera.crypto.keyset import Contact

from .models import Officer, Party, Unit
from .text import line


def of(party: Party) -> tuple[Contact, ...]:
    """The listed officers of a hosted Party, by name."""
    listed = Officer.objects.filter(party=party, listed=True, is_active=True, is_system=False)
    return tuple(
        Contact(o.pk, o.name, o.unit.name if o.unit else "", _reading(o.roles))
        for o in listed.select_related("unit").order_by("name", "pk")
        if _reading(o.roles)
    )


def _reading(roles: Iterable[str]) -> tuple[str, ...]:
    """Only who reads records can be named in one."""
    return tuple(sorted(READING_ROLES & set(roles)))


def replace(party: Party, contacts: Iterable[Contact]) -> None:
    """Make the remote Party's contacts these and no others. Their ids bear its code, as the key set
    was read: none is another Party's officer. Raises Hostile."""
    wanted = {contact.id: contact for contact in contacts}
    gone = Officer.objects.filter(party=party, listed=True).exclude(pk__in=wanted)
    gone.update(listed=False, is_active=False)
    held = Officer.objects.filter(party=party).in_bulk(list(wanted))
    units = {unit.name: unit for unit in Unit.objects.filter(party=party)}
    for contact in wanted.values():
        officer = held.get(contact.id) or _new(party, contact)
        officer.name = known_line("a contact's name", contact.name, 150)
        officer.roles = list(_reading(contact.roles))
        officer.unit = _unit(party, contact.unit, units)
        officer.listed = officer.is_active = bool(officer.roles)
        officer.save()


def _new(party: Party, contact: Contact) -> Officer:
    return Officer(
        pk=contact.id,
        party=party,
        username=f"{party.code.lower()}.contact.{contact.id}",
        password=make_password(None),
        created_at=clock.now(),
        mail_notices=False,
    )


def _unit(party: Party, name: str, units: dict[str, Unit]) -> Unit | None:
    name = known_line("a unit's name", name, 200) if name else ""
    if name and name not in units:
        units[name] = Unit.objects.create(party=party, name=name)
    return units.get(name)


def known_line(what: str, text: str, most: int) -> str:
    """A name that came from outside, in one line that shows all it holds. Raises Hostile."""
    try:
        found = line("name", text)
    except ValidationError as error:
        raise Hostile(f"{what} with a character that cannot be seen") from error
    if not 0 < len(found) <= most:
        raise Hostile(f"{what} of {len(found)} characters; 1 to {most} were wanted")
    return found
