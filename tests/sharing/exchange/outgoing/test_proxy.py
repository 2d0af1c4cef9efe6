"""A forward proxy for what leaves: TLS goes through it, and this machine is reached without it."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from cordillera.parties.models import Peer
from sharing.exchange.transport import Https
from sharing.exchange.troubles import Trouble

from .test_transport import OK, Server, certificate, more, post, says, secure, server

__all__ = ["certificate", "secure", "server"]


class Proxy:
    """Connects whoever asks to a port of this machine, and keeps what it was asked."""

    def __init__(self, server: Callable[..., Server], to: int, answer: str = "200 Yes") -> None:
        self.to, self.answer, self.asked = to, answer, ""
        self.port = server(self._talk).port

    def _talk(self, connection: Any) -> None:
        while "\r\n\r\n" not in self.asked:
            self.asked += more(connection).decode()
        connection.sendall(f"HTTP/1.1 {self.answer}\r\n\r\n".encode())
        if self.answer.startswith("200"):
            with socket.create_connection(("127.0.0.1", self.to)) as peer:
                threading.Thread(target=_pass_on, args=(peer, connection), daemon=True).start()
                _pass_on(connection, peer)


def _pass_on(source: Any, sink: Any) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass


def through(proxy: Proxy, settings: Any, certificate: tuple[str, str, str], pin: str) -> Any:
    settings.EXCHANGE_PROXY = f"http://127.0.0.1:{proxy.port}"
    settings.EXCHANGE_PROXY_CREDENTIALS = "node:secret"
    public, private, _ = certificate
    peer = Peer(client_certificate=public, client_key=private, authority=public, pins=[pin])
    return Https(peer).post_envelope("https://peer.example:4443", b"x" * 1000)


def test_tls_goes_through_the_proxy_to_the_peer(
    server: Callable[..., Server], secure: Server, certificate: tuple[str, str, str], settings: Any
) -> None:
    proxy = Proxy(server, secure.port)
    assert through(proxy, settings, certificate, certificate[2]) == (200, b"yes")
    assert proxy.asked.startswith("CONNECT peer.example:4443 HTTP/1.")
    shown = base64.b64encode(b"node:secret").decode()
    assert f"proxy-authorization: basic {shown}".lower() in proxy.asked.lower()


def test_the_peers_pin_holds_behind_a_proxy(
    server: Callable[..., Server], secure: Server, certificate: tuple[str, str, str], settings: Any
) -> None:
    with pytest.raises(Trouble) as raised:
        through(Proxy(server, secure.port), settings, certificate, "A" * 43 + "=")
    assert raised.value.code == "tls"


def test_a_proxy_that_refuses_is_told_of(
    server: Callable[..., Server], secure: Server, certificate: tuple[str, str, str], settings: Any
) -> None:
    proxy = Proxy(server, secure.port, "407 Who are you")
    with pytest.raises(Trouble) as raised:
        through(proxy, settings, certificate, certificate[2])
    assert raised.value.code == "unreachable"
    assert "407" in raised.value.detail


def test_this_machine_is_reached_without_it(server: Callable[..., Server], settings: Any) -> None:
    settings.EXCHANGE_PROXY = "http://127.0.0.1:9"
    assert post(server(says(OK))) == (200, b"yes")
