"""What an officer at one node does with files; runs as a process of that node, one order a call.

python -m tests.chaos.filer draft US MX     a draft and a token, as JSON
python -m tests.chaos.filer release US ID   release that draft
python -m tests.chaos.filer digest MX FILE  the SHA-256 of the file as it can be read here, in hex
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any


def draft(party: str, recipient: str) -> dict[str, str]:
    from cordillera.access.session import acting_as
    from cordillera.parties.actions import make_token
    from cordillera.parties.models import Officer
    from sharing.demo import people
    from sharing.records import actions
    from tests.conftest import alert_body, alert_handling

    by = people.identity(party, "officer")
    today = datetime.now(UTC).date()
    dates = {"review_on": today + timedelta(90), "expires_on": today + timedelta(180)}
    texts = {name: day.isoformat() for name, day in dates.items()}
    with acting_as(by):
        account = Officer.objects.get(pk=by.account)
        scopes = ("read", "draft")
        _row, raw = make_token(account=account, label="files", scopes=scopes, days=1)
        handling = alert_handling(recipient, **texts)
        record = actions.draft(kind="offence_alert", by=by, body=alert_body(), handling=handling)
    return {"record": str(record.pk), "token": raw}


def release(party: str, record: str) -> dict[str, str]:
    from cordillera.access.session import acting_as
    from sharing.demo import people
    from sharing.records import actions
    from sharing.records.models import Record

    by, second = people.identity(party, "officer"), people.identity(party, "supervisor")
    with acting_as(by):
        actions.submit(record=Record.objects.get(pk=record), by=by)
    with acting_as(second):
        held = actions.approve(record=Record.objects.get(pk=record), by=second)
    return {"reference": held.reference or ""}


def digest(party: str, file: str) -> dict[str, str]:
    from cordillera.access.identity import Identity
    from cordillera.access.session import acting_as
    from sharing.records.attachments.content import Content
    from sharing.records.attachments.models import Attachment

    found = hashlib.sha256()
    with acting_as(Identity.of_node(party)):
        for part in Content.of(Attachment.objects.get(pk=file)).read():
            found.update(part)
    return {"sha256": found.hexdigest()}


ORDERS: dict[str, Any] = {"draft": draft, "release": release, "digest": digest}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")
    import django

    django.setup()
    print(json.dumps(ORDERS[sys.argv[1]](*sys.argv[2:])))
