"""Tell auditors of what some log did and an honest one does not, once each, wherever it was noticed.

Administrators are not told: it may be one of them who did it.
"""

from __future__ import annotations

from datetime import timedelta

from audit import findings
from audit.database import whole_log
from cordillera import clock
from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer
from sharing.desk import notifying

TOPIC = "log_finding"
#: A notification that was read is forgotten after a year; older findings are not told again.
FRESH = timedelta(days=30)
#: One lie can be told in many ways: the page has them all.
MOST = 20


def run(party: str) -> int:
    """How many notifications were written."""
    with whole_log():
        since = clock.now() - FRESH
        found = [
            (one.pk, f"{one.origin} ({one.party})" if one.party else one.origin)
            for one in findings.unresolved().filter(at__gt=since)[:MOST]
        ]
    if not found:
        return 0
    with acting_as(Identity.of_node(party)):
        auditors = tuple(
            Officer.objects.filter(
                party=party, is_active=True, is_system=False, roles__contains=[AUDITOR]
            ).values_list("pk", flat=True)
        )
        return notifying.notify(
            party,
            [
                notifying.Notice(topic=TOPIC, key=f"finding:{pk}", detail=origin, officers=auditors)
                for pk, origin in found
            ],
        )
