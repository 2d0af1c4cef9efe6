"""Officers' accounts, and system accounts, which only ever use tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import ANALYST, LONE_ROLES, OFFICER, Identity

from .. import keysets, notices
from ..acting import acting
from ..models import ROLES, AccessToken, Officer, Party, Unit
from ..scopes import allowed_scopes
from ..text import line
from .asking import ADDRESS, ask
from .parties import check_time_zone

#: What a machine may be; releasing, watching and administering take a person.
SYSTEM_ROLES = (OFFICER, ANALYST)


@transaction.atomic
def create_officer(
    *,
    party: Party,
    username: str,
    name: str,
    roles: Iterable[str],
    email: str = "",
    unit: Unit | None = None,
    language: str = "en",
    time_zone: str = "",
    password: str | None = None,
    is_system: bool = False,
    listed: bool = False,
    by: Identity | None = None,
) -> Officer:
    """A new account. Without a password nobody can sign in to it until one is set."""
    officer = Officer(
        party=party,
        username=username.strip().lower(),
        name=line("name", name),
        email="" if is_system else email.strip(),
        unit=unit,
        roles=check_roles(roles, is_system),
        language=language,
        time_zone=time_zone or party.time_zone,
        is_system=is_system,
        listed=listed,
        created_at=clock.now(),
    )
    if by is not None:
        require(by, "officer.manage", officer)
    _check(officer)
    if Officer.objects.filter(username=officer.username).exists():
        raise ValidationError({"username": _("This user name is taken.")})
    officer.set_password(None if is_system else password)
    try:
        with transaction.atomic():
            officer.save()
    except IntegrityError as error:  # taken between the question and the answer
        raise ValidationError({"username": _("This user name is taken.")}) from error
    detail = {"username": officer.username, "roles": officer.roles, "system": is_system}
    log.write("officer:add", actor=acting(by, party.pk), about=officer.pk, detail=detail)
    if listed:
        keysets.contacts_changed(party.pk, by)
    return officer


@transaction.atomic
def change_officer(
    *,
    officer: Officer,
    name: str,
    roles: Iterable[str],
    unit: Unit | None,
    email: str | None = None,
    listed: bool = False,
    by: Identity | None = None,
) -> Officer:
    """What the administrator sets; nobody changes his own roles.

    Another officer's address changes only when he confirms it: until then this only asks him.
    """
    officer = locked(officer)
    if by is not None:
        require(by, "officer.manage", officer)
    wanted = check_roles(roles, officer.is_system)
    if by is not None and by.account == officer.pk and wanted != sorted(officer.roles):
        raise ValidationError(
            {"roles": _("Nobody changes his own roles; ask another administrator.")}
        )
    before = _facts(officer)
    officer.name, officer.roles, officer.unit, officer.listed = (
        line("name", name),
        wanted,
        unit,
        listed,
    )
    if email is not None and not officer.is_system and email.strip() != officer.email:
        if by is None or by.account == officer.pk or not email.strip():
            officer.email = email.strip()
        else:
            ask(officer=officer, what=ADDRESS, address=email.strip(), by=by)
    _check(officer)
    officer.save()
    if before["roles"] != officer.roles:
        _narrow_tokens(officer)
    changed = {k: v for k, v in _facts(officer).items() if before[k] != v}
    if "email" in changed:
        notices.account_changed(officer, before["email"], "address")
    log.write(
        "officer:change", actor=acting(by, officer.party_id), about=officer.pk, detail=changed
    )
    if officer.listed or before["listed"]:
        keysets.contacts_changed(officer.party_id, by)
    return officer


def _facts(officer: Officer) -> dict[str, Any]:
    return {
        "name": officer.name,
        "roles": sorted(officer.roles),
        "unit": officer.unit.name if officer.unit else "",
        "listed": officer.listed,
        "email": officer.email,
    }


def _narrow_tokens(officer: Officer) -> None:
    """A token never does more than its account's roles allow now."""
    allowed = set(allowed_scopes(officer))
    for token in AccessToken.objects.filter(account=officer, revoked_at=None):
        if not set(token.scopes) <= allowed:
            token.scopes = sorted(set(token.scopes) & allowed)
            token.save(update_fields=["scopes"])


@transaction.atomic
def save_preferences(
    *,
    officer: Officer,
    language: str,
    time_zone: str,
    single_key_shortcuts: bool,
    mail_notices: bool,
    by: Identity,
) -> Officer:
    """What each officer sets for himself."""
    if by.account != officer.pk:
        raise ValueError("Preferences are the officer's own.")
    officer = locked(officer)
    officer.language, officer.time_zone = language, time_zone
    officer.single_key_shortcuts, officer.mail_notices = single_key_shortcuts, mail_notices
    _check(officer)
    officer.save()
    detail = {"language": language, "time_zone": time_zone}
    log.write("account:change", actor=by, about=officer.pk, detail=detail)
    return officer


def check_roles(roles: Iterable[str], is_system: bool = False) -> list[str]:
    """The roles sorted, or a ValidationError that says why they cannot be held together."""
    found = sorted(set(roles))
    names = dict(ROLES)
    if unknown := [role for role in found if role not in names]:
        raise ValidationError({"roles": _("Unknown role: %(role)s.") % {"role": unknown[0]}})
    if len(found) > 1 and (alone := [role for role in found if role in LONE_ROLES]):
        message = _("The role “%(role)s” stands alone: duties must stay apart.")
        raise ValidationError({"roles": message % {"role": names[alone[0]]}})
    if is_system and (personal := [role for role in found if role not in SYSTEM_ROLES]):
        message = _("A system account cannot be “%(role)s”: that takes an officer's own decision.")
        raise ValidationError({"roles": message % {"role": names[personal[0]]}})
    if not found:
        raise ValidationError({"roles": _("Choose at least one role.")})
    return found


def _check(officer: Officer) -> None:
    check_time_zone(officer.time_zone)
    if officer.language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("Choose one of the three languages.")})
    if officer.unit and officer.unit.party_id != officer.party_id:
        raise ValidationError({"unit": _("This unit belongs to another Party.")})
    officer.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)


def locked(officer: Officer) -> Officer:
    """The officer as the database has it, held until the transaction ends."""
    return Officer.objects.select_for_update(of=("self",)).select_related("unit").get(pk=officer.pk)
