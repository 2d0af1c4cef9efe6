"""Key sets: a Party's keys and contacts, numbered and signed by its root key.

The newest key set of a Party is the truth about its keys. Ours are issued after each change and
rung out to the peers; theirs come in signed, and change the rows of their keys here. A key of ours
works only once a key set lists it, so that nobody meets a signature whose key he cannot know; with
the root key kept elsewhere that is when the signed set comes back.
"""

from . import logs
from .accepting import accept, store, told_names
from .held import (
    Listed,
    SealingTo,
    active_pq,
    active_sealing,
    current,
    manifest_key,
    newest,
    private_sealing,
    said,
    second_key,
    signing_public,
)
from .issuing import (
    GRACE,
    announce_log,
    contacts_changed,
    draft,
    is_due,
    publish,
    publish_signed,
    sign,
)
from .logs import trust_log

__all__ = [
    "GRACE",
    "Listed",
    "SealingTo",
    "accept",
    "active_pq",
    "active_sealing",
    "announce_log",
    "contacts_changed",
    "current",
    "draft",
    "is_due",
    "logs",
    "manifest_key",
    "newest",
    "private_sealing",
    "publish",
    "publish_signed",
    "said",
    "second_key",
    "sign",
    "signing_public",
    "store",
    "told_names",
    "trust_log",
]
