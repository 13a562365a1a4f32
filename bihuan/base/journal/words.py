"""What deeds and their subjects are called, as each app tells at the start.

The journal lies below those who write to it. So an app says in ``ready()`` how its verbs read
and at which address its things are opened; who may open them is asked there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

Word = Promise | str
Opens = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A kind of thing that deeds are done to."""

    label: str
    """Its model, as in ``goals.quota``, or the name by which people are told of it."""
    word: Word
    opens: Opens | None = None
    """Returns the address of its page; where there is none, it has no page."""


def page(route: str) -> Opens:
    """Return how a thing is opened whose page is named by its id alone."""
    return lambda pk: reverse(route, args=[pk])


_VERBS: dict[str, Word] = {}
_SUBJECTS: dict[str, Subject] = {}


def call(verbs: Mapping[str, Word], subjects: Iterable[Subject] = ()) -> None:
    """Say how verbs read and what their subjects are."""
    _VERBS.update(verbs)
    _SUBJECTS.update((subject.label, subject) for subject in subjects)


def words_of(verb: str) -> Word:
    """Return how a verb reads; one that no app calls any more reads as it is written."""
    return _VERBS.get(verb, verb)


def verbs() -> dict[str, Word]:
    """Return every verb there is with its words."""
    return dict(_VERBS)


def subjects() -> dict[str, Subject]:
    """Return every kind of subject by its model."""
    return dict(_SUBJECTS)
