"""The journal: what happened, in order, for people and for followers.

Actions call ``record`` inside their own transaction, so a deed and its entry
stand or fall together. Personal data never goes into ``particulars``; people
are named by id.
"""

from __future__ import annotations

from typing import Protocol

from django.db import models

from bihuan.base import clock
from bihuan.base.models import JournalEntry


class Actor(Protocol):
    """Whoever acts: a person of a tenant (the system itself is a person called robot)."""

    pk: int
    tenant_id: int


def record(
    actor: Actor, verb: str, subject: models.Model, **particulars: str | int | bool | None
) -> None:
    """Write that ``actor`` did ``verb`` to ``subject``."""
    JournalEntry(
        tenant_id=actor.tenant_id,
        actor_id=actor.pk,
        verb=verb,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        particulars=particulars,
        recorded_at=clock.now(),
    ).save()
