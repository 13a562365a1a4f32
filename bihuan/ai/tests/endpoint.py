"""A language service on this machine that behaves, or misbehaves, as a test tells it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class Endpoint:
    """Answers as it is told, and keeps what it was sent."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.write: Callable[[str], str] = lambda data: "好的。"
        self.body: bytes | None = None
        self.hangs = False
        self.drips = False
        self.is_over = Event()
        self.url = ""

    def answer(self, sent: bytes) -> bytes:
        if self.body is not None:
            return self.body
        data = json.loads(sent)["messages"][1]["content"]
        message = {"role": "assistant", "content": self.write(data)}
        return json.dumps(
            {
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"total_tokens": 321},
            }
        ).encode()

    @property
    def bodies(self) -> str:
        """Return everything that was sent, as text."""
        return "\n".join(
            f"{path} {headers} {body.decode('utf-8', 'replace')}\n{_unescaped(body)}"
            for path, headers, body in self.requests
        )


def _unescaped(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return ""


class Handler(BaseHTTPRequestHandler):
    """Answers one request as the endpoint of its server is told to."""

    def do_POST(self) -> None:
        told = self._told()
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told.requests.append((self.path, dict(self.headers.items()), sent))
        if told.hangs:
            told.is_over.wait(20)
            return
        body = told.answer(sent)
        self.send_response(told.status)
        given = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in {**given, **told.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(told, body)

    def _told(self) -> Endpoint:
        assert isinstance(self.server, _Server)
        return self.server.told

    def _send(self, told: Endpoint, body: bytes) -> None:
        if not told.drips:
            self.wfile.write(body)
            return
        for place in range(len(body)):
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()
            if told.is_over.wait(1 / 5):  # Sooner than any single read is given up.
                return

    def do_GET(self) -> None:
        self._told().requests.append((self.path, {}, b""))
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, told: Endpoint) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told = told
        told.url = f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """Open a service on a free port, for as long as the context lasts."""
    told = Endpoint()
    server = _Server(told)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()
