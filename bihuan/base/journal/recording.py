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


Standing = Callable[[Actor, models.Model], int | None]
_STANDINGS: list[Standing] = []


def register_standing(standing: Standing) -> None:
    """Have a package say in whose place somebody did something to a subject."""
    _STANDINGS.append(standing)


def _in_place_of(actor: Actor, subject: models.Model) -> int | None:
    """Return for whom somebody acts: as the door says, or by what others lent them."""
    said = acting().on_behalf_of
    if said is not None:
        return said if said != actor.pk else None
    found = (standing(actor, subject) for standing in _STANDINGS)
    return next((each for each in found if each is not None), None)


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
    JournalEntry(
        tenant_id=actor.tenant_id,
        actor_id=actor.pk,
        on_behalf_of_id=_in_place_of(actor, subject),
        verb=verb,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        particulars=particulars,
        changes=changed(before or {}, after or {}),
        reason=reason.strip()[:REASON_LIMIT],
        door=door.door.value,
        request_id=door.number,
        recorded_at=clock.now(),
    ).save()
