"""The door to other nodes keeps its bounds, on real sockets of this machine."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cordillera.parties.models import Peer
from sharing.exchange.transport import Https, begin
from sharing.exchange.troubles import Trouble

Talk = Callable[[Any], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"


class Server:
    """Accepts one connection after the other and lets `talk` have it."""

    def __init__(self, talk: Talk, context: ssl.SSLContext | None = None) -> None:
        self.talk, self.context, self.accepted = talk, context, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: Any) -> None:
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self.talk(connection)
        except OSError:
            pass
        finally:
            connection.close()


@pytest.fixture
def impatient(settings: Any) -> None:
    settings.EXCHANGE_TIMEOUT = 1


@pytest.fixture
def server() -> Iterator[Callable[..., Server]]:
    made: list[Server] = []

    def make(talk: Talk, context: ssl.SSLContext | None = None) -> Server:
        made.append(Server(talk, context))
        return made[-1]

    yield make
    for one in made:
        one.socket.close()


def request(connection: Any) -> bytes:
    """One whole request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += more(connection)
    return head


def more(connection: Any) -> bytes:
    """What comes next; who has hung up says nothing more, however often he is asked."""
    found: bytes = connection.recv(65536)
    if not found:
        raise ConnectionAbortedError
    return found


def says(answer: bytes) -> Talk:
    def talk(connection: Any) -> None:
        while True:
            request(connection)
            connection.sendall(answer)

    return talk


def post(server: Server, scheme: str = "http", **peer: Any) -> tuple[int, bytes]:
    values = {"pins": [], **peer}
    return Https(Peer(**values)).post_envelope(f"{scheme}://127.0.0.1:{server.port}", b"x" * 1000)


def trouble(server: Server, scheme: str = "http", **peer: Any) -> str:
    with pytest.raises(Trouble) as raised:
        post(server, scheme, **peer)
    return raised.value.code


def test_a_connection_is_kept(server: Callable[..., Server]) -> None:
    found = server(says(OK))
    assert [post(found) for _ in range(3)] == [(200, b"yes")] * 3
    assert found.accepted == 1


def test_an_envelope_goes_while_the_sender_goes_on(server: Callable[..., Server]) -> None:
    gate = threading.Event()

    def once_open(connection: Any) -> None:
        request(connection)
        gate.wait(60)
        connection.sendall(OK)

    address = f"http://127.0.0.1:{server(once_open).port}"
    answer = begin(Https(Peer(pins=[])), address, b"x", apart=True)
    gate.set()
    assert answer() == (200, b"yes")


def test_its_trouble_is_raised_to_who_asks_for_the_answer(server: Callable[..., Server]) -> None:
    answer = begin(Https(Peer(pins=[])), "http://node.example.org", b"x", apart=True)
    with pytest.raises(Trouble):
        answer()


def test_a_connection_that_was_closed_meanwhile_is_made_anew(
    server: Callable[..., Server],
) -> None:
    def once(connection: Any) -> None:
        request(connection)
        connection.sendall(OK)

    found = server(once)
    assert [post(found)[0] for _ in range(3)] == [200, 200, 200]


def drip(connection: Any) -> None:
    request(connection)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n" + b"X-Y: z\r\n" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


def silent(connection: Any) -> None:
    time.sleep(5)


def half(connection: Any) -> None:
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\nyes")
    time.sleep(5)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("talk", [drip, silent, half])
def test_a_peer_that_hangs_is_left(talk: Talk, server: Callable[..., Server]) -> None:
    started = time.monotonic()
    assert trouble(server(talk)) == "timeout"
    assert time.monotonic() - started < 20


def endless(connection: Any) -> None:
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def test_an_answer_without_end_is_left(server: Callable[..., Server]) -> None:
    assert trouble(server(endless)) == "too-large"


@pytest.mark.parametrize("answer", [b"", b"no HTTP at all\r\n\r\n", b"HTTP/1.1 2"])
def test_what_is_no_http_is_trouble(answer: bytes, server: Callable[..., Server]) -> None:
    def talk(connection: Any) -> None:
        request(connection)
        connection.sendall(answer)

    assert trouble(server(talk)) in {"unreachable", "timeout"}


def test_nobody_is_followed_elsewhere(server: Callable[..., Server]) -> None:
    other = server(says(OK))
    to = f"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{other.port}/\r\nContent-Length: 0\r\n\r\n"
    assert post(server(says(to.encode())))[0] == 307
    assert other.accepted == 0


def test_compressed_answers_are_not_taken(server: Callable[..., Server]) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nyes"
    assert trouble(server(says(answer))) == "too-large"


def test_plain_http_goes_to_this_machine_alone() -> None:
    with pytest.raises(Trouble) as raised:
        Https(Peer(pins=[])).post_envelope("http://node.example.org", b"x")
    assert raised.value.code == "tls"


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("503 Busy\r\nRetry-After: 7", 7),
        ("429 Slower\r\nRetry-After: 3600", 3600),
        (
            "503 Busy\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT"
            "\r\nRetry-After: Sun, 22 Nov 2026 10:00:30 GMT",
            30,
        ),
    ],
)
def test_a_peer_says_when_to_ask_again(
    server: Callable[..., Server], head: str, seconds: float
) -> None:
    found = server(says(f"HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n".encode()))
    with pytest.raises(Trouble) as raised:
        post(found)
    assert raised.value.after == seconds


def test_whatever_is_asked_the_time_is_heeded(server: Callable[..., Server]) -> None:
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"

    def talk(connection: Any) -> None:
        while b"\r\n\r\n" not in connection.recv(65536):
            continue
        connection.sendall(busy)

    address, way = f"http://127.0.0.1:{server(talk).port}", Https(Peer(pins=[]))
    for ask in (
        lambda: way.post_key_set(address, "text", "MX"),
        lambda: way.post_pull(address, "text"),
        lambda: way.post_file(address, "text"),
        lambda: way.post_checkpoint(address, b"note"),
        lambda: way.get_log(address, "log/checkpoint"),
    ):
        with pytest.raises(Trouble) as raised:
            ask()
        assert (raised.value.code, raised.value.after) == ("busy", 7)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "soon",
        "-1",
        "Sun, 22 Nov 2026 10:00:30 GMT",
        f"Sun, {'9' * 30} Nov 2026 10:00:30 GMT",
        f"Sun, 22 Nov 2026 10:00:30 +{'9' * 30}",
    ],
)
def test_what_cannot_be_read_as_a_time_is_an_answer_like_others(
    server: Callable[..., Server], said: str
) -> None:
    head = f"HTTP/1.1 503 Busy\r\nRetry-After: {said}\r\nContent-Length: 0\r\n\r\n"
    assert post(server(says(head.encode()))) == (503, b"")


# --- TLS --------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str, str]:
    """A certificate for 127.0.0.1 that signs itself: its file, its key's file, its pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "node")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(True, None), True)
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
                    x509.DNSName("peer.example"),
                ]
            ),
            False,
        )
        .sign(key, hashes.SHA256())
    )
    public, private = tmp_path / "public.pem", tmp_path / "private.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    spki = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return str(public), str(private), base64.b64encode(hashlib.sha256(spki).digest()).decode()


@pytest.fixture
def secure(certificate: tuple[str, str, str], server: Callable[..., Server]) -> Server:
    """It wants a client certificate that the same authority signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[0], certificate[1])
    context.load_verify_locations(certificate[0])
    context.verify_mode = ssl.CERT_REQUIRED
    return server(says(OK), context)


def test_certificates_and_pins_of_both_sides(
    secure: Server, certificate: tuple[str, str, str]
) -> None:
    public, private, pin = certificate
    shown = {"client_certificate": public, "client_key": private}
    assert post(secure, "https", authority=public, pins=[pin], **shown) == (200, b"yes")


def test_whom_no_authority_vouches_for_is_not_talked_to(
    secure: Server, certificate: tuple[str, str, str]
) -> None:
    public, private, _ = certificate
    shown = {"client_certificate": public, "client_key": private}
    assert trouble(secure, "https", **shown) == "tls"
    assert trouble(secure, "https", authority=public, pins=["A" * 43 + "="], **shown) == "tls"
    assert trouble(secure, "https", authority="/nowhere.pem", **shown) == "tls"


@pytest.mark.usefixtures("impatient")
def test_a_handshake_that_hangs_is_left(server: Callable[..., Server]) -> None:
    started = time.monotonic()
    assert trouble(server(silent), "https") == "timeout"
    assert time.monotonic() - started < 20
