"""The one door to other nodes: HTTP, bounded in time and size, and no surprises.

No redirects, no proxies from the environment, no cookies, no compression. One connection per peer
is kept by each worker process. The whole exchange has one deadline: reading timeouts alone would let
a peer that sends a byte now and then hold a worker for ever, so the socket is shut when time is up.
"""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, urlsplit

import urllib3
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ValidationError
from urllib3 import exceptions as errors
from urllib3.connection import HTTPConnection, HTTPSConnection

from cordillera.parties import addresses
from cordillera.parties.models import Peer

from .formats.envelope import LARGEST, MEDIA_TYPE
from .formats.receipt import Receipt
from .troubles import Trouble

JOSE = "application/jose"
#: A problem document around a receipt is a little larger than the receipt.
_ANSWER = Receipt.LARGEST + 64 * 1024
_ENVELOPES, _KEY_SETS, _PULL = "envelopes", "keysets", "pull"


class Transport(Protocol):
    """How a message reaches the node at `address`. Each returns what that node answered and raises
    Trouble where it did not answer."""

    def post_envelope(self, address: str, data: bytes) -> tuple[int, bytes]: ...

    def post_key_set(self, address: str, text: str, to: str) -> tuple[int, bytes]:
        """`to` is the Party who receipts it, where the node hosts several."""

    def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]: ...


def to(peer: Peer) -> Transport:
    return Https(peer)


class Https:
    """HTTP with the certificates and pins that are set for this peer."""

    def __init__(self, peer: Peer) -> None:
        self._trust = _Trust(
            peer.client_certificate, peer.client_key, peer.authority, tuple(peer.pins)
        )

    def post_envelope(self, address: str, data: bytes) -> tuple[int, bytes]:
        return self._post(address, _ENVELOPES, data, MEDIA_TYPE, _ANSWER)[:2]

    def post_key_set(self, address: str, text: str, to: str) -> tuple[int, bytes]:
        name = f"{_KEY_SETS}?to={quote(to)}"
        return self._post(address, name, text.encode(), JOSE, _ANSWER)[:2]

    def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]:
        return self._post(address, _PULL, text.encode(), JOSE, LARGEST + 1024)

    def _post(
        self, address: str, name: str, data: bytes, media_type: str, largest: int
    ) -> tuple[int, bytes, Mapping[str, str]]:
        _check(address)
        path = f"{urlsplit(address).path.rstrip('/')}/exchange/v1/{name}"
        with _watching(settings.EXCHANGE_TIMEOUT) as watch:
            try:
                pool = _pool(address, self._trust)
                try:
                    return _exchange(pool, path, data, media_type, largest)
                except errors.ProtocolError:
                    # A kept connection that the peer has closed meanwhile. What was sent may have
                    # arrived: each message bears repetition.
                    if watch.cut:
                        raise
                    return _exchange(pool, path, data, media_type, largest)
            except (errors.HTTPError, OSError, ValueError) as error:
                raise Trouble("timeout" if watch.cut else _code(error), _said(error)) from error


def _check(address: str) -> None:
    """Plain HTTP goes to this machine alone, whatever a peer's key set says."""
    if not address:
        raise Trouble("unreachable", "the peer's address is not known")
    try:
        addresses.clean(address)
    except ValidationError as error:
        raise Trouble("tls", f"{address[:100]} is no address to send to") from error


class _Trust(NamedTuple):
    """What we show to a peer and what we accept of it: files' paths, pinned public keys."""

    certificate: str
    key: str
    authority: str
    pins: tuple[str, ...]

    def files(self) -> tuple[float, ...]:
        """When they were changed: a renewed certificate is used at once."""
        return tuple(os.stat(path).st_mtime for path in self[:3] if path)


def _exchange(
    pool: urllib3.HTTPConnectionPool, path: str, data: bytes, media_type: str, largest: int
) -> tuple[int, bytes, Mapping[str, str]]:
    response = pool.urlopen(
        "POST",
        path,
        body=data,
        headers={
            "Content-Type": media_type,
            "Accept-Encoding": "identity",
            "User-Agent": "cordillera",
        },
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


# --- The deadline -----------------------------------------------------------------------------


class _Watch:
    """Shuts the sockets that are used under it when the time is up."""

    def __init__(self, seconds: float) -> None:
        self.cut = False
        self._sockets: list[Any] = []
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True
        self._timer.start()

    def add(self, handle: Any) -> None:
        self._sockets.append(handle)
        if self.cut:
            _shut(handle)

    def end(self) -> None:
        self._timer.cancel()

    def _shut(self) -> None:
        self.cut = True
        for handle in list(self._sockets):
            _shut(handle)


_present = threading.local()


@contextmanager
def _watching(seconds: float) -> Iterator[_Watch]:
    watch = _present.watch = _Watch(seconds)
    try:
        yield watch
    finally:
        watch.end()
        _present.watch = None


def _shut(handle: Any) -> None:
    with suppress(OSError):  # closed already
        handle.shutdown(socket.SHUT_RDWR)


class _Watched:
    """Mixed into urllib3's connections. The handle is a second descriptor of the same socket: TLS
    takes the first one away for the length of its handshake, which a peer could draw out too."""

    handle: Any = None

    def _new_conn(self) -> Any:
        sock = super()._new_conn()  # type: ignore[misc]
        self.handle = sock.dup()
        self._watch()
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._watch()
        super().request(*args, **kwargs)  # type: ignore[misc]

    def close(self) -> None:
        super().close()  # type: ignore[misc]
        if self.handle is not None:
            self.handle.close()
            self.handle = None

    def _watch(self) -> None:
        if self.handle is not None and (watch := getattr(_present, "watch", None)):
            watch.add(self.handle)


class _Plain(_Watched, HTTPConnection):
    pass


class _Secure(_Watched, HTTPSConnection):
    def __init__(self, *args: Any, pins: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pins = pins

    def connect(self) -> None:
        super().connect()
        if self.pins and (seen := _pin(self.sock)) not in self.pins:
            self.close()
            raise ssl.SSLError(f"the peer's public key {seen} is none of those that are pinned")


def _pin(sock: Any) -> str:
    """SHA-256 of the certificate's public key (SPKI), base64."""
    certificate = x509.load_der_x509_certificate(sock.getpeercert(binary_form=True))
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


# --- Connections ------------------------------------------------------------------------------


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


_pools: dict[str, tuple[object, urllib3.HTTPConnectionPool]] = {}


def _pool(address: str, trust: _Trust) -> urllib3.HTTPConnectionPool:
    """The kept connection to this address, made anew where its certificates changed."""
    url = urlsplit(address)
    origin = f"{url.scheme}://{url.netloc}"
    # A connection must not be shared with the process that this one was forked from.
    state = (os.getpid(), threading.get_ident(), trust, trust.files())
    name = f"{origin} {threading.get_ident()}"
    found = _pools.get(name)
    if found is None or found[0] != state:
        if found is not None:
            found[1].close()
        _pools[name] = found = (state, _connect(url.scheme, url.hostname or "", url.port, trust))
    return found[1]


def _connect(scheme: str, host: str, port: int | None, trust: _Trust) -> Any:
    timeout = urllib3.Timeout(
        connect=settings.EXCHANGE_CONNECT_TIMEOUT, read=settings.EXCHANGE_TIMEOUT
    )
    if scheme == "http":
        return _PlainPool(host, port, timeout=timeout, maxsize=1)
    context = ssl.create_default_context(cafile=trust.authority or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if trust.certificate:
        context.load_cert_chain(trust.certificate, trust.key or None)
    return _SecurePool(host, port, timeout=timeout, maxsize=1, ssl_context=context, pins=trust.pins)


def _code(error: Exception) -> str:
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
