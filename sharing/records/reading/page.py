"""The record page's context: one record as one reader sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cordillera import clock
from cordillera.access.decide import permits
from cordillera.access.identity import Identity
from cordillera.parties import agreements
from cordillera.parties.models import Officer
from cordillera.web.marking import Marking

from .. import disputes, handling, kinds, lifecycle, queries
from ..attachments import showing
from ..models import Decision, Record, Version
from ..schema import Shown
from . import (
    answers,
    corrections,
    deliveries,
    disputing,
    languages,
    links,
    notice,
    relations,
    sections,
)
from .offers import Situation, offers
from .renewal import renews
from .withheld import withheld

REVIEW_SOON = timedelta(days=30)


def frame(
    identity: Identity,
    record: Record,
    version: Version,
    tab: str,
    decision: Decision | None = None,
) -> dict[str, Any]:
    """What every tab of the record page needs. `decision`: the open one, where it is known."""
    ours = record.originator_id == identity.party
    if ours and decision is None:
        decision = queries.open_decision(record)
    acknowledged = None if ours else answers.own_acknowledgement(identity, record)
    disputed = disputes.of([record])[record.pk]
    closing = disputing.closing(identity, record)
    situation = Situation(identity, record, decision, acknowledged is not None, closing)
    found = offers(situation)
    return {
        "record": record,
        "version": version,
        "kind": kinds.get(record.kind),
        "ours": ours,
        "decision": decision,
        "acknowledged": acknowledged,
        "disputes": disputing.told(record, disputed),
        "disputed": any(one.is_open for one in disputed),
        "may_correct": may_correct(identity, record),
        "correction": corrections.told(identity, record, version),
        "closing": closing,
        "offers": found,
        "may_renew": any(offer.name == "renew" for offer in found),
        "withheld": withheld(situation),
        "renews": decision is not None and renews(decision),
        "tab": tab,
        "tabs": tabs(record),
        "here": {name: url for name, _label, url in tabs(record)}.get(tab, ""),
        "title_language": languages.title_language(record),
        "title_language_name": languages.name(languages.title_language(record) or "en"),
        "other_titles": languages.other_titles(record),
        "signature": queries.signature(version) if version.jws else None,
        "marking": marking(version, record.current_id is None),
        "review_soon": ours and is_due(record),
        "names_reader": names_reader(identity, record),
        "is_answer": kinds.get(record.kind).is_answer,
    }


def may_correct(identity: Identity, record: Record) -> bool:
    """Whether the reader may begin the correction that an upheld dispute asks for."""
    return record.state == lifecycle.RELEASED and bool(permits(identity, "record.amend", record))


def names_reader(identity: Identity, record: Record) -> bool:
    """Whether the reader's Party names him to the originator for opening this record."""
    if record.originator_id == identity.party or record.tlp == "RED" or identity.is_system:
        return False
    return agreements.names_since(identity.party, record.originator_id) is not None


def is_due(record: Record) -> bool:
    """Its review comes within a month, or is over."""
    if record.state not in lifecycle.ANSWERABLE or record.review_on is None:
        return False
    return bool(record.review_on - clock.today() <= REVIEW_SOON)


def tabs(record: Record) -> list[tuple[str, str, str]]:
    """(name, label, address) of the page's parts; an answer has none of its own answers."""
    found = [("summary", _("Summary"), reverse("record", args=[record.pk]))]
    if not kinds.get(record.kind).is_answer:
        found.append(("answers", _("Answers"), reverse("record-answers", args=[record.pk])))
    found.append(("links", _("Links"), reverse("record-links", args=[record.pk])))
    found.append(("versions", _("Versions"), reverse("record-versions", args=[record.pk])))
    found.append(("history", _("History"), reverse("record-history", args=[record.pk])))
    return found


def marking(version: Version, draft: bool) -> Marking:
    return Marking.of(
        version.tlp, version.audience, version.handling.get("codes") or (), draft=draft
    )


def released_marking(record: Record) -> Marking:
    """Of a form that is about `record`: as it is in force."""
    codes = record.current.handling.get("codes") if record.current else ()
    return Marking.of(record.tlp, record.released_to, codes or ())


def summary(identity: Identity, record: Record, version: Version) -> dict[str, Any]:
    """What the first tab shows of `version`, by what its kind declares rather than by its name."""
    kind, language = kinds.get(record.kind), languages.reader_language()
    shown = kind.display(version.body, language)
    known = links.linked(identity, version)
    context = {
        "content": sections.content(shown),
        "told": languages.summary(version.body),
        "linked": known,
        "handling_facts": handling_facts(version, language),
        "named": named(identity, version),
        "attachments": showing.rows(version),
        "kind_template": [f"records/kinds/{kind.code}.html", "records/kinds/default.html"],
    }
    if record.originator_id == identity.party and record.current_id:
        context["whereabouts"] = deliveries.latest(deliveries.deliveries(identity, record))
    if kind.clocks:
        context["notice"] = notice.at_a_glance(kind, version.body, shown)
        context |= answered(identity, record)
    if "relations" in kind.schema.block.names:
        near = relations.relations(identity, record, version.body, known)
        context["relations"] = near
        context["graph"] = relations.graph(record, near)
        context["naming"] = links.incoming(identity, record)
    return context


def handling_facts(version: Version, language: str) -> list[Shown]:
    """Each part of the handling, but for the named officers, whom `named` tells."""
    shown = handling.SCHEMA.display(version.handling, language)
    parts = [part for one in shown.children for part in (one.children or [one])]
    return [part for part in parts if not part.path.startswith("named")]


def answered(identity: Identity, record: Record) -> dict[str, Any]:
    """What `records/answers.html` shows."""
    found = answers.all_of(identity, record)
    return {"answers": found, "acknowledgements": answers.acknowledgements(record, found)}


def named(identity: Identity, version: Version) -> list[Officer]:
    """The officers of a TLP:RED version whom this reader may know: his own Party's, and those
    who are listed as contacts."""
    if version.tlp != "RED":
        return []
    found = Officer.objects.filter(pk__in=version.named).order_by("party_id", "name")
    return [one for one in found if one.listed or one.party_id == identity.party]
