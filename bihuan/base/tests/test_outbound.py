"""Addresses that lead where nobody may be led, and the few that may be gone to."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import httpcore2
import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings
from requests.exceptions import TooManyRedirects

from bihuan.base.outbound import (
    AddressRefused,
    AnswerTooLarge,
    AnswerTooSlow,
    Bounds,
    ask,
    client,
    guard,
    is_public,
    spelled_in,
)
from bihuan.base.outbound.session import guarded_session
from tests.examples import examples
from tests.matrix.figures import FIGURES

BOUNDS = Bounds(seconds=2, bytes=1000)
PUBLIC = "93.184.215.14"

NUMBERS = (
    *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200"),
    *("168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.9"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:0:127.0.0.1", "::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1"),
    *("2001:0:7f00:1::", "2001:db8::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1"),
    *("fec0::1", "ff02::1", "ff0e::1", "100::1", "5f00::1", "2606:2800::5efe:10.0.0.1"),
)
"""Addresses by number, each of which is none of the public internet."""

SPELLINGS = (
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://①②⑦.⓪.⓪.①/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://user@127.0.0.1/",
)
"""The same by other spellings; the machine itself resolves them."""

SHAPES = (
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com:70/_x",
    "unix:///var/run/docker.sock",
    "https://",
    "https:///path",
    "//example.com/",
    "https://user:pw@example.com/",
    "https://example.com:25/",
    "https://example.com:22/",
    "https://example.com:99999/",
    "https://example.com:abc/",
    "https://exa mple.com/",
    "https://example.com/\r\nHost: other",
    "https://example.com\x00.org/",
    "https://[::1/",
)
"""Addresses that are refused before any name is resolved."""

NAMES: tuple[tuple[str, list[str]], ...] = (
    ("one.example", ["10.0.0.1"]),
    ("two.example", [PUBLIC, "127.0.0.1"]),
    ("three.example", ["::1", PUBLIC]),
    ("four.example", ["64:ff9b::7f00:1"]),
    ("five.example", []),
)
"""Names, and what their name servers say: a single address of the house is enough."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """Resolve names from a table, and note where a connection would have gone."""
    noted: dict[str, list[Any]] = {"names": [], "connected": []}

    def connect(self: object, host: str, port: int, *args: object, **kwargs: object) -> None:
        noted["connected"].append(host)
        raise httpcore2.ConnectError("not in a test")

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    return noted


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let each next look-up get the next answer; return the names that were looked up."""
    names: list[str] = []

    def addresses_of(host: str, port: int) -> list[str]:
        names.append(host)
        return answers[min(len(names), len(answers)) - 1]

    monkeypatch.setattr(guard, "addresses_of", addresses_of)
    return names


def url_of(number: str) -> str:
    return f"https://[{number}]/" if ":" in number else f"https://{number}/"


@pytest.mark.parametrize("url", [*map(url_of, NUMBERS), *SPELLINGS])
def test_no_spelling_leads_into_the_house(asked: dict[str, list[Any]], url: str) -> None:
    with pytest.raises((AddressRefused, httpx2.ConnectError)) as refusal:
        ask("GET", url, bounds=BOUNDS)
    assert asked["connected"] == []
    is_no_name = isinstance(refusal.value, httpx2.ConnectError)
    assert not is_no_name or "Name or service not known" in str(refusal.value)


@pytest.mark.parametrize("url", SHAPES)
def test_what_is_no_address_of_a_web_server_is_refused_unresolved(
    asked: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    names = resolving(monkeypatch, [PUBLIC])
    with pytest.raises(AddressRefused):
        ask("POST", url, bounds=BOUNDS, json={})
    assert (names, asked["connected"]) == ([], [])


@pytest.mark.parametrize(("name", "found"), NAMES)
def test_one_address_of_the_house_behind_a_name_is_enough(
    asked: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch, name: str, found: list[str]
) -> None:
    resolving(monkeypatch, found)
    with pytest.raises(AddressRefused):
        ask("GET", f"https://{name}/", bounds=BOUNDS)
    assert asked["connected"] == []


def test_there_are_enough_of_them(record_property: Callable[[str, object], None]) -> None:
    addresses = {*map(url_of, NUMBERS), *SPELLINGS, *SHAPES, *dict(NAMES)}
    assert len(addresses) >= 60
    record_property(FIGURES, {"hostile addresses refused": len(addresses)})


def test_a_name_server_that_changes_its_mind_is_not_asked_again(
    asked: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when looked at, the house when connected to."""
    names = resolving(monkeypatch, [PUBLIC], ["127.0.0.1"])
    with pytest.raises(httpx2.ConnectError):
        ask("GET", "https://rebind.example/", bounds=BOUNDS)
    assert (names, asked["connected"]) == (["rebind.example"], [PUBLIC])
    with pytest.raises(AddressRefused):
        ask("GET", "https://rebind.example/", bounds=BOUNDS)
    assert asked["connected"] == [PUBLIC]


def test_every_public_address_of_a_name_is_tried_in_turn(
    asked: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, [PUBLIC, "2606:2800:21f::1"])
    with pytest.raises(httpx2.ConnectError):
        ask("GET", "https://two.example/", bounds=BOUNDS)
    assert asked["connected"] == [PUBLIC, "2606:2800:21f::1"]


@given(number=st.integers(0, 2**32 - 1))
@settings(max_examples=examples(150), deadline=None)
def test_no_form_of_a_private_address_in_another_is_public(number: int) -> None:
    inner = IPv4Address(number)
    forms = [
        f"::ffff:{inner}",
        f"::{inner}",
        f"64:ff9b::{inner}",
        str(IPv6Address((0x2002 << 112) | (number << 80) | 1)),
        str(IPv6Address((0x2001 << 112) | (number << 64) | 1)),
    ]
    assert not any(map(is_public, forms))
    assert not is_public(str(inner)) or ip_address(str(inner)).is_global


class Handler(BaseHTTPRequestHandler):
    said: list[str]

    def do_GET(self) -> None:
        self.said.append(self.headers["Host"])
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.end_headers()
            return
        if self.path == "/slow-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Trickle: ")
            self._trickle()
        self.send_response(200)
        self.end_headers()
        if self.path == "/slow":
            self._trickle()
        self.wfile.write(b"x" * (2000 if self.path == "/large" else 10))

    def _trickle(self) -> None:
        """Say something again and again, for longer than anybody should listen."""
        for _ in range(600):
            self.wfile.write(b".")
            self.wfile.flush()
            threading.Event().wait(1 / 20)
        self.said.append("all was listened to")

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # Whoever asked has gone.

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def server(context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[str]]]:
    said: list[str] = []
    made = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"said": said}))
    made.daemon_threads = True
    if context is not None:
        made.socket = context.wrap_socket(made.socket, server_side=True)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made.server_port, said
    finally:
        made.shutdown()
        made.server_close()
        thread.join()


def test_a_redirect_is_an_answer_and_not_followed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = ["127.0.0.1"]
    with server() as (port, said):
        answer = ask("GET", f"http://127.0.0.1:{port}/redirect", bounds=BOUNDS)
        assert (answer.status, answer.is_success, len(said)) == (302, False, 1)
        with pytest.raises(TooManyRedirects):
            guarded_session().get(f"http://127.0.0.1:{port}/redirect", timeout=2)
        assert len(said) == 2


def test_an_answer_is_bounded_in_size_and_in_time(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = ["127.0.0.0/8"]
    with server() as (port, said):
        url = f"http://127.0.0.1:{port}"
        assert ask("GET", url, bounds=BOUNDS).body == b"x" * 10
        with pytest.raises(AnswerTooLarge):
            ask("GET", f"{url}/large", bounds=BOUNDS)
        for path in ("slow", "slow-headers"):
            with pytest.raises(AnswerTooSlow):
                ask("GET", f"{url}/{path}", bounds=Bounds(seconds=1, bytes=1000))
        assert said == [f"127.0.0.1:{port}"] * 4, "nobody listens to the end"


def test_what_the_environment_spells_is_meant_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with server() as (port, said):
        url = f"http://127.0.0.1:{port}/"
        with pytest.raises(AddressRefused):
            ask("GET", url, bounds=BOUNDS)
        assert ask("GET", url, bounds=BOUNDS, also=spelled_in(url)).status == 200
        resolving(monkeypatch, ["127.0.0.1"])
        named = f"https://ai.internal:{port}/"
        with pytest.raises(AddressRefused):
            ask("GET", named, bounds=BOUNDS, also=spelled_in(named))
        assert len(said) == 1


def test_a_host_that_is_allowed_by_name_may_lie_in_the_house(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTBOUND_ALLOWED = ["ai.internal"]
    resolving(monkeypatch, ["127.0.0.1"])
    with server() as (port, said):
        answer = guarded_session().get(f"http://ai.internal:{port}/", timeout=2)
        assert (answer.status_code, answer.text, said) == (200, "x" * 10, [f"ai.internal:{port}"])


def certificate(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return how a server proves to be this name, and how whoever trusts it checks that."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder(own, own, key.public_key(), 1, day, day.replace(year=2056))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    both = folder / "server.pem"
    both.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    proving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    proving.load_cert_chain(both)
    return proving, ssl.create_default_context(cadata=pem.decode())


def test_the_pinned_address_must_still_prove_the_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.OUTBOUND_ALLOWED = ["127.0.0.1/32"]
    proving, trusting = certificate("feed.example", tmp_path)
    resolving(monkeypatch, ["127.0.0.1"])
    client._client.cache_clear()
    monkeypatch.setattr(client, "_certificates", lambda: trusting)
    try:
        with server(proving) as (port, said):
            assert ask("GET", f"https://feed.example:{port}/", bounds=BOUNDS).status == 200
            with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                ask("GET", f"https://other.example:{port}/", bounds=BOUNDS)
            assert said == [f"feed.example:{port}"]
    finally:
        client._client.cache_clear()
