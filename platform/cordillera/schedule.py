"""What the clock rings for, and how often (seconds)."""

from __future__ import annotations

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "log": {"task": "audit.sequence", "schedule": 3.0},
    "arrivals": {"task": "desk.sweep", "schedule": 5.0},
    "deadlines": {"task": "desk.deadlines", "schedule": 300.0},
    "retention": {"task": "oversight.retention", "schedule": 3600.0},
    "watch": {"task": "oversight.watch", "schedule": 30.0, "options": {"expires": 30.0}},
    "matches": {"task": "search.sweep", "schedule": 60.0},
    "digests": {"task": "search.digests", "schedule": 900.0},
    "sessions": {"task": "parties.tidy", "schedule": 86_400.0},
    "verifications": {
        "task": "oversight.recover",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "key-ages": {"task": "parties.rotate_keys", "schedule": 3600.0},
    "old-keys": {"task": "parties.destroy_keys", "schedule": 60.0},
    "names-of-logs": {
        "task": "parties.settle_logs",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "kept-answers": {"task": "api.forget", "schedule": 3600.0},
    # Of sweeps that wait one is enough; but the queue may be some seconds long, and one must get through.
    "behind": {"task": "exchange.watch", "schedule": 30.0},
    "channels": {"task": "exchange.sweep", "schedule": 2.0, "options": {"expires": 10.0}},
    "readings": {"task": "exchange.tally", "schedule": 3.0, "options": {"expires": 10.0}},
    "files": {"task": "exchange.files", "schedule": 10.0, "options": {"expires": 10.0}},
    "uploads": {"task": "records.clear_uploads", "schedule": 600.0, "options": {"expires": 600.0}},
    "erasing": {"task": "records.erase", "schedule": 300.0},
    "drawn": {"task": "oversight.searches", "schedule": 300.0, "options": {"expires": 300.0}},
    "bundles": {"task": "oversight.bundles", "schedule": 60.0, "options": {"expires": 60.0}},
    "ledger": {"task": "oversight.ledger", "schedule": 60.0, "options": {"expires": 60.0}},
    "witnesses": {"task": "exchange.cosign", "schedule": 3.0, "options": {"expires": 10.0}},
    "others-logs": {
        "task": "exchange.gather_checkpoints",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "waiting": {"task": "exchange.replay", "schedule": 60.0, "options": {"expires": 60.0}},
}
SCANNING = {"task": "records.scan", "schedule": 30.0, "options": {"expires": 30.0}}
FETCHING = {"task": "exchange.pull", "schedule": 1.0, "options": {"expires": 10.0}}


def schedule(*, scans: bool, fetches: bool) -> dict[str, dict[str, Any]]:
    """With what is looked for only where files are scanned, or where peers are fetched from."""
    found = dict(SCHEDULE)
    if scans:
        found["scanning"] = SCANNING
    if fetches:
        found["fetching"] = FETCHING
    return found
