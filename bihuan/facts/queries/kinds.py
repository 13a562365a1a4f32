"""Opportunities and facts as things that can be shared, and asked about who sees them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.facts.models import OPPORTUNITY_SHARED, Fact, FactQuerySet, Member
from bihuan.kernel.errors import gettext_noop
from bihuan.org.domain.scope import Scope
from bihuan.org.uses import Basis, Thing, ThingKind

EARNED = gettext_noop("A fact of it is theirs.")


def basis_of_facts(found: FactQuerySet) -> Basis:
    """Return what it rests on who sees something that facts tell of."""
    whose = found.order_by().values_list("person_id", "unit__path").distinct()
    rows = list(whose)
    people = {person for person, _ in rows if person is not None}
    return Basis(
        people=[(person, EARNED) for person in sorted(people)],
        unit_paths=sorted({path for _, path in rows if path}),
    )


def _opportunity(pk: int, scope: Scope) -> Thing | None:
    ours = Member.objects.filter(
        tenant_id=scope.tenant_id, dimension=Member.Dimension.OPPORTUNITY.value
    )
    member = ours.filter(pk=pk).first()
    about = Fact.objects.visible_to(scope).filter(opportunity=pk)
    if member is None or not (scope.whole_tenant or about.exists()):
        return None
    url = reverse("facts:member", args=[pk])
    return Thing(kind=OPPORTUNITY_SHARED, pk=pk, name=member.name, url=url)


OPPORTUNITY = ThingKind(
    code=OPPORTUNITY_SHARED,
    name=_("Opportunity"),
    seen=_opportunity,
    basis=lambda pk: basis_of_facts(Fact.objects.filter(opportunity=pk)),
    rows=lambda scope: Member.objects.filter(
        pk__in=Fact.objects.visible_to(scope).order_by().values("opportunity")
    ),
    is_shareable=True,
    shares=lambda pk, scope: Fact.objects.held_by(scope).filter(opportunity=pk).exists(),
)


def _fact(pk: int, scope: Scope) -> Thing | None:
    fact = Fact.objects.visible_to(scope).filter(pk=pk).first()
    if fact is None:
        return None
    url = reverse("facts:fact", args=[fact.seq])
    return Thing(kind=FACT.code, pk=pk, name=f"{fact.kind} · {fact.seq}", url=url)


FACT = ThingKind(
    code="facts.fact",
    name=_("Fact"),
    seen=_fact,
    basis=lambda pk: basis_of_facts(Fact.objects.filter(pk=pk)),
    rows=lambda scope: Fact.objects.visible_to(scope),
)
