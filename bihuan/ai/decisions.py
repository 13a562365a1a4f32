"""Who above is told what a person said of a text.

``ai`` keeps the word beside the text. The ledger lies above it, and registers
itself here when it is set up: there the word becomes a fact.
"""

from __future__ import annotations

from collections.abc import Callable

from bihuan.ai.models import AiText
from bihuan.org.models import Person

Listener = Callable[[AiText, Person], None]
"""Told within the transaction in which the word is said, once per text."""

_LISTENERS: list[Listener] = []


def register(listener: Listener) -> None:
    """Have a package told of every word."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def tell(text: AiText, by: Person) -> None:
    """Tell all who asked to be told."""
    for listener in _LISTENERS:
        listener(text, by)
