"""Records for the exchange benchmark: the demo's examples, released once through the real actions,
and copies of them with ids, references and signatures of their own.

Copies stand either before the second officer's decision, or released, with the outbox row of their
release: what the action would have written for the exchange, without the time that it takes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg

from cordillera.crypto import ids

SENDER, RECIPIENT = "US", "MX"
#: Far above what the actions give in a benchmark.
_numbers = itertools.count(1_000_000)


@dataclass(frozen=True)
class Mould:
    """A record of the sender that is copied: `payload` is what was signed, empty in review."""

    record: UUID
    version: UUID
    payload: dict[str, Any]


@dataclass(frozen=True)
class Moulds:
    waiting: list[Mould]
    released: list[Mould]


def make() -> Moulds:
    """Each example that the sender may release to the recipient, once in review and once released."""
    from cordillera import clock
    from sharing.demo.loader import Loader

    found = Moulds([], [])
    for example in Loader(clock.today()).examples:
        if "sighting_of" not in example:
            _add(example, found)
    return found


def _add(example: dict[str, Any], found: Moulds) -> None:
    from cordillera.crypto import jws
    from sharing.demo import people
    from sharing.records import signing
    from sharing.records.problems import Invalid

    try:
        waiting, released = _submitted(example), _submitted(example)
    except Invalid:
        return  # an answer to a request that is not here, or a Party that is not enrolled
    found.waiting.append(Mould(waiting.pk, waiting.pending_id, {}))
    released = approve(released.pk, people.identity(SENDER, "supervisor"))
    payload = jws.peek(released.current.jws, signing.TYPE)
    found.released.append(Mould(released.pk, released.current_id, payload))


def _submitted(example: dict[str, Any]) -> Any:
    from cordillera.access.session import acting_as
    from sharing.demo import people
    from sharing.records import actions
    from sharing.records.kinds import examples

    named = people.named([RECIPIENT]) if example["handling"]["tlp"] == "RED" else []
    body, handling = examples.convert(example, named=named)
    by = people.identity(SENDER, "officer")
    with acting_as(by):
        record = actions.draft(
            kind=example["kind"], by=by, body=body, handling=handling | _today(example["kind"])
        )
        actions.submit(record=record, by=by)
    return record


def _today(kind: str) -> dict[str, Any]:
    from datetime import timedelta

    from cordillera import clock
    from sharing.records import kinds

    months = kinds.get(kind)
    return {
        "audience": [RECIPIENT, SENDER],
        "review_on": str(clock.today() + timedelta(days=30 * months.review_months)),
        "expires_on": str(clock.today() + timedelta(days=30 * months.expiry_months)),
    }


def approve(pk: UUID, by: Any) -> Any:
    """The second officer's decision."""
    from cordillera.access.session import acting_as
    from sharing.records import actions
    from sharing.records.models import Record

    with acting_as(by):
        return actions.approve(record=Record.objects.get(pk=pk), by=by)


# --- Copies -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Copy:
    record: UUID
    version: UUID
    of: Mould
    reference: str | None = None
    jws: str = ""


def waiting(owner_url: str, moulds: Moulds, count: int) -> list[UUID]:
    """So many records before the second officer's decision; their ids."""
    copies = [
        Copy(ids.new(SENDER), uuid4(), one)
        for one in itertools.islice(_round(moulds.waiting), count)
    ]
    with psycopg.connect(owner_url) as connection:
        _fill(connection, copies)
        _copy(
            connection, "records_version", "version", {"id": "g.version", "record_id": "g.record"}
        )
        _copy(connection, "records_record", "record", {"id": "g.record", "pending_id": "g.version"})
        _copy_decisions(connection)
    return [one.record for one in copies]


def signed(moulds: Moulds, count: int) -> list[Copy]:
    """So many released versions, not written anywhere yet."""
    from cordillera import clock
    from cordillera.parties import keys
    from sharing.records import signing

    key, now = keys.signing_key(SENDER), clock.now().isoformat()
    copies = []
    for mould in itertools.islice(_round(moulds.released), count):
        head = mould.payload["reference"].rpartition("-")[0]
        reference, record = f"{head}-{next(_numbers)}", ids.new(SENDER)
        payload = mould.payload | {
            "record": str(record),
            "reference": reference,
            "released_at": now,
        }
        text = signing.sign(payload, key.kid, key.private)
        copies.append(Copy(record, uuid4(), mould, reference, text))
    return copies


def post(owner_url: str, copies: Sequence[Copy]) -> None:
    """Write them with the outbox rows of their release; with the commit they are due."""
    with psycopg.connect(owner_url) as connection:
        _fill(connection, copies)
        version = {"id": "g.version", "record_id": "g.record", "jws": "g.jws"}
        _copy(connection, "records_version", "version", version)
        record = {"id": "g.record", "current_id": "g.version", "reference": "g.reference"}
        _copy(connection, "records_record", "record", record)
        connection.execute(
            "INSERT INTO records_outboxrow (record_id, version_id, kind, verb, sender, recipient)"
            " SELECT g.record, g.version, t.kind, 'released', %s, %s FROM seeded g"
            " JOIN records_record t ON t.id = g.of_record ORDER BY g.ctid",
            [SENDER, RECIPIENT],
        )


def _round(moulds: Sequence[Mould]) -> Iterator[Mould]:
    return itertools.cycle(moulds)


def _fill(connection: Any, copies: Sequence[Copy]) -> None:
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute(
        "CREATE TEMP TABLE seeded (record uuid, version uuid, of_record uuid, of_version uuid,"
        " reference text, jws text) ON COMMIT DROP"
    )
    with connection.cursor().copy("COPY seeded FROM STDIN") as rows:
        for one in copies:
            row = (one.record, one.version, one.of.record, one.of.version, one.reference, one.jws)
            rows.write_row(row)


def _copy(connection: Any, table: str, of: str, changed: dict[str, str]) -> None:
    """Rows of the table as those of the moulds, but for the columns `changed`."""
    columns = _columns(connection, table)
    values = [changed.get(name, f't."{name}"') for name in columns]
    connection.execute(
        f"INSERT INTO {table} ({_names(columns)}) SELECT {', '.join(values)}"
        f" FROM seeded g JOIN {table} t ON t.id = g.of_{of}"
    )


def _copy_decisions(connection: Any) -> None:
    columns = [one for one in _columns(connection, "records_decision") if one != "id"]
    changed = {"record_id": "g.record", "version_id": "g.version"}
    values = [changed.get(name, f't."{name}"') for name in columns]
    connection.execute(
        f"INSERT INTO records_decision ({_names(columns)}) SELECT {', '.join(values)}"
        " FROM seeded g JOIN records_decision t ON t.record_id = g.of_record"
    )


def _columns(connection: Any, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [name for (name,) in rows]


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
