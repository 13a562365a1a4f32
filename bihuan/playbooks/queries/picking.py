"""How often plays were used by people whom nobody had handed them; from the ledger alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from bihuan.facts.domain.kind import PLAY_PICKED, PLAYS
from bihuan.facts.models import Fact
from bihuan.org.models import Person, Tenant

KNOWN_AT_MOST = 50
"""So many customers a form suggests."""


@dataclass(frozen=True, slots=True)
class Picked:
    """How often a play was used of one's own accord, and by how many people."""

    times: int = 0
    people: int = 0


def picked_of(tenant: Tenant) -> dict[str, Picked]:
    """Return the uses of each play, by its code, that no pack asked for."""
    ours = Fact.objects.live().filter(source__tenant=tenant, source__code=PLAYS)
    facts = ours.filter(kind=PLAY_PICKED).order_by()
    rows = facts.values_list("text_1").annotate(Count("pk"), Count("person", distinct=True))
    return {code: Picked(times, people) for code, times, people in rows}


def customers_of(person: Person) -> list[str]:
    """Return the names of customers whom a person dealt with last, for a form to suggest."""
    facts = Fact.objects.filter(tenant=person.tenant, person=person, account__isnull=False)
    names = facts.order_by("-business_on", "-seq").values_list("account__name", flat=True)
    return list(dict.fromkeys(names[: 10 * KNOWN_AT_MOST]))[:KNOWN_AT_MOST]
