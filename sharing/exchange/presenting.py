"""Present our newest key set to a peer that has not receipted it, before it meets its keys."""

from __future__ import annotations

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto.errors import Hostile
from cordillera.parties import keysets, peers
from cordillera.parties.models import KeySet, Peer

from . import witnessing
from .formats.receipt import KeysetReceipt
from .transport import Transport
from .troubles import Trouble


def present(sender: str, peer: Peer, post: Transport) -> bool:
    """Whether the peer was sent a newer key set of `sender`; it holds it now. Raises Trouble."""
    ours = keysets.current(sender)
    if ours is None or peers.acknowledged(peer.party_id, sender) >= ours.number:
        return False
    _post(sender, ours, peer, post)
    return True


def greet(sender: str, peer: Peer, post: Transport) -> None:
    """Show our key set also to a peer that holds it: a sign of life, after which it tries again at
    once what it could not deliver. Raises Trouble."""
    if ours := keysets.current(sender):
        _post(sender, ours, peer, post)


def _post(sender: str, ours: KeySet, peer: Peer, post: Transport) -> None:
    status, body = post.post_key_set(peer.address, ours.jws, peer.party_id)
    if status != 200:
        raise Trouble(f"http-{status}", "our key set was not taken")
    receipt = _read(body, peer.party_id)
    if (receipt.by, receipt.to) != (peer.party_id, sender) or receipt.keyset < ours.number:
        raise Trouble("answer", "a receipt for another key set")
    with acting_as(Identity.of_node(sender)):
        peers.acknowledge(peer.party_id, sender, ours.number)
        # It knows our log's keys now, if it did not.
        witnessing.heard(peer.party_id)


def _read(body: bytes, recipient: str) -> KeysetReceipt:
    known = keysets.newest(recipient)
    if known is None:
        raise Trouble("unknown-sender", f"{recipient} is not enrolled here")
    try:
        text = body.decode("ascii")
        at = KeysetReceipt.peek(text).at
        return KeysetReceipt.read(text, lambda kid: known.signer_at(kid, at))
    except (Hostile, UnicodeDecodeError) as error:
        raise Trouble("answer", f"the key set's receipt: {error}") from error
