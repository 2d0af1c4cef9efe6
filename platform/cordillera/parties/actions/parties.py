"""Parties, their units and their settings."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from .. import addresses, keysets
from ..acting import acting
from ..models import Party, PartyKey, Unit
from ..preferences import BOUNDS
from ..text import line


@transaction.atomic
def create_party(
    *,
    code: str,
    country_names: dict[str, str],
    administration: str,
    short_name: str,
    time_zone: str = "UTC",
) -> Party:
    """A Party that takes part; only the operator does this. `code` is ISO 3166-1 alpha-2."""
    if len(code) != 2 or not (code.isascii() and code.isalpha() and code.isupper()):
        raise ValidationError({"code": f"{code!r} is not a country code of two capital letters."})
    check_time_zone(time_zone)
    if Party.objects.filter(code=code).exists():
        raise ValidationError({"code": f"The Party {code} exists already."})
    party = Party.objects.create(
        code=code,
        country_names=country_names,
        administration=administration,
        short_name=short_name,
        time_zone=time_zone,
    )
    log.write("party:add", actor=acting(None, code), about=code)
    return party


@transaction.atomic
def set_address(*, party: Party, address: str, by: Identity | None = None) -> Party:
    """Where the other nodes reach this Party's node; empty: they do not. Raises ValidationError."""
    if by is not None:
        require(by, "key.manage", PartyKey(party=party))
    party = Party.objects.select_for_update().get(pk=party.pk)
    party.address = addresses.clean(address)
    party.save(update_fields=["address"])
    log.write(
        "party:address",
        actor=acting(by, party.code),
        about=party.code,
        detail={"address": party.address},
    )
    keysets.publish(party.code, by)
    return party


@transaction.atomic
def create_unit(*, party: Party, name: str, port: str = "", by: Identity | None = None) -> Unit:
    unit = Unit(party=party, name=line("name", name), port=line("port", port).upper())
    return _save_unit(unit, "unit:add", by)


@transaction.atomic
def change_unit(
    *, unit: Unit, name: str, port: str, is_active: bool, by: Identity | None = None
) -> Unit:
    unit.name, unit.port = line("name", name), line("port", port).upper()
    unit.is_active = is_active
    return _save_unit(unit, "unit:change", by)


def _save_unit(unit: Unit, tag: str, by: Identity | None) -> Unit:
    if by is not None:
        require(by, "unit.manage", unit)
    unit.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise ValidationError({"name": _("There is already a unit of this name.")}) from error
    detail = {"name": unit.name, "port": unit.port, "active": unit.is_active}
    log.write(tag, actor=acting(by, unit.party_id), about=unit.name, detail=detail)
    keysets.contacts_changed(unit.party_id, by)  # a contact is told with the name of his unit
    return unit


@transaction.atomic
def save_party_settings(*, party: Party, values: dict[str, int], by: Identity) -> Party:
    """Set some of the Party's preferences; each within its bounds."""
    require(by, "unit.manage", Unit(party=party))
    for name, value in values.items():
        least, most = BOUNDS[name]
        if not least <= value <= most:
            message = _("Choose a number from %(least)s to %(most)s.")
            raise ValidationError({name: message % {"least": least, "most": most}})
    party = Party.objects.select_for_update().get(pk=party.pk)
    changed = {k: v for k, v in values.items() if party.settings.get(k) != v}
    party.settings = {**party.settings, **values}
    party.save(update_fields=["settings"])
    if changed:
        log.write("party:settings", actor=by, about=party.code, detail=changed)
    return party


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError({"time_zone": _("“%(zone)s” is not a time zone.") % {"zone": name}})
