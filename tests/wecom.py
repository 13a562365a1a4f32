"""A server that speaks WeCom's public API, and fails as often as it is told.

It keeps a log of every message it took, in order, whether or not the sender was told.
What it answers when all is well is what the public documentation shows.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "1234567890"
WELL = {"errcode": 0, "errmsg": "ok"}


@dataclass
class FakeWeCom:
    """What was asked for and taken; what it is to answer next, and how it fails at random."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    asked_tokens: int = 0
    answers: list[object] = field(default_factory=list)
    """Answers to give before all is well again: an object, a status, or “cut” or “hang”."""
    failing: int = 0
    """Of a hundred messages, how many meet an error, a hang or a cut, each as likely."""
    hang_seconds: int = 2
    chance: random.Random = field(default_factory=lambda: random.Random(4))
    token: str = TOKEN
    faults: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def fate(self) -> object:
        """Return how the next message fares."""
        with self.lock:
            if self.answers:
                return self.answers.pop(0)
            if self.chance.randrange(100) >= self.failing:
                return WELL
            self.faults += 1
            return self.chance.choice(["hang", "cut", 500, {"errcode": -1, "errmsg": "busy"}])

    def take(self, body: dict[str, Any]) -> None:
        with self.lock:
            self.taken.append(body)


class Handler(BaseHTTPRequestHandler):
    wecom: FakeWeCom
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        with self.wecom.lock:
            self.wecom.asked_tokens += 1
        asked = parse_qs(urlsplit(self.path).query)
        if asked.get("corpsecret") == ["wrong"]:
            return self.say({"errcode": 40001, "errmsg": "invalid credential"})
        return self.say({**WELL, "access_token": self.wecom.token, "expires_in": 7200})

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if parse_qs(address.query).get("access_token") != [self.wecom.token]:
            return self.say({"errcode": 42001, "errmsg": "access_token expired"})
        if address.path.endswith("/update_template_card"):
            self.wecom.updates.append(body)
            return self.say(WELL)
        return self.send_message(body)

    def send_message(self, body: dict[str, Any]) -> None:
        fate = self.wecom.fate()
        if fate == "hang":
            time.sleep(self.wecom.hang_seconds)
            return self.cut()
        if isinstance(fate, int):
            return self.say({}, status=fate)
        if isinstance(fate, str) and fate != "cut":
            return self.say(fate)
        if fate == "cut" or (isinstance(fate, dict) and fate.get("errcode") == 0):
            self.wecom.take(body)
        if fate == "cut":
            return self.cut()
        return self.say({"msgid": f"m{len(self.wecom.taken)}", **fate})  # type: ignore[dict-item]

    def cut(self) -> None:
        """Hang up without an answer."""
        self.close_connection = True
        self.connection.close()

    def say(self, answer: object, *, status: int = 200) -> None:
        said = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def handle(self) -> None:
        try:
            super().handle()
        except (OSError, ValueError):
            return  # Whoever asked has gone.

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            return

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def fake_wecom() -> Iterator[FakeWeCom]:
    wecom = FakeWeCom()
    handler = type("Handler", (Handler,), {"wecom": wecom})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    wecom.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield wecom
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
