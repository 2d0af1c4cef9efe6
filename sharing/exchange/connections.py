"""Connections to other nodes, kept by each worker: bounded in time, with pinned keys.

The whole of an exchange has one deadline: reading timeouts alone would let a peer that sends a byte
now and then hold a worker for ever, so the socket is shut when the time is up.
"""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import urllib3
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from urllib3._base_connection import ProxyConfig
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import make_headers, parse_url

from cordillera.parties import addresses


class Trust(NamedTuple):
    """What we show to a peer and what we accept of it: files' paths, pinned public keys."""

    certificate: str
    key: str
    authority: str
    pins: tuple[str, ...]

    def files(self) -> tuple[float, ...]:
        """When they were changed: a renewed certificate is used at once."""
        return tuple(os.stat(path).st_mtime for path in self[:3] if path)


# --- The deadline -----------------------------------------------------------------------------


class Watch:
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
def watching(seconds: float) -> Iterator[Watch]:
    watch = _present.watch = Watch(seconds)
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


def pool(address: str, trust: Trust) -> urllib3.HTTPConnectionPool:
    """The kept connection to this address, made anew where its certificates changed."""
    url = urlsplit(address)
    origin = f"{url.scheme}://{url.netloc}"
    # A connection must not be shared with the process that this one was forked from.
    proxy = (settings.EXCHANGE_PROXY, settings.EXCHANGE_PROXY_CREDENTIALS)
    state = (os.getpid(), threading.get_ident(), trust, trust.files(), proxy)
    name = f"{origin} {threading.get_ident()}"
    found = _pools.get(name)
    if found is None or found[0] != state:
        if found is not None:
            found[1].close()
        _pools[name] = found = (state, _connect(url.scheme, url.hostname or "", url.port, trust))
    return found[1]


def _connect(scheme: str, host: str, port: int | None, trust: Trust) -> Any:
    timeout = urllib3.Timeout(
        connect=settings.EXCHANGE_CONNECT_TIMEOUT, read=settings.EXCHANGE_TIMEOUT
    )
    # Plain HTTP goes to this machine alone.
    if scheme == "http":
        return _PlainPool(host, port, timeout=timeout, maxsize=1)
    context = ssl.create_default_context(cafile=trust.authority or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if trust.certificate:
        context.load_cert_chain(trust.certificate, trust.key or None)
    return _SecurePool(
        host,
        port,
        timeout=timeout,
        maxsize=1,
        ssl_context=context,
        pins=trust.pins,
        **_way_out(host),
    )


def _way_out(host: str) -> dict[str, Any]:
    """Through the forward proxy, where one is set: it connects, and TLS goes through it to the peer,
    whose certificate and pins are checked as ever. Never for what is on this machine."""
    if not settings.EXCHANGE_PROXY or addresses.is_this_machine(host.strip("[]")):
        return {}
    credentials = settings.EXCHANGE_PROXY_CREDENTIALS
    return {
        "_proxy": parse_url(settings.EXCHANGE_PROXY),
        "_proxy_headers": make_headers(proxy_basic_auth=credentials) if credentials else {},
        "_proxy_config": ProxyConfig(None, False, None, None),
    }
