"""The journal: what happened, in order, for people and for followers.

Actions call ``record`` inside their own transaction, so a deed and its entry
stand or fall together. Personal data never goes into ``particulars``; people
are named by id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.db import models

from bihuan.base import clock
from bihuan.base.models import JournalEntry

Guard = Callable[[int, str], None]
_GUARDS: list[Guard] = []


def guard_by(guard: Guard) -> None:
    """Ask ``guard`` before a deed is written down; it may refuse the deed. Said in ``ready()``."""
    if guard not in _GUARDS:
        _GUARDS.append(guard)


class Actor(Protocol):
    """Whoever acts: a person of a tenant (the system itself is a person called robot)."""

    pk: int
    tenant_id: int


def record(
    actor: Actor, verb: str, subject: models.Model, **particulars: str | int | bool | None
) -> None:
    """Write that ``actor`` did ``verb`` to ``subject``, unless a guard refuses."""
    for guard in _GUARDS:
        guard(actor.tenant_id, verb)
    JournalEntry(
        tenant_id=actor.tenant_id,
        actor_id=actor.pk,
        verb=verb,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        particulars=particulars,
        recorded_at=clock.now(),
    ).save()
