"""Writing one entry, inside the transaction of the deed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.db import models

from bihuan.base import clock
from bihuan.base.acting import acting
from bihuan.base.journal.changes import Told, Tolds, changed
from bihuan.base.models import JournalEntry

REASON_LIMIT = 500


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
    actor: Actor,
    verb: str,
    subject: models.Model,
    *,
    before: Tolds | None = None,
    after: Tolds | None = None,
    reason: str = "",
    **particulars: Told,
) -> None:
    """Write that ``actor`` did ``verb`` to ``subject``, and why.

    ``before`` and ``after`` are what ``told()`` says of the subject; of both, what differs
    is kept. A guard may refuse the deed.
    """
    for guard in _GUARDS:
        guard(actor.tenant_id, verb)
    door = acting()
    behalf = door.on_behalf_of if door.on_behalf_of != actor.pk else None
    JournalEntry(
        tenant_id=actor.tenant_id,
        actor_id=actor.pk,
        on_behalf_of_id=behalf,
        verb=verb,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        particulars=particulars,
        changes=changed(before or {}, after or {}),
        reason=reason.strip()[:REASON_LIMIT],
        door=door.door.value,
        request_id=door.number,
        recorded_at=clock.now(),
    ).save()
