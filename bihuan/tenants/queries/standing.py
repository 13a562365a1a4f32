"""How companies stand, what they use, and what their plans allow."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.ai.models import Spending
from bihuan.base import clock
from bihuan.facts.queries import recorded_this_month
from bihuan.org.domain.plan import share
from bihuan.org.domain.standing import Stood
from bihuan.org.models import Person, Plan, Subscription, Tenant
from bihuan.org.standing import limits_of, plan_of, standing_on
from bihuan.org.stores import stored


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyLine:
    """A company as whoever runs the installation sees it."""

    code: str
    name: str
    plan: str
    stood: Stood
    people: int

    def as_data(self) -> dict[str, object]:
        ends_on = self.stood.ends_on
        return {
            "code": self.code,
            "name": self.name,
            "plan": self.plan or None,
            "standing": self.stood.standing.value,
            "ends_on": ends_on.isoformat() if ends_on else None,
            "people": self.people,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much of something a company has, of how much its plan allows."""

    code: str
    label: Promise
    used: int
    limit: int | None
    is_bytes: bool = False

    @property
    def share(self) -> int | None:
        return share(limit=self.limit, used=self.used)

    @property
    def is_tight(self) -> bool:
        return (self.share or 0) >= TIGHT


TIGHT = 80
"""From how many hundredths of a limit on it is shown as a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """What an administrator sees of the plan of their company."""

    plan: Plan | None
    stood: Stood
    uses: tuple[Use, ...]
    files: tuple[tuple[Promise, int], ...]
    terms: tuple[Subscription, ...]


def company_lines() -> list[CompanyLine]:
    """Return every company by its code."""
    return [_line(tenant) for tenant in Tenant.objects.order_by("code")]


def _line(tenant: Tenant) -> CompanyLine:
    plan = plan_of(tenant)
    return CompanyLine(
        code=tenant.code,
        name=tenant.name,
        plan=plan.code if plan else "",
        stood=standing_on(tenant),
        people=_people(tenant),
    )


def _people(tenant: Tenant) -> int:
    today = clock.today(tenant.time_zone)
    return Person.objects.filter(tenant=tenant, is_robot=False).active_on(today).count()


def uses_of(tenant: Tenant) -> tuple[Use, ...]:
    """Return what a company uses of what its plan allows."""
    limits = limits_of(tenant)
    spent = Spending.objects.filter(tenant=tenant, on=clock.today(tenant.time_zone)).first()
    return (
        Use(code="people", label=_("People"), used=_people(tenant), limit=limits.people),
        Use(
            code="facts_a_month",
            label=_("Facts recorded this month"),
            used=recorded_this_month(tenant),
            limit=limits.facts_a_month,
        ),
        Use(
            code="stored_bytes",
            label=_("Files"),
            used=sum(stored(tenant).values()),
            limit=limits.stored_bytes,
            is_bytes=True,
        ),
        Use(
            code="tokens_a_day",
            label=_("Tokens of language services today"),
            used=spent.tokens if spent else 0,
            limit=settings.AI_TOKENS_PER_DAY
            if limits.tokens_a_day is None
            else limits.tokens_a_day,
        ),
    )


def plan_page(tenant: Tenant) -> PlanPage:
    """Return how a company stands, what it uses, and which terms it has had."""
    terms = Subscription.objects.filter(tenant=tenant).select_related("plan")
    return PlanPage(
        plan=plan_of(tenant),
        stood=standing_on(tenant),
        uses=uses_of(tenant),
        files=tuple(stored(tenant).items()),
        terms=tuple(terms.order_by("-valid_from")),
    )


def plan_rows() -> list[dict[str, object]]:
    """Return every plan as rows of plain values."""
    names = (
        "code",
        "name_zh",
        "name_en",
        "people",
        "facts_a_month",
        "stored_bytes",
        "tokens_a_day",
    )
    return [dict(row) for row in Plan.objects.values(*names)]
