"""Language services: summarise, keywords, draft, transcribe; and what a person says of a text."""

from __future__ import annotations

from bihuan.ai.actions.judging import forget, say_word
from bihuan.ai.actions.making import draft, keywords, summarise
from bihuan.ai.actions.transcribing import transcribe
from bihuan.ai.domain.drafting import Purpose
from bihuan.ai.domain.made import SourceText

__all__ = [
    "Purpose",
    "SourceText",
    "draft",
    "forget",
    "keywords",
    "say_word",
    "summarise",
    "transcribe",
]
