"""Asking a service that speaks as OpenAI's does: bounded in time and size, and never trusted.

Whatever comes back is text or a trouble. Nothing in an answer is followed: no link, no
call of a tool, no redirect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import httpx2
from pydantic import BaseModel, Field, ValidationError

from bihuan.ai.domain.made import Trouble
from bihuan.ai.domain.prompt import Prompt
from bihuan.ai.engine.service import Service
from bihuan.base.outbound import AddressRefused, AnswerTooLarge, Bounds, ask, spelled_in
from bihuan.base.outbound import Answer as HttpAnswer

LARGEST_ANSWER = 1_000_000
"""So many bytes of an answer are read, and no more."""
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
    headers = {"Accept": "application/json"}
    if service.key:
        headers["Authorization"] = f"Bearer {service.key}"
    bounds = Bounds(seconds=service.timeout_seconds, bytes=LARGEST_ANSWER)
    also, url = spelled_in(service.url), service.url + path
    try:
        answer = ask("POST", url, bounds=bounds, also=also, headers=headers, **content)
    except httpx2.TimeoutException as error:
        raise ServiceTrouble(Trouble.SLOW) from error
    except (httpx2.ConnectError, httpx2.UnsupportedProtocol, AddressRefused) as error:
        raise ServiceTrouble(Trouble.ABSENT) from error
    except AnswerTooLarge as error:
        raise ServiceTrouble(Trouble.UNREADABLE) from error
    except httpx2.TransportError as error:
        raise ServiceTrouble(Trouble.FAILING) from error
    _check(answer)
    return answer.body


def _check(answer: HttpAnswer) -> None:
    if answer.status == TOO_MANY_REQUESTS:
        raise ServiceTrouble(Trouble.BUSY)
    if answer.status >= SERVER_ERROR:
        raise ServiceTrouble(Trouble.FAILING)
    if not answer.is_success:
        raise ServiceTrouble(Trouble.REFUSED)
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise ServiceTrouble(Trouble.UNREADABLE)
