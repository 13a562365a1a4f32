"""A provider of OpenID Connect: discovery, authorisation, tokens, keys, and who is signed in."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "bihuan", "provider-secret"


@dataclass
class Provider:
    """Whom it says is signed in, and how it lies."""

    claims: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    says_issuer: str = ""
    audience: str = CLIENT
    lasts: int = 60
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    algorithm: str = "RS256"
    signs: rsa.RSAPrivateKey | str | None = None
    """What it signs with, where that is not its key; by no algorithm, with nothing."""
    kind: str = "JWT"
    """As what its token presents itself."""
    metadata: dict[str, object] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    told: dict[str, object] = field(default_factory=dict)
    token_answer: dict[str, object] = field(default_factory=dict)
    """What it says otherwise: in its metadata, in its answers to browsers, of people, of tokens."""

    def token(self, nonce: str) -> str:
        now = int(time.time())
        said = {"iss": self.says_issuer or self.issuer, "aud": self.audience, "nonce": nonce}
        return jwt.encode(
            {**said, "iat": now, "exp": now + self.lasts, **self.claims},
            "" if self.algorithm == "none" else self.signs or self.key,
            algorithm=self.algorithm,
            headers={"kid": "one", "typ": self.kind},
        )


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            return self.say(self.discovery())
        if parts.path == "/authorise":
            code = f"code-{len(self.provider.codes)}"
            self.provider.codes[code] = given
            self.send_response(302)
            said = {"code": code, "state": given["state"], **self.provider.answer}
            back = urlencode(said)
            self.send_header("Location", f"{given['redirect_uri']}?{back}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if parts.path == "/userinfo":
            return self.say({**self.provider.claims, **self.provider.told})
        if parts.path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.provider.key.public_key()))
            return self.say({"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]})
        return self.say({}, status=404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        self.provider.asked.append(self.path)
        asked = self.provider.codes.pop(given.get("code", ""), None)
        if asked is None or given.get("client_secret") != SECRET:
            return self.say({"error": "invalid_grant"}, status=400)
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return self.say({"error": "invalid_grant"}, status=400)
        token = self.provider.token(asked.get("nonce", ""))
        said = {"access_token": "a", "token_type": "Bearer", "id_token": token}
        return self.say({**said, **self.provider.token_answer})

    def discovery(self) -> dict[str, object]:
        at = self.provider.issuer
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorise",
            "token_endpoint": f"{at}/token",
            "userinfo_endpoint": f"{at}/userinfo",
            "jwks_uri": f"{at}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.provider.metadata,
        }

    def say(self, answer: object, *, status: int = 200) -> None:
        said = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def provider_running() -> Iterator[Provider]:
    provider = Provider()
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Handler", (Handler,), {"provider": provider})
    )
    server.daemon_threads = True
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
