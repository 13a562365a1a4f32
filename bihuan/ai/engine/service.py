"""The language service that this installation uses, as its settings name it; or none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An endpoint that speaks as OpenAI's does; the key is never shown or kept elsewhere."""

    url: str
    key: str
    model: str
    audio_model: str
    timeout_seconds: int

    def __repr__(self) -> str:
        return f"Service({self.host}, {self.model})"

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def mark(self) -> str:
        """Return what stands for this endpoint where it is remembered."""
        return hashlib.sha256(f"{self.url}\n{self.model}".encode()).hexdigest()[:32]


def is_safe(url: str) -> bool:
    """Tell whether nobody can listen on the way: encrypted, or on this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return parts.scheme == "http" and host in LOCAL_HOSTS


def service_in_use() -> Service | None:
    """Return the service that the settings name; one that others could listen to is none."""
    url = settings.AI_URL.rstrip("/")
    if not url or not is_safe(url) or not settings.AI_MODEL:
        return None
    return Service(
        url=url,
        key=settings.AI_KEY,
        model=settings.AI_MODEL,
        audio_model=settings.AI_AUDIO_MODEL,
        timeout_seconds=settings.AI_TIMEOUT_SECONDS,
    )
