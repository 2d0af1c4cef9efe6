"""Hold what the log says against the thresholds, and raise or extend notices. Run by the node, often.

Each turn takes the next stretch of the log by its indexes (see audit/following.py), so that an entry
whose transaction ended late is looked at like any other. Of the officers in it, two days' entries are
judged together; whoever did nothing new is not asked about again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max
from django.db.models.functions import TruncDate

from audit import following, log
from audit.models import Entry
from cordillera import clock
from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer, Party
from sharing.desk import notifying
from sharing.desk.alone import alone

from ..models import Notice, Thresholds, Watched
from . import steps as stepping
from .rules import LOOK_BACK, Finding, Step, judge, opened_by_day

#: Older entries are no news: a log that is read for the first time begins here.
FRESH = timedelta(days=30)
#: Each turn is one transaction; what is left waits for the next run.
TURNS = 50
#: At most so many entries are judged in a turn, and attached to a notice.
MOST_ENTRIES, MOST_ATTACHED = 50_000, 500


def run(party: str) -> int:
    """Look at what came since the last time; how many notices were raised."""
    raised, more = 0, True
    for _ in range(TURNS):
        more, number = _turn(party)
        raised += number
        if not more:
            break
    return raised


def _turn(party: str) -> tuple[bool, int]:
    """Whether there may be more, and how many notices were raised."""
    node = Identity.of_node(party)
    with acting_as(node):
        if not alone("oversight.watch", party):
            return False, 0
        place, _ = Watched.objects.get_or_create(party_id=party)
        upto, entries = following.after(party, place.index, stepping.TAGS)
        if upto == place.index:
            return False, 0
        raised = _look(node, [e for e in entries if e.at > clock.now() - FRESH])
        place.index = upto
        place.save()
    return True, raised


def _look(node: Identity, entries: list[Entry]) -> int:
    limits = stepping.limits_of(node.party)
    people = stepping.officers(node.party, {e.actor for e in entries if e.actor}, limits)
    new = [entry for entry in entries if entry.actor in people]
    if not new:
        return 0
    around = _around(node.party, people, new)
    found = stepping.of_entries(node.party, around, people)
    settled, usual = _settled(people), _history(node.party, people, found, limits, new[0].at)
    fresh = {entry.pk for entry in new}
    raised = []
    for who in people.values():
        findings = judge(
            found.get(who.pk, ()), who.held_to(limits), usual.get(who.pk), settled[who.pk]
        )
        raised += [(who, one) for one in findings if fresh.intersection(one.entries)]
    return _keep(node, raised)


def _around(party: str, people: dict[str, stepping.Watch], new: list[Entry]) -> Iterable[Entry]:
    """The entries of these officers from the day before the first new one to the last."""
    since, until = new[0].at - timedelta(days=1), max(entry.at for entry in new)
    zones = {who.zone for who in people.values()}
    first = min(stepping.midnight(since, zone) for zone in zones)
    found = Entry.objects.filter(
        party=party, tag__in=stepping.TAGS, actor__in=list(people), at__gte=first, at__lte=until
    )
    return found.order_by("-at")[:MOST_ENTRIES]


def _settled(people: dict[str, stepping.Watch]) -> dict[UUID, dict[str, datetime]]:
    """By officer and rule, until when an auditor has dealt with what was found."""
    closed = Notice.objects.filter(officer__in=[who.pk for who in people.values()])
    found: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    rows = closed.exclude(outcome="").values_list("officer", "rule").annotate(Max("closed_at"))
    for officer, rule, at in rows.order_by():
        found[officer][rule] = at
    return found


def _history(
    party: str,
    people: dict[str, stepping.Watch],
    found: dict[UUID, list[Step]],
    limits: Thresholds,
    since: datetime,
) -> dict[UUID, dict[date, int]]:
    """How many records each opened by day of the Party's zone, counted by the database, for those
    who opened so many that it could be more than usual. What is usual for a program is no measure:
    it fetches as much as there is."""
    busy = {
        account: who.pk
        for account, who in people.items()
        if not who.is_system
        and max(opened_by_day(found.get(who.pk, ())).values(), default=0) > limits.usual_least
    }
    if not busy:
        return {}
    zone = ZoneInfo(Party.objects.values_list("time_zone", flat=True).get(code=party))
    rows = (
        Entry.objects.filter(
            party=party,
            tag__in=stepping.OPENED,
            actor__in=list(busy),
            at__gte=since - timedelta(days=LOOK_BACK + 2),
        )
        .annotate(day=TruncDate("at", tzinfo=zone))
        .values_list("actor", "day")
        .annotate(Count("about", distinct=True))
        .order_by()
    )
    history: dict[UUID, dict[date, int]] = defaultdict(dict)
    for actor, day, count in rows:
        history[busy[actor]][day] = count
    return history


def _keep(node: Identity, found: list[tuple[stepping.Watch, Finding]]) -> int:
    """Raise a notice for each finding, or extend the open one of the same officer and rule."""
    officers = {who.pk for who, _ in found}
    open_ones = {
        (one.officer, one.rule): one
        for one in Notice.objects.select_for_update().filter(officer__in=officers, outcome="")
    }
    raised: list[Notice] = []
    for who, finding in found:
        held = open_ones.get((who.pk, finding.rule))
        if held is None:
            held = open_ones[who.pk, finding.rule] = _raise(node, who, finding)
            raised.append(held)
        else:
            _extend(held, finding)
    for one in open_ones.values():
        one.save()
    log.write_all(
        "watch:raise",
        [(one.pk, {"rule": one.rule, "count": one.count, "limit": one.limit}) for one in raised],
        actor=node,
    )
    notifying.notify(node.party, _told(node.party, raised))
    return len(raised)


def _raise(node: Identity, who: stepping.Watch, finding: Finding) -> Notice:
    return Notice(
        party_id=node.party,
        rule=finding.rule,
        officer=who.pk,
        officer_name=who.name,
        begins_at=finding.begins_at,
        ends_at=finding.ends_at,
        count=finding.count,
        limit=finding.limit,
        entries=list(finding.entries[:MOST_ATTACHED]),
        raised_at=clock.now(),
    )


def _extend(notice: Notice, finding: Finding) -> None:
    known = set(notice.entries)
    more = [pk for pk in finding.entries if pk not in known]
    notice.entries = [*notice.entries, *more][:MOST_ATTACHED]
    notice.begins_at = min(notice.begins_at, finding.begins_at)
    notice.ends_at = max(notice.ends_at, finding.ends_at)
    if finding.count > notice.count:
        notice.count, notice.limit = finding.count, finding.limit


def _told(party: str, raised: list[Notice]) -> list[notifying.Notice]:
    """The Party's auditors hear of it; the one whom it is about does not."""
    if not raised:
        return []
    auditors = list(
        Officer.objects.filter(
            party=party, is_active=True, is_system=False, roles__contains=[AUDITOR]
        ).values_list("pk", flat=True)
    )
    return [
        notifying.Notice(
            topic="watch",
            key=f"watch:{one.pk}",
            officers=tuple(pk for pk in auditors if pk != one.officer),
        )
        for one in raised
    ]
