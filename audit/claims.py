"""What a witness says against our own log, and whether it can prove it.

An answer 409 or 422 is not signed: a hostile witness, a broken one or a proxy on the way can give it
of any log. So the witness is asked for the checkpoint that it co-signed last. One that our own key
signed, and that is not of our tree, proves to anybody that our log has lost or rewritten entries;
without it the finding is about the witness.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from . import findings, keys, merkle, tree
from .checkpoint import Checkpoint, read
from .database import whole_log
from .errors import LogError
from .models import Asking, SignedCheckpoint
from .note import Note

#: What comes of a claim, as the witness's state.
CLAIMS, DISPROVED = "claims", "disproved"
#: Gets the checkpoint that the witness of this name co-signed last; empty where it shows none, and
#: OSError where it does not answer.
Show = Callable[[str], bytes]


class Verdict(NamedTuple):
    state: str
    message: str


def beyond(name: str, theirs: int, show: Show) -> Verdict | None:
    """409 with a size: a claim where it is larger than any that we signed."""
    with whole_log():
        last = SignedCheckpoint.objects.first()
    if last is None or theirs <= last.size:
        return None
    said = (
        f"says (409) that it has co-signed {theirs} entries of this log, which ends at {last.size}"
    )
    return _judge(name, said, show)


def rewritten(name: str, size: int, show: Show) -> Verdict:
    """422 for our checkpoint of this size."""
    said = f"says (422) that the {size} entries of this log are not those that it co-signed before"
    return _judge(name, said, show)


def withdrawn(name: str, because: str) -> None:
    """The witness claims nothing any more."""
    findings.resolve(name, findings.CLAIMS, because)


def _judge(name: str, said: str, show: Show) -> Verdict:
    try:
        raw, silence = show(name), ""
    except OSError as error:
        raw, silence = b"", str(error)
    with whole_log():
        if found := _against_us(name, raw):
            withdrawn(name, "It has shown its proof.")
            return Verdict(DISPROVED, f"{name} {said}. {found}")
        _unproved(name, said, silence)
    lacks = f"gives no answer when asked for its proof ({silence})" if silence else "proves nothing"
    return Verdict(CLAIMS, f"{name} {said}, and {lacks}.")


def _unproved(name: str, said: str, silence: str) -> None:
    """A finding about the witness: at once where it shows nothing that proves what it says, and the
    second time where it does not answer."""
    claimed = Asking.objects.filter(pk=name, state=CLAIMS).first()
    if findings.is_open(name, findings.CLAIMS) or (silence and claimed is None):
        return
    now = datetime.now(UTC)
    last = SignedCheckpoint.objects.first()
    message = (
        f"{name} {said}, and shows no checkpoint signed with this log's key that would prove it "
        f"({now:%Y-%m-%d %H:%M:%S} UTC). Either it is wrong, or something on the way to it answers in "
        "its place."
    )
    since = claimed.asked_at if claimed else now
    findings.report(name, findings.CLAIMS, message, [last.note] if last else [], since)


def _against_us(name: str, raw: bytes) -> str:
    """What this checkpoint proves against our log, kept as a finding; empty where it proves nothing."""
    try:
        head, note = read(raw)
        own = keys.own_log_keys(head.origin)
        if not own or not note.signed_by(own):
            return ""
    except LogError:
        return ""
    known = (*own, *keys.witness_keys(name))
    note = Note(note.text, tuple(s for s in note.signatures if any(s.is_by(k) for k in known)))
    last = SignedCheckpoint.objects.first()
    assert last is not None  # noqa: S101 - nobody is asked before there is one
    kind, message = _proved(name, head, last)
    if kind:
        findings.report(head.origin, kind, message, [str(note), last.note])
    return message


def _proved(name: str, head: Checkpoint, last: SignedCheckpoint) -> tuple[str, str]:
    if head.size > last.size:
        return findings.ROLLED_BACK, (
            f"{name} has co-signed {head.size} entries of this log, signed with its key; it now ends at "
            f"{last.size}: its tail was cut off, an old backup was put back, or somebody else signs "
            "with its key."
        )
    stored = tree.reader()
    try:
        tree.still_holds(stored, last)
        root = merkle.root(stored, head.size)
    except LogError as error:
        return findings.ALTERED, str(error)
    if root != head.root:
        return findings.REFUSED, (
            f"{name} has co-signed another tree of {head.size} entries, signed with this log's key: "
            "the log was rewritten, or somebody else signs with its key."
        )
    return "", ""
