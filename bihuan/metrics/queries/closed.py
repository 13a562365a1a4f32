"""What is shown of closed periods: how they were closed and what came too late for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from bihuan.facts.models import Fact
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.metrics.models import Closing
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

AT_ONCE = 50


class ClosingMissing(Missing):
    code = "metrics.closing_missing"
    says = gettext_noop("There is no such closing.")


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """A closing with the first day it closed and how many facts came too late for it."""

    closing: Closing
    after: date | None
    """The end of the closing before; nothing where everything earlier was closed at once."""
    late_count: int
    is_last: bool


def closing_lines(tenant: Tenant, scope: Scope) -> list[ClosingLine]:
    """Return the closings that stand, the newest first."""
    standing = list(
        Closing.objects.standing().filter(tenant=tenant).select_related("closed_by", "tenant")
    )
    lines = [
        ClosingLine(
            closing,
            before.through if before is not None else None,
            late_facts(closing, before.through if before is not None else None, scope).count(),
            is_last=closing is standing[-1],
        )
        for before, closing in pairwise([None, *standing])
        if closing is not None
    ]
    return lines[::-1]


def closing_of(tenant: Tenant, closing_id: int) -> Closing:
    """Return a closing of a company."""
    found = Closing.objects.filter(tenant=tenant, pk=closing_id)
    closing = found.select_related("closed_by", "reopened_by", "tenant").first()
    if closing is None:
        raise ClosingMissing()
    return closing


def line_of(closing: Closing, scope: Scope) -> ClosingLine:
    """Return one closing as the list shows it."""
    standing = Closing.objects.standing().filter(tenant_id=closing.tenant_id)
    before = standing.filter(through__lt=closing.through).last()
    after = before.through if before is not None else None
    last = standing.last()
    return ClosingLine(
        closing,
        after,
        late_facts(closing, after, scope).count(),
        is_last=last is not None and last.pk == closing.pk,
    )


def late_facts(closing: Closing, after: date | None, scope: Scope) -> QuerySet[Fact]:
    """Return the facts of closed days that were recorded after the closing: they do not count.

    A fact that was taken back later is among them as its reversal, which does not count either.
    """
    facts = Fact.objects.visible_to(scope).filter(
        tenant_id=closing.tenant_id, seq__gt=closing.seq, business_on__lt=closing.through
    )
    return facts if after is None else facts.filter(business_on__gte=after)


def late_page(line: ClosingLine, scope: Scope, number: str | int) -> Page[Fact]:
    """Return a page of the facts that came too late, the newest first."""
    facts = late_facts(line.closing, line.after, scope).select_related("person", "account")
    return Paginator(facts.order_by("-seq"), AT_ONCE).get_page(number)
