"""A receiver of webhooks on this machine, which checks signatures as the specification says.

It is written from the text of Standard Webhooks and shares nothing with the sender: the signed
content is ``{id}.{timestamp}.{payload}``, the key is the base64 after ``whsec_``, the header
holds signatures with a space between them, each a version, a comma and base64; one that fits is
enough, and a timestamp that is more than five minutes off is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from bihuan.base import clock

TOLERANCE = 5 * 60


@dataclass
class Receiver:
    """What was received and verified, and with what the next requests are answered."""

    url: str
    secret: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    forged: int = 0
    ahead: timedelta = timedelta()
    """How much later it is here than the clock of this machine says."""
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return [each["type"] for each in self.got]


def verified(
    secret: str, headers: dict[str, str], payload: bytes, *, ahead: timedelta = timedelta()
) -> bool:
    """Tell whether a message was signed with this secret, and not long ago."""
    timestamp = headers["webhook-timestamp"]
    now = clock.now() + ahead
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        return False
    signed_content = b".".join([headers["webhook-id"].encode(), timestamp.encode(), payload])
    key = base64.b64decode(secret.split("_", 1)[1])
    expected = hmac.new(key, signed_content, hashlib.sha256).digest()
    for each in headers["webhook-signature"].split(" "):
        version, _, signature = each.partition(",")
        if version == "v1" and hmac.compare_digest(base64.b64decode(signature), expected):
            return True
    return False


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver(url="")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            payload = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, words = receiver.answers.pop(0) if receiver.answers else (204, {}, "")
            if not verified(receiver.secret, headers, payload, ahead=receiver.ahead):
                receiver.forged += 1
                status = 401
            receiver.numbers.append(headers["webhook-id"])
            if 200 <= status < 300:
                receiver.got.append(json.loads(payload))
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(words.encode())))
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/in?from=bihuan"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
