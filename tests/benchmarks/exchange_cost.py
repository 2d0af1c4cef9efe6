"""What each part of the exchange costs: processor time of one process that is sender and recipient.

The same code as in production runs over real HTTP on this machine and two real databases, batch by
batch: signed, numbered, sealed, sent, opened, verified, checked, written, receipted, taken in by the
desk. What is drawn for the search afterwards is not counted here, but in the processor time of
exchange_flow. Each moment belongs to the innermost part that is measured. The time that the database servers
use is added to the SQL of their end. Batches take turns with and without cryptography: without, the
functions that sign, verify, seal and open do all but the cryptographic operation.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

from tests.benchmarks import exchange_seed as seed
from tests.benchmarks.exchange_sides import Recipient, server_seconds

SIGNING, VERIFYING, SEALING, OPENING = "signing", "verifying", "sealing", "opening"
HTTP, VALIDATION = "HTTP", "validation"
SENDING, TAKING, DESK = "sender, other", "recipient, other", "recipient's desk, other"
SQL_SENDER, SQL_RECIPIENT, SQL_DESK = "SQL, sender", "SQL, recipient", "SQL, recipient's desk"


class Meter:
    """Processor seconds by part. Sender and recipient wait for each other, so one stack does for
    both of their threads."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._stack: list[str] = []
        self._since = 0.0

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        self._turn()
        self._stack.append(name)
        try:
            yield
        finally:
            self._turn()
            self._stack.pop()

    def _turn(self) -> None:
        now = time.process_time()
        if self._stack:
            self.spent[self._stack[-1]] += now - self._since
        self._since = now

    def is_in(self, name: str) -> bool:
        return name in self._stack

    def wrap(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        @wraps(function)
        def measured(*args: Any, **kwargs: Any) -> Any:
            with self.part(name):
                return function(*args, **kwargs)

        return measured


def measure(
    owner_url: str, recipient: Recipient, rounds: int, size: int, warm: Callable[[], object]
) -> dict[str, Any]:
    """So many batches of each sort, after one of each to warm up; `warm` is called behind these."""
    moulds = seed.make()
    spent: dict[bool, dict[str, float]] = {True: defaultdict(float), False: defaultdict(float)}
    with recipient.serving():
        for turn in range(-1, rounds):
            if turn == 0:
                warm()
            for real in (True, False):
                found = _batch(owner_url, recipient, moulds, size, real)
                for part, seconds in found.items() if turn >= 0 else ():
                    spent[real][part] += seconds
    count = rounds * size
    whole = {real: sum(parts.values()) for real, parts in spent.items()}
    limit = _limit(seed.signed(moulds, size))
    return {
        "cost of a version, one process, both ends": _rows(spent[True], count),
        "versions by kind": dict(
            Counter(one.payload["kind"] for one in moulds.released).most_common()
        ),
        "bytes of a version, mean": sum(len(c.jws) for c in seed.signed(moulds, size)) // size,
        "ms of processor time a version": round(whole[True] / count * 1000, 3),
        "ms of it without cryptography": round(whole[False] / count * 1000, 3),
        "ratio to the same path without cryptography": round(whole[True] / whole[False], 2),
        "versions per second of one processor by that": round(count / whole[True]),
        "versions per second of one processor, cryptography alone": round(limit),
        "ratio to the limit of cryptography alone": round(whole[True] / count * limit, 1),
    }


def _rows(spent: dict[str, float], count: int) -> list[dict[str, Any]]:
    whole = sum(spent.values())
    return [
        {
            "part": name,
            "ms a version": f"{seconds / count * 1000:.3f}",
            "share %": round(100 * seconds / whole, 1),
        }
        for name, seconds in sorted(spent.items(), key=lambda one: -one[1])
    ]


def _batch(
    owner_url: str, recipient: Recipient, moulds: seed.Moulds, size: int, real: bool
) -> dict[str, float]:
    from django.db import connection

    from cordillera.doorbell import silenced
    from sharing.desk import arrival
    from sharing.exchange import sending

    meter = Meter()
    with ExitStack() as stack:
        if not real:
            stack.enter_context(_without_cryptography())
        stack.enter_context(_measured(meter))
        stack.enter_context(silenced())
        connection.ensure_connection()
        with meter.part(SENDING):
            copies = seed.signed(moulds, size)
        meter.spent.pop(SENDING)  # the rest of a release is the action's, not the exchange's
        seed.post(owner_url, copies)
        before = server_seconds([connection]), server_seconds(recipient.wrappers)
        with connection.execute_wrapper(_sql(meter, SQL_SENDER)), meter.part(SENDING):
            done = sending.drain(seed.SENDER, seed.RECIPIENT, force=True)
        if done.items < size:
            raise SystemExit(f"{done.items} of {size} versions were taken: {done}")
        middle = server_seconds(recipient.wrappers)
        with recipient.here(), connection.execute_wrapper(_sql(meter, SQL_DESK)), meter.part(DESK):
            arrival.arrive(recipient.party)
        after = server_seconds([connection]), server_seconds(recipient.wrappers)
    meter.spent[SQL_SENDER] += after[0] - before[0]
    meter.spent[SQL_RECIPIENT] += middle - before[1]
    meter.spent[SQL_DESK] += after[1] - middle
    return meter.spent


def _sql(meter: Meter, name: str) -> Callable[..., Any]:
    def execute(run: Callable[..., Any], *args: Any) -> Any:
        with meter.part(name):
            return run(*args)

    return execute


@contextmanager
def _measured(meter: Meter) -> Iterator[None]:
    """The functions of each part, measured where they are looked up."""
    from cordillera.crypto import hpke, jws
    from sharing.exchange import ahead, applying, receiving, views
    from sharing.exchange.transport import Https
    from sharing.records import receiving as records

    parts = [
        (jws, "_sign", SIGNING),
        (jws, "_verify", VERIFYING),
        (hpke.SealingSuite, "seal", SEALING),
        (hpke.SealingSuite, "open", OPENING),
        (Https, "_post", HTTP),
        (applying, "read", VALIDATION),
        (records, "_objection", VALIDATION),
    ]
    with ExitStack() as stack:
        # One thing at a time here: nothing is made ahead while an envelope travels.
        stack.enter_context(patch.object(ahead, "is_worth_it", lambda batch: False))
        for place, name, part in parts:
            stack.enter_context(patch.object(place, name, meter.wrap(getattr(place, name), part)))
        stack.enter_context(patch.object(receiving, "receive", _received(meter, receiving.receive)))
        assert views.receiving is receiving
        yield


def _received(meter: Meter, receive: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    def measured(data: bytes) -> Any:
        from django.db import connection

        with connection.execute_wrapper(_sql(meter, SQL_RECIPIENT)), meter.part(TAKING):
            return receive(data)

    return measured


@contextmanager
def _without_cryptography() -> Iterator[None]:
    """Texts and envelopes of the same form and nearly the same size that nothing protects."""
    from cordillera.crypto import hpke, jws, strict

    def sign(payload: dict[str, Any], typ: str, kid: str, algorithm: str, private: Any) -> str:
        body = strict.canonical(payload)
        strict.read_object(body)
        header = strict.canonical({"alg": algorithm, "kid": kid, "typ": typ})
        return f"{strict.encode(header)}.{strict.encode(body)}.{strict.encode(bytes(64))}"

    def verify(text: str, typ: str, algorithm: str, key_of: Any, largest: int) -> Any:
        head, body, signature = jws._parts(text, largest)
        header = jws._header(head)
        jws._check_type(header, typ, algorithm)
        key_of(header["kid"])
        strict.decode(signature)
        return strict.read_object(strict.decode(body))

    def keep(self: Any, key: bytes, info: bytes, text: bytes) -> bytes:
        return text

    with (
        patch.object(jws, "_sign", sign),
        patch.object(jws, "_verify", verify),
        patch.object(hpke.SealingSuite, "seal", keep),
        patch.object(hpke.SealingSuite, "open", keep),
    ):
        yield


def _limit(copies: list[seed.Copy]) -> float:
    """Versions a second where one processor only signs, seals, opens and verifies these texts."""
    import os

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from cordillera.crypto import hpke

    key, suite = Ed25519PrivateKey.generate(), hpke.suite(hpke.DEFAULT)
    public, (private, sealing) = key.public_key(), suite.generate()
    texts = [one.jws.rpartition(".")[0].encode() for one in copies]
    begun = time.process_time()
    for _ in range(5):
        signatures = [key.sign(text) for text in texts]
        opened = suite.open(private, b"", suite.seal(sealing, b"", b"".join(texts) + os.urandom(9)))
        for text, signature in zip(texts, signatures, strict=True):
            public.verify(signature, text)
        assert opened
    return 5 * len(texts) / (time.process_time() - begun)
