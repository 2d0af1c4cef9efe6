"""The details of an entry in the reader's words: what each is called, and what its value means.

The log keeps names and codes, in no language, for ever. A name that is in no table here stands as it
was written: an entry of an earlier version may have one. A test holds the tables against the code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cordillera.parties.forms import SettingsForm
from cordillera.parties.words import tag_words

from ..watching.forms import LABELS as LIMITS
from . import values

Words = str | Promise

#: What a detail is called, by its name in the log.
NAMES: dict[str, Words] = {
    "account": _("Account"),
    "active": _("In use"),
    "actor": _("Officer"),
    "about": _("Record, or other thing"),
    "address": _("Address"),
    "always": _("Works day and night"),
    "attempts": _("Attempts"),
    "audience": _("Released to"),
    "authority": _("Authorities trusted for this peer"),
    "becomes": _("Becomes"),
    "before": _("Before"),
    "browser": _("Browser"),
    "checked": _("Entries read"),
    "client_certificate": _("Client certificate"),
    "client_key": _("The certificate's key"),
    "closes_at": _("Work ends"),
    "code": _("Reason"),
    "contacts": _("Contacts"),
    "count": _("How many"),
    "days": _("Days"),
    "days_locked": _("Days locked"),
    "detail": _("What was said"),
    "direction": _("Direction"),
    "drawn": _("Drawn because"),
    "email": _("E-mail"),
    "end": _("Up to place"),
    "entries": _("Entries"),
    "epoch": _("Epoch"),
    "error": _("Error"),
    "event": _("What happened"),
    "faults": _("Faults"),
    "file": _("File"),
    "filters": _("Narrowed by"),
    "first": _("From place"),
    "format": _("Format"),
    "found": _("Found"),
    "from": pgettext_lazy("number", "From"),
    "hours": _("Working hours"),
    "index": _("Position"),
    "keys": _("Keys"),
    "kept": _("Set by hand"),
    "kind": _("Kind"),
    "kinds": _("Kinds"),
    "label": _("What for"),
    "language": _("Language"),
    "last": _("Up to number"),
    "limit": _("Limit"),
    "lines": _("Lines"),
    "listed": _("Published contact"),
    "manifest": _("Manifest’s hash"),
    "method": _("How"),
    "mode": _("How the nodes speak"),
    "name": _("Name"),
    "notify": _("Tells of new finds"),
    "now": _("Now"),
    "number": _("Number"),
    "opens_at": _("Work begins"),
    "origin": _("Log"),
    "other": _("Other Party"),
    "others": _("Not applied"),
    "outbox": _("Number of the delivery"),
    "outcome": _("Outcome"),
    "outcomes": _("Outcomes"),
    "part": _("Part"),
    "path": _("Address on this node"),
    "permission": _("What was asked"),
    "personal_data": _("Personal data may go"),
    "pins": _("Pinned keys"),
    "port": _("Port"),
    "proven": _("The sender proved who he is"),
    "purpose": _("Purpose"),
    "queued": _("Waiting items"),
    "reach": _("Notified of"),
    "reason": _("Reason"),
    "receipt": _("Signed receipt"),
    "record": _("Record behind it"),
    "records": _("Records"),
    "reference": _("Reference"),
    "references": _("Records"),
    "removed": _("Removed"),
    "retired": _("Key that was retired"),
    "review_on": _("Looked at again on"),
    "reviews": _("Reviews"),
    "revision": _("Saved for the time"),
    "revoked": _("Revoked keys"),
    "roles": _("Roles"),
    "root": _("Root key"),
    "rows": _("Entries"),
    "rule": _("Rule"),
    "said": _("What was said"),
    "scopes": _("Scopes"),
    "search": _("Entry of the search"),
    "second_signature": _("Second signature"),
    "seconds": _("Seconds behind"),
    "sender": _("From"),
    "sent": _("Sent anew"),
    "sessions": _("Sessions ended"),
    "sessions_ended": _("Sessions ended"),
    "settled": _("Receipted up to number"),
    "sha256": _("SHA-256 of its content"),
    "since": pgettext_lazy("date", "From"),
    "size": _("Size"),
    "state": _("State"),
    "system": _("System account"),
    "tag": _("Action"),
    "text": _("Text"),
    "time_zone": _("Time zone"),
    "tlp": _("Strictest label"),
    "to": pgettext_lazy("number", "To"),
    "tokens": _("Access tokens ended"),
    "type": _("Kind"),
    "unit": _("Unit"),
    "until": pgettext_lazy("date", "To"),
    "use": _("Use"),
    "username": _("User name"),
    "verb": _("Decision"),
    "verdict": _("Verdict"),
    "version": _("Version"),
    "why": _("What was said"),
    "with": _("Confirmed with"),
    "zone": _("Time zone"),
    **{name: label for name, (label, _help) in LIMITS.items()},
    **{name: field.label or name for name, field in SettingsForm.base_fields.items()},
}
#: What a value means, by the name of its detail; others are texts, numbers, yes and no.
VALUES: dict[str, Callable[[Any], Words]] = {
    "always": values.answer,
    "audience": values.parties,
    "before": values.told,
    "code": values.told,
    "days": values.days,
    "direction": values.direction,
    "drawn": values.drawn,
    "error": values.told,
    "event": values.event,
    "filters": values.filters,
    "format": lambda value: str(value).upper(),
    "hours": values.hours,
    "kind": values.kind,
    "kinds": values.kinds_of,
    "language": values.language,
    "method": values.factor,
    "mode": values.mode,
    "now": values.told,
    "other": values.parties,
    "others": values.items,
    "outcome": values.outcome,
    "outcomes": values.outcomes,
    "part": values.part,
    "permission": values.permission,
    "purpose": values.purpose,
    "reach": values.reach,
    "reason": values.told,
    "removed": values.removed,
    "roles": values.roles,
    "rule": values.rule,
    "scopes": values.scopes,
    "second_signature": values.turn,
    "sender": values.parties,
    "size": values.size,
    "state": values.state,
    "tag": tag_words,
    "tlp": lambda value: f"TLP:{value}",
    "type": values.factor,
    "use": values.use,
    "verb": values.verb,
    "verdict": values.verdict,
}
#: What stands as None in the log, and says something.
NONE = {"kinds"}


def told(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """Each detail's name and value, without the empty ones."""
    return [
        (str(NAMES.get(name, name)), words(name, value))
        for name, value in detail.items()
        if value not in ("", None, [], {}) or (value is None and name in NONE)
    ]


def words(name: str, value: Any) -> str:
    if name in VALUES:
        try:
            return str(VALUES[name](value))
        except (TypeError, ValueError, KeyError):
            pass  # an entry of an earlier version: another type stood there
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int):
        return number_format(value, use_l10n=True, force_grouping=True)
    return ", ".join(values.several(value))
