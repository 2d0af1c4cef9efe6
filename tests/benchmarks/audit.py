"""The log: entries sequenced and verified a second, proofs at a million, what an entry adds to an action.

Entries are written through the one database function that writes them, sequenced by the sequencer,
verified out of the database and from a dump, all as the application's own role. Then three nodes
run, and the time is taken from an action's commit to the checkpoint that holds its entry, and to that
checkpoint's co-signatures by both other nodes. Wanted: at least 5,000 appends/s, a million entries
verified in under 60 s, at most 1.3 times the time of an action without its entry, and co-signed in
under 2 s (p95).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

NAME = "audit"
PARTIES = ("US", "MX", "CA")
SMALL = ["--entries", "3000", "--proofs", "5", "--actions", "4", "--waits", "2"]
FILL = """
    SELECT count(audit_write('record:read', 'MX', gen_random_uuid()::text, 'Inés Ávila',
        gen_random_uuid()::text, 'customs_enforcement',
        jsonb_build_object('reference', 'US-OA-2026-00042', 'number', n),
        uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
    FROM generate_series(1, %s) n
"""
STEP = 50_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--proofs", type=int, default=500)
    parser.add_argument("--actions", type=int, default=200, help="of each kind, taking turns")
    parser.add_argument(
        "--waits", type=int, default=40, help="actions timed to their co-signed checkpoint"
    )


def run(options: Any) -> dict[str, Any]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "cordillera.settings"
    import django

    django.setup()
    ratio = _ratio(options.actions)
    result = {**_grow(options.entries), **_verify(), **_prove(options.proofs), **ratio}
    options.nodes.serve()
    return {**result, **_to_cosigned(options.waits)}


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr)


def _grow(count: int) -> dict[str, Any]:
    from django.db import connection

    from audit import sequencer

    sequencer.sequence(at_once=True)
    written = sequenced = 0.0
    for begin in range(0, count, STEP):
        with connection.cursor() as cursor:
            fill = partial(cursor.execute, FILL, [min(STEP, count - begin)])
            written += _timed(fill)[0]
        took, done = _timed(lambda: sequencer.sequence(at_once=True))
        sequenced += took
        _say(f"{done.size:,} entries")
    return {
        "entries": count,
        "appended per second by the sequencer": round(count / sequenced),
        "written per second by the database function": round(count / written),
    }


def _verify() -> dict[str, Any]:
    from audit import checking, export, verifier

    took, report = _timed(checking.verify)
    _fail(report)
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump"
        exported, _ = _timed(lambda: export.export(dump))
        size = sum(path.stat().st_size for path in dump.rglob("*") if path.is_file())
        alone, report = _timed(lambda: verifier.verify_dump(dump))
        _fail(report)
    return {
        "seconds to verify all, from the database": round(took, 1),
        "entries verified per second, from the database": round(report.entries / took),
        "seconds to verify all, from a dump": round(alone, 1),
        "entries verified per second, from a dump": round(report.entries / alone),
        "seconds to write the dump": round(exported, 1),
        "dump, MB": round(size / 1e6),
    }


def _fail(report: Any) -> None:
    if not report.good:
        raise SystemExit("\n".join(report.lines()))


def _prove(count: int) -> dict[str, Any]:
    from audit import checking, proving, verifier
    from audit.database import whole_log
    from audit.models import Leaf

    with whole_log():
        size = Leaf.objects.count()
        step = max(1, size // count)
        entries: list[UUID] = list(
            Leaf.objects.extra(where=["index %% %s = 0"], params=[step])
            .order_by("index")
            .values_list("entry_id", flat=True)[:count]
        )
    trust, times, checks, sizes = checking.trust(), [], [], []
    for entry in entries:
        took, proof = _timed(lambda entry=entry: proving.prove(entry))
        times.append(took)
        raw = str(proof).encode()
        sizes.append(len(raw))
        took, report = _timed(lambda raw=raw: verifier.verify_proof(raw, trust))
        _fail(report)
        checks.append(took)
    steps = [
        _timed(lambda old=n * step: proving.consistency(old + 1, size))[0] for n in range(count)
    ]
    return {
        "proofs": [
            _row("inclusion, with entry and checkpoint", times),
            _row("consistency", steps),
            _row("inclusion verified", checks),
        ],
        "bytes of a proof, median": round(statistics.median(sizes)),
        "hashes in the longest proof": (size - 1).bit_length(),
    }


def _row(name: str, times: list[float]) -> dict[str, Any]:
    times = sorted(times)
    return {
        "proof": name,
        "p50 ms": round(times[len(times) // 2] * 1000, 2),
        "p95 ms": round(times[int(len(times) * 0.95)] * 1000, 2),
    }


def _ratio(count: int) -> dict[str, Any]:
    """A draft's whole action with its entry, and with the entry left out, in turns."""
    from audit import log
    from cordillera.access.session import acting_as
    from sharing.demo import people
    from sharing.records import actions
    from sharing.records.api.shelf import EXAMPLE

    me = people.identity("US", "officer")
    example: Any = EXAMPLE["alert"]["value"]
    body, handling = example["body"], example["handling"]

    def act() -> None:
        with acting_as(me):
            actions.draft(kind="offence_alert", by=me, body=body, handling=handling)

    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(count * 2):
        logged = turn % 2 == 0
        if logged:
            times[True].append(_timed(act)[0])
        else:
            with patch.object(log, "write", lambda *args, **more: UUID(int=0)):
                times[False].append(_timed(act)[0])
    medians = {logged: statistics.median(found) for logged, found in times.items()}
    return {
        "ms of a draft with its entry, median": round(medians[True] * 1000, 2),
        "ms of a draft without": round(medians[False] * 1000, 2),
        "ratio of an action with its entry to one without": round(
            medians[True] / medians[False], 2
        ),
    }


def _to_cosigned(count: int) -> dict[str, Any]:
    """From the commit of an action to the signed checkpoint that holds its entry, and to that
    checkpoint's quorum: both other nodes' co-signatures, verified and kept here."""
    from django.db import transaction

    from audit import cosigning, log

    _await(cosigned=None)
    signed, cosigned = [], []
    for turn in range(count):
        with transaction.atomic():
            entry = log.write("benchmark:write", actor=None)
        begun = time.perf_counter()
        _await(signed=entry)
        signed.append(time.perf_counter() - begun)
        _await(cosigned=entry)
        cosigned.append(time.perf_counter() - begun)
        time.sleep(0.13 * (turn % 8))
    return {
        "witnesses": len(cosigning.witness_names()),
        "to the checkpoint": [_span("signed", signed), _span("co-signed by all", cosigned)],
        "load of the machine at the end": round(os.getloadavg()[0], 1),
    }


def _await(signed: UUID | None = None, cosigned: UUID | None = None) -> None:
    """Until the entry's place is in a signed checkpoint, or in one with its quorum; without an
    entry, until any checkpoint has it."""
    from audit import cosigning, sequencer
    from audit.database import whole_log
    from audit.models import SignedCheckpoint

    entry, until = signed or cosigned, time.monotonic() + 60
    while time.monotonic() < until:
        index = sequencer.index_of(entry) if entry else 0
        with whole_log():
            last = SignedCheckpoint.objects.first()
            if index is not None and last is not None and last.size > index:
                if signed:
                    return
                best = cosigning.best(index)
                if not cosigning.quorum().missing(cosigning.witnesses_of(best.size)):
                    return
        time.sleep(0.01)
    raise SystemExit("no checkpoint was co-signed within a minute")


def _span(what: str, times: list[float]) -> dict[str, Any]:
    times = sorted(times)
    return {
        "checkpoint": what,
        "p50 s": round(times[len(times) // 2], 2),
        "p95 s": round(times[int(len(times) * 0.95)], 2),
        "longest s": round(times[-1], 2),
    }
