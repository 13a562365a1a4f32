"""What is shown of texts that were made, of what was spent, and of what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from bihuan.ai.domain.made import Task
from bihuan.ai.engine.rest import is_resting
from bihuan.ai.engine.service import Service, service_in_use
from bihuan.ai.models import AiText, Failure, Spending
from bihuan.base import clock
from bihuan.org.models import Person, Tenant
from bihuan.org.standing import tokens_allowed

FAILURES = 10


def last_text(reader: Person, task: Task, *, about: str) -> AiText | None:
    """Return the last text of a sort that was made for a person of a record, if there is one."""
    made = AiText.objects.filter(
        reader=reader, task=task.value, sources__contains=[about], forgotten_at__isnull=True
    )
    return made.order_by("-pk").first()


def can_hear() -> bool:
    """Tell whether a recording can be written down here: only a service with an ear can."""
    service = service_in_use()
    return service is not None and bool(service.audio_model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a company uses now, what it spent today, and what went wrong last."""

    service: Service | None
    is_resting: bool
    on: date
    calls: int
    tokens: int
    calls_limit: int
    tokens_limit: int
    failures: tuple[Failure, ...]


def standing(tenant: Tenant) -> Standing:
    """Return how language services stand for a company today."""
    today = clock.today(tenant.time_zone)
    spent = Spending.objects.filter(tenant=tenant, on=today).first()
    service = service_in_use()
    return Standing(
        service=service,
        is_resting=service is not None and is_resting(service),
        on=today,
        calls=spent.calls if spent else 0,
        tokens=spent.tokens if spent else 0,
        calls_limit=settings.AI_CALLS_PER_DAY,
        tokens_limit=tokens_allowed(tenant),
        failures=tuple(Failure.objects.filter(tenant=tenant)[:FAILURES]),
    )
