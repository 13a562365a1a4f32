"""Two customers side by side: what speaks for their being one, and what against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.customers.domain.likeness import Likeness, likeness
from bihuan.customers.queries.listing import CustomerLine, customer_lines
from bihuan.customers.queries.suggesting import known_of
from bihuan.facts.domain.kind import MERGED
from bihuan.facts.models import Fact, Member
from bihuan.org.domain.scope import Scope


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the line of a list, and how many facts one may see of it."""

    line: CustomerLine
    facts: int

    @property
    def customer(self) -> Member:
        return self.line.customer


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides and the judgement."""

    one: Side
    other: Side
    likeness: Likeness

    @property
    def has_other_uscc(self) -> bool:
        """Tell whether their credit codes differ, which must be confirmed."""
        return any(each.code == "different_uscc" for each in self.likeness.against)


def comparison(one: Member, other: Member, scope: Scope, entities: Mapping[int, int]) -> Comparison:
    """Return two customers side by side."""
    lines = customer_lines([one, other], scope, entities)
    known = {each.entity: each for each in known_of(one.tenant, {one.pk, other.pk}, entities)}
    judged = likeness(known[one.pk], known[other.pk])
    sides = [Side(line, _facts(line, scope)) for line in lines]
    return Comparison(sides[0], sides[1], judged)


def _facts(line: CustomerLine, scope: Scope) -> int:
    about = Fact.objects.visible_to(scope).filter(account__in=[each.pk for each in line.accounts])
    return about.live().exclude(kind=MERGED).count()
