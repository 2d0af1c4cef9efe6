"""Ask the witnesses to co-sign our checkpoints, and keep what they signed.

How a witness is reached is not known here: `ask(name, body)` posts the body to the add-checkpoint
address of the witness with this name and returns status and body; `show(name)` gets the checkpoint
that it co-signed last (claims.py). Both raise OSError where the witness does not answer. No
transaction is open while it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet

from . import claims, keys, merkle, passing, tree
from .checkpoint import read, read_size
from .claims import Show
from .cosignature import verify_cosignature
from .database import whole_log
from .errors import LogError
from .models import Cosignature, SignedCheckpoint
from .note import COSIGNATURE_ML_DSA_44, encode
from .wiring import wired

#: A post-quantum co-signature is 3.4 KB: one an hour is kept of each witness, of the others each.
QUANTUM_EVERY = timedelta(hours=1)
#: How many of the latest co-signatures are looked through for a checkpoint with its quorum.
LOOK_BACK = 500

Ask = Callable[[str, bytes], tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state`: cosigned, current (nothing to ask), unreachable, or refused, with what was said; of
    refusals `claims`, that our log is not the one it was, without proof, and `disproved`, with it.
    `after`: so many seconds the witness asks to be left alone."""

    witness: str
    state: str
    message: str = ""
    after: float | None = None


class Busy(OSError):
    """The witness cannot answer now, and says after how many seconds it may be asked again."""

    def __init__(self, message: str, after: float) -> None:
        super().__init__(message)
        self.after = after


def _nothing(name: str) -> bytes:
    return b""


def collect(ask: Ask, show: Show = _nothing) -> list[Outcome]:
    """Ask every trusted witness that has not co-signed our last checkpoint yet."""
    return [collect_from(name, ask, show) for name in witness_names()]


def witness_names() -> list[str]:
    return sorted({key.name for key in keys.witness_keys()})


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whose witnesses must have co-signed. Each Party counts once, however many keys it has; one
    witness that several Parties announce, being of one node, stands for all of them."""

    parties: dict[str, frozenset[str]]

    def missing(self, witnesses: Iterable[str]) -> list[str]:
        """The Parties that have co-signed by none of these witnesses."""
        there = frozenset(witnesses)
        return [party for party, names in self.parties.items() if not names & there]


def quorum() -> Quorum:
    """What makes a checkpoint count as witnessed, by the node's policy."""
    found: dict[str, set[str]] = {party: set() for party in sorted(wired().required())}
    for name, parties in keys.witnesses().items():
        for party in parties:
            if party in found:
                found[party].add(name)
    return Quorum({party: frozenset(names) for party, names in found.items()})


def collect_from(name: str, ask: Ask, show: Show = _nothing) -> Outcome:
    """Ask this witness, if it has not co-signed our last checkpoint yet."""
    request = _request(name, None)
    if request is None:
        return Outcome(name, "current")
    size, body = request
    try:
        status, answer = ask(name, body)
        if status == 409:
            theirs = read_size(answer.decode("ascii").rstrip("\n"))
            if (claimed := claims.beyond(name, theirs, show)) is not None:
                return Outcome(name, *claimed)
            request = _request(name, theirs)
            if request is None:
                return Outcome(name, "current")
            size, body = request
            status, answer = ask(name, body)
        if status >= 500:
            return Outcome(name, "unreachable", f"{name} answered {status}.")
        if status != 200:
            return _refused(name, size, status, show)
        _keep(name, size, answer)
    except OSError as error:
        return Outcome(name, "unreachable", str(error), getattr(error, "after", None))
    except (LogError, UnicodeDecodeError) as error:
        return Outcome(name, "refused", f"What {name} answered is of no use: {error}")
    return Outcome(name, "cosigned")


def _request(name: str, old: int | None) -> tuple[int, bytes] | None:
    """The size to be co-signed and the add-checkpoint body; None where there is nothing to ask."""
    with whole_log():
        last = SignedCheckpoint.objects.first()
        held = cosignatures().filter(witness=name).order_by("-size").first()
        known = held.size if held else 0
        if last is None or known >= last.size:
            return None
        begin = known if old is None else old
        path = merkle.consistency_proof(tree.reader(), begin, last.size)
    lines = [f"old {begin}", *(encode(step) for step in path), ""]
    return last.size, ("\n".join(lines) + f"\n{last.note}").encode()


def _refused(name: str, size: int, status: int, show: Show) -> Outcome:
    if status == 422:
        return Outcome(name, *claims.rewritten(name, size, show))
    reasons = {404: "it does not know this log", 403: "it does not trust the key that signed"}
    why = reasons.get(status, "it gave no reason that is known")
    return Outcome(
        name, "refused", f"{name} refused the checkpoint at {size} entries ({status}): {why}"
    )


def _keep(name: str, size: int, answer: bytes) -> None:
    """Store the lines that this witness's trusted keys signed. Raises LogError where there is none."""
    trusted = keys.witness_keys(name)
    with whole_log():
        signed = SignedCheckpoint.objects.get(size=size)
        head, note = read(signed.note.encode() + answer)
        rows = [
            Cosignature(
                size=size,
                witness=name,
                key=key.id.hex(),
                line=signature.line(),
                moment=datetime.fromtimestamp(verify_cosignature(key, signature, head), UTC),
            )
            for key in trusted
            for signature in note.signatures
            if signature.is_by(key)
        ]
        if not rows:
            raise LogError("it holds no signature of a trusted key.")
        quantum = [key.id.hex() for key in trusted if key.kind == COSIGNATURE_ML_DSA_44]
        held = Cosignature.objects.filter(witness=name, key__in=quantum).order_by("-size").first()
        if held and any(row.key not in quantum for row in rows):
            rows = [
                r for r in rows if r.key not in quantum or r.moment - held.moment >= QUANTUM_EVERY
            ]
        Cosignature.objects.bulk_create(rows, ignore_conflicts=True)
        claims.withdrawn(name, "It has co-signed since.")


# Below: called within `whole_log()`.


def cosignatures() -> QuerySet[Cosignature]:
    """Those that count: not what a node signed under a name that is another one's by now."""
    return Cosignature.objects.exclude(key__in=passing.former_keys())


def witnesses_of(size: int) -> list[str]:
    """Who co-signed the checkpoint of this size."""
    found = cosignatures().filter(size=size).values_list("witness", flat=True)
    return sorted(set(found))


def with_cosignatures(signed: SignedCheckpoint) -> bytes:
    """The checkpoint's note with every co-signature that it got."""
    lines = Cosignature.objects.filter(size=signed.size).order_by("id")
    return (signed.note + "".join(lines.values_list("line", flat=True))).encode()


def best(index: int = -1) -> SignedCheckpoint:
    """Of those that hold this index: the largest one with its quorum, or the largest. LogError."""
    signed = SignedCheckpoint.objects.filter(size__gt=index)
    last = signed.first()
    if last is None:
        raise LogError("The log has signed no checkpoint with this entry yet.")
    wanted, who = quorum(), dict[int, set[str]]()
    if not wanted.missing(()):
        return last
    found = cosignatures().filter(size__gt=index).order_by("-size")
    for size, witness in found.values_list("size", "witness")[:LOOK_BACK]:
        who.setdefault(size, set()).add(witness)
        if not wanted.missing(who[size]):
            return signed.get(size=size)
    return last
