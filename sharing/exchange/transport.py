"""The one door to other nodes: HTTP, bounded in time and size, and no surprises.

No redirects, no proxy but the one of EXCHANGE_PROXY, no cookies, no compression.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import quote, urlsplit

import urllib3
from django.conf import settings
from django.core.exceptions import ValidationError
from urllib3 import exceptions as errors

from cordillera.parties import addresses
from cordillera.parties.models import Peer

from .connections import Trust, pool, watching
from .formats.envelope import LARGEST, MEDIA_TYPE
from .formats.file import LARGEST_CHUNK
from .formats.receipt import Receipt
from .troubles import Trouble

JOSE, TEXT = "application/jose", "text/plain; charset=utf-8"
#: A problem document around a receipt is a little larger than the receipt.
_ANSWER = Receipt.LARGEST + 64 * 1024
_ENVELOPES, _KEY_SETS, _PULL, _FILES = "envelopes", "keysets", "pull", "files"
_ADD_CHECKPOINT = "witness/add-checkpoint"
#: Co-signatures, a checkpoint, or a proof.
_LARGEST_OF_LOG = 256 * 1024


class Transport(Protocol):
    """How a message reaches the node at `address`. Each returns what that node answered and raises
    Trouble where it did not answer."""

    def post_envelope(self, address: str, data: bytes) -> tuple[int, bytes]: ...

    def post_key_set(self, address: str, text: str, to: str) -> tuple[int, bytes]:
        """`to` is the Party who receipts it, where the node hosts several."""


class PullTransport(Protocol):
    """The same for requests of a node that fetches."""

    def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]: ...


class FileTransport(Protocol):
    """The same for files."""

    def post_file(self, address: str, text: str) -> tuple[int, bytes]:
        """One sealed chunk, or a problem."""


class LogTransport(Protocol):
    """The same for what concerns the audit logs. Witnesses are given less time than envelopes."""

    def post_checkpoint(self, address: str, body: bytes) -> tuple[int, bytes]:
        """To the node as a witness: co-signatures, or why not."""

    def get_log(self, address: str, name: str) -> tuple[int, bytes]:
        """What lies under `log/` or `witness/` there."""

    def post_log(self, address: str, name: str, body: bytes) -> tuple[int, bytes]:
        """The same, with something that it asked for."""


def to(peer: Peer) -> Https:
    return Https(peer)


def begin(
    post: Transport, address: str, data: bytes, *, apart: bool
) -> Callable[[], tuple[int, bytes]]:
    """Send an envelope, `apart` in another thread while this one goes on; what is returned waits for
    the answer."""
    if apart and isinstance(post, Https):
        return _courier().submit(post.post_envelope, address, data).result
    answered = post.post_envelope(address, data)
    return lambda: answered


_own = threading.local()


def _courier() -> ThreadPoolExecutor:
    """This thread's own one, with its own kept connections; not the one of a process it was forked
    from."""
    if getattr(_own, "pid", None) != os.getpid():
        _own.pid, _own.courier = os.getpid(), ThreadPoolExecutor(1, "courier")
    courier: ThreadPoolExecutor = _own.courier
    return courier


class Https:
    """HTTP with the certificates and pins that are set for this peer."""

    def __init__(self, peer: Peer) -> None:
        self._trust = Trust(
            peer.client_certificate, peer.client_key, peer.authority, tuple(peer.pins)
        )

    def post_envelope(self, address: str, data: bytes) -> tuple[int, bytes]:
        return self._post(address, _ENVELOPES, data, MEDIA_TYPE, _ANSWER)[:2]

    def post_key_set(self, address: str, text: str, to: str) -> tuple[int, bytes]:
        name = f"{_KEY_SETS}?to={quote(to)}"
        return self._post(address, name, text.encode(), JOSE, _ANSWER)[:2]

    def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]:
        return self._post(address, _PULL, text.encode(), JOSE, LARGEST + 1024)

    def post_file(self, address: str, text: str) -> tuple[int, bytes]:
        return self._post(address, _FILES, text.encode(), JOSE, LARGEST_CHUNK)[:2]

    def post_checkpoint(self, address: str, body: bytes) -> tuple[int, bytes]:
        return self.post_log(address, _ADD_CHECKPOINT, body)

    def get_log(self, address: str, name: str) -> tuple[int, bytes]:
        found = self._ask(address, name, None, "", _LARGEST_OF_LOG, settings.LOG_WITNESS_TIMEOUT)
        return found[:2]

    def post_log(self, address: str, name: str, body: bytes) -> tuple[int, bytes]:
        found = self._ask(address, name, body, TEXT, _LARGEST_OF_LOG, settings.LOG_WITNESS_TIMEOUT)
        return found[:2]

    def _post(
        self, address: str, name: str, data: bytes, media_type: str, largest: int
    ) -> tuple[int, bytes, Mapping[str, str]]:
        return self._ask(address, name, data, media_type, largest, settings.EXCHANGE_TIMEOUT)

    def _ask(
        self,
        address: str,
        name: str,
        data: bytes | None,
        media_type: str,
        largest: int,
        seconds: float,
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """POST `data`, or GET where there is none. Whatever is asked, a peer that says when it is to be
        asked again is Trouble with that time."""
        _check(address)
        path = f"{urlsplit(address).path.rstrip('/')}/exchange/v1/{name}"
        with watching(seconds) as watch:
            try:
                kept = pool(address, self._trust)
                try:
                    answer = _exchange(kept, path, data, media_type, largest)
                except errors.ProtocolError:
                    # A kept connection that the peer has closed meanwhile. What was sent may have
                    # arrived: each message bears repetition.
                    if watch.cut:
                        raise
                    answer = _exchange(kept, path, data, media_type, largest)
            except (errors.HTTPError, OSError, ValueError) as error:
                raise Trouble("timeout" if watch.cut else _code(error), _said(error)) from error
        _unless_busy(answer[0], answer[2])
        return answer


def _check(address: str) -> None:
    """Plain HTTP goes to this machine alone, whatever a peer's key set says."""
    if not address:
        raise Trouble("unreachable", "the peer's address is not known")
    try:
        addresses.clean(address)
    except ValidationError as error:
        raise Trouble("tls", f"{address[:100]} is no address to send to") from error


def _unless_busy(status: int, headers: Mapping[str, str]) -> None:
    if status in (429, 503) and (after := _seconds(headers)) is not None:
        code = "busy" if status == 503 else "http-429"
        raise Trouble(code, f"to be asked again after {after:.0f} s", after=after)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """What Retry-After says, in seconds; a time counts from the one that the answer itself tells."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        until, now = (parsedate_to_datetime(text) for text in (said, headers.get("Date", "")))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def _exchange(
    kept: urllib3.HTTPConnectionPool, path: str, data: bytes | None, media_type: str, largest: int
) -> tuple[int, bytes, Mapping[str, str]]:
    headers = {"Accept-Encoding": "identity", "User-Agent": "cordillera"}
    response = kept.urlopen(
        "GET" if data is None else "POST",
        path,
        body=data,
        headers=headers if data is None else {**headers, "Content-Type": media_type},
        retries=False,
        redirect=False,
        preload_content=False,
        decode_content=False,
    )
    body = b""
    # Until nothing comes any more: only then urllib3 says that less came than was announced.
    while len(body) <= largest and (part := response.read(largest + 1, decode_content=False)):
        body += part
    if len(body) > largest or response.headers.get("Content-Encoding", "identity") != "identity":
        response.close()
        raise Trouble("too-large", f"an answer of more than {largest} bytes, or a compressed one")
    response.release_conn()
    return response.status, body, response.headers


def _code(error: Exception) -> str:
    if isinstance(error, errors.ProxyError):
        error = error.original_error  # through a proxy that did connect it is still the peer's TLS
    files = (FileNotFoundError, PermissionError, IsADirectoryError)  # of certificates and keys
    if isinstance(error, (errors.SSLError, ssl.SSLError, *files)):
        return "tls"
    if isinstance(error, (errors.TimeoutError, TimeoutError)) and not isinstance(
        error, errors.NewConnectionError
    ):
        return "timeout"
    return "unreachable"


def _said(error: Exception) -> str:
    """Without the object's address that urllib3 puts before it."""
    return str(error).rpartition(">: ")[2]
