"""Language services for programs: how they stand, and the word a person says of a text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Router, Schema

from bihuan.ai import queries
from bihuan.ai.access import text_seen
from bihuan.ai.actions import say_word
from bihuan.ai.actions.judging import LONGEST
from bihuan.ai.domain.made import Word
from bihuan.ai.models import AiText
from bihuan.org.access import PersonRequest, require_role
from bihuan.org.domain.role import Role

router = Router(tags=["ai"])

Id = Annotated[int, Field(ge=1, lt=2**63)]


class FailureOut(Schema):
    at: datetime
    task: str
    trouble: str
    model: str
    took_ms: int


class StandingOut(Schema):
    """What is used now; without a service the product makes every text itself."""

    service: str | None
    model: str | None
    audio_model: str | None
    is_resting: bool
    on: date
    calls: int
    calls_limit: int
    tokens: int
    tokens_limit: int
    failures: list[FailureOut]


class TextOut(Schema):
    """A text and what made it, from which records; a proposal until somebody says a word."""

    id: int
    task: str
    text: str
    adjusted: str
    made_by: str
    made_at: datetime
    sources: list[str]
    trouble: str
    word: str


class WordIn(Schema):
    word: Word
    adjusted: Annotated[str, Field(max_length=LONGEST)] = ""


def text_out(text: AiText) -> TextOut:
    return TextOut(
        id=text.pk,
        task=text.task,
        text=text.text,
        adjusted=text.adjusted,
        made_by=text.made_by,
        made_at=text.made_at,
        sources=text.sources,
        trouble=text.trouble,
        word=text.word,
    )


@router.get("", response=StandingOut)
def standing(request: PersonRequest) -> StandingOut:
    """Say what makes texts, what it has spent today and what went wrong last."""
    require_role(request.person, Role.ADMIN)
    return StandingOut.model_validate(standing_as_data(queries.standing(request.tenant)))


def standing_as_data(found: queries.Standing) -> dict[str, object]:
    service = found.service
    return {
        "service": service.host if service else None,
        "model": service.model if service else None,
        "audio_model": (service.audio_model or None) if service else None,
        "is_resting": found.is_resting,
        "on": found.on,
        "calls": found.calls,
        "calls_limit": found.calls_limit,
        "tokens": found.tokens,
        "tokens_limit": found.tokens_limit,
        "failures": [
            FailureOut(
                at=each.at,
                task=each.task,
                trouble=each.trouble,
                model=each.model,
                took_ms=each.took_ms,
            )
            for each in found.failures
        ],
    }


@router.get("/texts/{text_id}", response=TextOut)
def text(request: PersonRequest, text_id: Id) -> TextOut:
    """Return a text that was made for you."""
    return text_out(text_seen(text_id, request.person))


@router.post("/texts/{text_id}/word", response=TextOut)
def word(request: PersonRequest, text_id: Id, given: WordIn) -> TextOut:
    """Adopt, adjust or refuse a text that was made for you, once."""
    found = text_seen(text_id, request.person)
    return text_out(
        say_word(text=found, word=given.word, adjusted=given.adjusted, by=request.person)
    )
