"""What was said in the calls and visits of one branch of the demo company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bihuan.customers.actions import Heard, keep_conversations
from bihuan.demo.domain.cast import Company
from bihuan.demo.domain.life import Event
from bihuan.demo.domain.story import Planted
from bihuan.demo.domain.talk import talks
from bihuan.facts.models import Fact, Source
from bihuan.org.actions import robot_of


def plant_conversations(
    source: Source, company: Company, events: Sequence[Event], *, today: date, seed: int
) -> int:
    """Add words to the calls and visits of the branch in which the slow rep sells."""
    planted = Planted.in_company(company)
    said = talks(
        events,
        people=_branch_of(company, planted.slow_rep),
        slow_rep=planted.slow_rep,
        customers={each.code: each.name for each in company.accounts},
        today=today,
        seed=seed,
    )
    tenant = source.tenant
    facts = Fact.objects.filter(tenant=tenant, source=source, source_ref__in=list(said))
    heard = [Heard(fact=fact, text=said[fact.source_ref]) for fact in facts.order_by("seq")]
    return keep_conversations(tenant=tenant, heard=heard, by=robot_of(tenant))


def _branch_of(company: Company, rep: str) -> frozenset[str]:
    """Return the reps of all teams of the branch that a rep belongs to."""
    parents = {unit.code: unit.parent for unit in company.units}
    team = next(each.unit for each in company.people if each.code == rep)
    return frozenset(
        each.code
        for each in company.people
        if each.role == "rep" and parents[each.unit] == parents[team]
    )
