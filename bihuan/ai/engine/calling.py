"""Asking a service that speaks as OpenAI's does: bounded in time and size, and never trusted.

Whatever comes back is text or a trouble. Nothing in an answer is followed: no link, no
call of a tool, no redirect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic_ns
from typing import Annotated, Any, TypeVar

import httpx2
from pydantic import BaseModel, Field, ValidationError

from bihuan.ai.domain.made import Trouble
from bihuan.ai.domain.prompt import Prompt
from bihuan.ai.engine.service import Service

LARGEST_ANSWER = 1_000_000
"""So many bytes of an answer are read, and no more."""
CONNECT_SECONDS = 5
TOO_MANY_REQUESTS, SERVER_ERROR = 429, 500


Model = TypeVar("Model", bound=BaseModel)


class ServiceTrouble(Exception):
    """Why a service gave no text that can be used."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service wrote, and how many tokens it says that took, if it says so."""

    text: str
    tokens: int | None


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    total_tokens: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class _Chat(BaseModel):
    choices: Annotated[list[_Choice], Field(min_length=1, max_length=8)]
    usage: _Usage | None = None


class _Heard(BaseModel):
    text: Annotated[str, Field(min_length=1)]


def chat(service: Service, prompt: Prompt) -> Answer:
    """Return what a service writes when it is asked; raises ``ServiceTrouble``."""
    body = {
        "model": service.model,
        "messages": [
            {"role": "system", "content": prompt.rules},
            {"role": "user", "content": prompt.data},
        ],
        "max_tokens": prompt.answer_tokens,
        "temperature": 0,
        "stream": False,
    }
    said = _parsed(_Chat, _posted(service, "/chat/completions", {"json": body}))
    [choice, *_] = said.choices
    if choice.finish_reason == "length":
        raise ServiceTrouble(Trouble.CUT)
    if not (choice.message.content or "").strip():
        raise ServiceTrouble(Trouble.UNREADABLE)
    return Answer(choice.message.content or "", said.usage.total_tokens if said.usage else None)


def hear(service: Service, name: str, recording: bytes) -> str:
    """Return the words of a recording, as a service hears them; raises ``ServiceTrouble``."""
    content = {"data": {"model": service.audio_model}, "files": {"file": (name, recording)}}
    return _parsed(_Heard, _posted(service, "/audio/transcriptions", content)).text


def _parsed(model: type[Model], body: bytes) -> Model:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise ServiceTrouble(Trouble.UNREADABLE) from error


def _posted(service: Service, path: str, content: Mapping[str, Any]) -> bytes:
    """Send a request and read its answer, no longer and no more than is allowed."""
    until = monotonic_ns() + service.timeout_seconds * 1_000_000_000
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if service.key:
        headers["Authorization"] = f"Bearer {service.key}"
    limit = httpx2.Timeout(
        service.timeout_seconds, connect=min(CONNECT_SECONDS, service.timeout_seconds)
    )
    try:
        with (
            # A proxy that the environment names would read along.
            httpx2.Client(timeout=limit, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", service.url + path, headers=headers, **content) as response,
        ):
            _check(response)
            return _read(response, until)
    except httpx2.TimeoutException as error:
        raise ServiceTrouble(Trouble.SLOW) from error
    except (httpx2.ConnectError, httpx2.UnsupportedProtocol) as error:
        raise ServiceTrouble(Trouble.ABSENT) from error
    except httpx2.TransportError as error:
        raise ServiceTrouble(Trouble.FAILING) from error


def _check(response: httpx2.Response) -> None:
    status = response.status_code
    if status == TOO_MANY_REQUESTS:
        raise ServiceTrouble(Trouble.BUSY)
    if status >= SERVER_ERROR:
        raise ServiceTrouble(Trouble.FAILING)
    if not response.is_success:
        raise ServiceTrouble(Trouble.REFUSED)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise ServiceTrouble(Trouble.UNREADABLE)


def _read(response: httpx2.Response, until: int) -> bytes:
    read = bytearray()
    for chunk in response.iter_raw():
        read += chunk
        if len(read) > LARGEST_ANSWER:
            raise ServiceTrouble(Trouble.UNREADABLE)
        if monotonic_ns() > until:
            raise ServiceTrouble(Trouble.SLOW)
    return bytes(read)
