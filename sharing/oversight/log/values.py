"""What the codes in an entry's details mean. A code that nobody knows (any more) stands as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.dates import WEEKDAYS
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cordillera.access import words as access
from cordillera.parties import words as parties_words
from cordillera.parties.models import PartyKey, Peer
from cordillera.web.words import PARTY_NAMES, STATES
from sharing.desk.models import OUTCOMES as DESK_OUTCOMES
from sharing.desk.models import Reach
from sharing.exchange import board
from sharing.exchange import words as exchange
from sharing.records import codes
from sharing.records import kinds as registered
from sharing.records.models import Decision
from sharing.records.reading import deliveries

from ..models import Disclosure, Notice, SearchReview
from ..retention import words as retention
from ..sampling import words as sampling
from . import witnesses

Words = str | Promise
FACTORS: dict[str, Words] = {
    "totp": _("one-time code"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery code"),
    "password": _("password"),
}
PARTS: dict[str, Words] = {
    "answers": _("its answers"),
    "links": _("its links"),
    "version": _("an earlier version"),
    "versions": _("its versions"),
    "history": _("its history"),
    "attachments": _("its files"),
    "feed": _("through the feed"),
    "list": _("in a list"),
    "api": _("through the API"),
    "api version": _("an earlier version, through the API"),
}
#: Of the policy table; its page says these otherwise.
SCOPED = "token has scope "
OWN_CONDITIONS: dict[str, Words] = {
    "has an account": _("only for who has an account"),
    "is the node itself": _("only for the node itself"),
}
DONE: dict[str, Words] = {
    "applied": _("taken in"),
    "waiting": _("waiting"),
    "refused": _("refused"),
    "done": _("ended"),
    "cancelled": _("cancelled"),
    "failed": _("broke off"),
}
VERBS: dict[str, Words] = {
    Decision.RELEASE: _("release"),
    Decision.AMEND: _("amendment"),
    Decision.RECALL: _("recall"),
    **deliveries.WORDS,
}


def several(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{name}: {', '.join(several(one))}" for name, one in value.items()]
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _each(value: Any, known: Any) -> str:
    return ", ".join(str(known.get(one, one)) for one in several(value))


def parties(value: Any) -> Words:
    return _each(value, PARTY_NAMES)


def roles(value: Any) -> Words:
    return _each(value, access.ROLES)


def scopes(value: Any) -> Words:
    return _each(value, parties_words.SCOPE_WORDS)


def kind(value: Any) -> Words:
    """Of a record; or of what a log did, in a finding."""
    for one in registered.all():
        if one.code == value:
            return one.label
    return witnesses.KINDS.get(value, str(value))


def kinds_of(value: Any) -> Words:
    if value is None:
        return _("every kind")
    return ", ".join(str(kind(code)) for code in several(value)) or _("no kind")


def purpose(value: Any) -> Words:
    return codes.get("purpose").label(value, (get_language() or "en")[:2]) or str(value)


def told(value: Any) -> Words:
    """Why something was refused: a code of the exchange, a condition of the policy, or a text."""
    text = str(value)
    if text in access.CONDITIONS:
        return access.CONDITIONS[text]
    named = text.removeprefix("is ").split(" or ")
    if text.startswith("is ") and all(name in access.ROLES for name in named):
        return gettext("only for: %(roles)s") % {"roles": roles(named)}
    if text.startswith(SCOPED):
        return gettext("the token may not: %(scope)s") % {"scope": scopes(text[len(SCOPED) :])}
    refused = parties_words.KEY_SET_REFUSALS
    for known in (exchange.REASONS, board.ERRORS, refused, OWN_CONDITIONS, DONE):
        if text in known:
            return known[text]
    return text


def permission(value: Any) -> Words:
    """Of those that stand in no page of permissions, the node alone has one."""
    return access.PERMISSIONS.get(value) or (_("End a record") if value == "record.end" else value)


def factor(value: Any) -> Words:
    return FACTORS.get(value, str(value))


def use(value: Any) -> Words:
    return dict(PartyKey.USES).get(value, str(value))


def mode(value: Any) -> Words:
    return dict(Peer.MODES).get(value, str(value))


def language(value: Any) -> Words:
    return gettext(dict(settings.LANGUAGES).get(value, str(value)))


def part(value: Any) -> Words:
    return PARTS.get(value, str(value))


def verb(value: Any) -> Words:
    return VERBS.get(value, str(value))


def outcome(value: Any) -> Words:
    return {**dict(DESK_OUTCOMES), **dict(Notice.OUTCOMES), **DONE}.get(value, str(value))


def rule(value: Any) -> Words:
    return {**retention.RULES, **dict(Notice.RULES)}.get(value, str(value))


def verdict(value: Any) -> Words:
    return dict(SearchReview.VERDICTS).get(value, str(value))


def drawn(value: Any) -> Words:
    return dict(SearchReview.REASONS).get(value, str(value))


def direction(value: Any) -> Words:
    return dict(Disclosure.DIRECTIONS).get(value, str(value))


def event(value: Any) -> Words:
    return dict(Disclosure.EVENTS).get(value, str(value))


def state(value: Any) -> Words:
    return DONE.get(value) or STATES.get(value, (str(value), ""))[0]


def reach(value: Any) -> Words:
    return dict(Reach.CHOICES).get(value, str(value))


def turn(value: Any) -> Words:
    known = {"begins": pgettext_lazy("it", "begins"), "ends": pgettext_lazy("it", "ends")}
    return known.get(value, str(value))


def hours(value: Any) -> Words:
    return _("the Party’s") if value == "of the Party" else str(value)


def days(value: Any) -> Words:
    """How many; or which of the week, as "[0, 1, 2]"."""
    if not str(value).startswith("["):
        return str(value)
    named = [int(one) for one in str(value).strip("[]").split(",") if one.strip().isdigit()]
    return ", ".join(str(WEEKDAYS[one]) for one in named if one in WEEKDAYS)


def answer(value: Any) -> Words:
    """Yes and no, also where they were written as texts."""
    known = {"True": _("yes"), "False": _("no")}
    return known.get(str(value), str(value))


def size(value: Any) -> Words:
    return filesizeformat(value)


def removed(value: Any) -> Words:
    return _listed(retention.removed_words(value)) if isinstance(value, dict) else str(value)


def filters(value: Any) -> Words:
    if not isinstance(value, dict):
        return str(value)
    return _listed(f"{name}: {found}" for name, found in sampling.filters(value))


def outcomes(value: Any) -> Words:
    """How many items had which outcome."""
    if not isinstance(value, dict):
        return str(value)
    return _listed(
        f"{DONE.get(name, name)}: {number_format(number, use_l10n=True)}"
        for name, number in value.items()
    )


def items(value: Any) -> Words:
    """Which items were not applied: number, outcome and why."""
    return _listed(
        f"{number}: {DONE.get(what, what)}" + (f" ({told(why)})" if why else "")
        for number, what, why in value
    )


def _listed(found: Iterable[str]) -> str:
    return "; ".join(found)
