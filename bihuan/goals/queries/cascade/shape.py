"""The organisation as a target is shared down it: units, and the people who carry targets.

Nodes are ``u12`` for a unit and ``p345`` for a person. A person stands where their
home seat is on the day asked for. Units below which nobody carries a target are left
out: what cannot be asked of anybody is not shared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Unit

ROLES_THAT_SELL = (Role.REP, Role.CLERK, Role.MANAGER)
MOST_DO = 5
"""A role carries a metric when one in so many of those who hold it has figures of it."""


@dataclass(frozen=True, slots=True)
class OrgShape:
    """Who stands under whom, from a root unit down."""

    root: str
    below: Mapping[str, list[str]]
    people: frozenset[int]

    def chain(self, node: str) -> str:
        return self.chains[node]

    @property
    def chains(self) -> dict[str, str]:
        """Return for each unit the nodes from the root down to it, ``u1/u5``."""
        found = {self.root: self.root}
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            for child in self.below.get(node, ()):
                if child in self.below:
                    found[child] = f"{found[node]}/{child}"
                    waiting.append(child)
        return found


def shape_of(root: Unit, day: date, carriers: Collection[int] | None = None) -> OrgShape:
    """Return the organisation below a unit on a day.

    ``carriers`` are the people who carry the target; without them all who sell do.
    """
    units = list(
        Unit.objects.filter(tenant_id=root.tenant_id, path__startswith=root.path)
        .exclude(ended_on__lte=day)
        .order_by("path")
        .values_list("pk", "parent_id", "path", "pinyin", "name")
    )
    known = {pk for pk, *_ in units}
    below: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for pk, parent, _, pinyin, name in units:
        if parent in known and pk != root.pk:
            below[parent].append((pinyin, name, f"u{pk}"))
    people: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    found = set()
    for pk, unit, pinyin, name in _seated(root, day):
        if unit in known and (carriers is None or pk in carriers):
            people[unit].append((pinyin, name, f"p{pk}"))
            found.add(pk)
    shape: dict[str, list[str]] = {}
    for pk, *_ in sorted(units, key=lambda row: -row[2].count("/")):
        units_here = [node for *_, node in sorted(below[pk]) if node in shape]
        children = units_here + [node for *_, node in sorted(people[pk])]
        if children or pk == root.pk:
            shape[f"u{pk}"] = children
    return OrgShape(f"u{root.pk}", shape, frozenset(found))


def _seated(root: Unit, day: date) -> Iterable[tuple[int, int, str, str]]:
    seats = (
        Assignment.objects.filter(
            tenant_id=root.tenant_id,
            is_home=True,
            role__in=[role.value for role in ROLES_THAT_SELL],
            person__is_robot=False,
        )
        .on(day)
        .exclude(person__ended_on__lte=day)
    )
    return seats.values_list("person_id", "unit_id", "person__pinyin", "person__name")


def carriers_of(root: Unit, day: date, metric: str, span: Span, sold: Collection[int]) -> set[int]:
    """Return who carries a metric's target.

    Those of a role carry it in which at least one in five has figures of it; managers
    and others only who has figures or a target of it. Where nobody has figures yet,
    all reps do.
    """
    held: dict[int, Role] = {}
    seats = Assignment.objects.filter(
        tenant_id=root.tenant_id,
        is_home=True,
        role__in=[role.value for role in ROLES_THAT_SELL],
        unit__path__startswith=root.path,
    )
    for person, role in seats.on(day).values_list("person_id", "role"):
        held[person] = Role(role)
    with_target = set(
        Quota.objects.live()
        .filter(tenant_id=root.tenant_id, metric=metric, person__isnull=False)
        .touching(span)
        .values_list("person_id", flat=True)
    )
    known = set(sold) | {pk for pk in with_target if pk is not None}
    carrying = set()
    for role in (Role.REP, Role.CLERK):
        of_role = {person for person, each in held.items() if each is role}
        if len(of_role & known) * MOST_DO >= len(of_role) > 0:
            carrying |= of_role
    carrying |= known & set(held)
    return carrying or {person for person, role in held.items() if role is Role.REP}


def node_of(*, person_id: int | None = None, unit_id: int | None = None) -> str:
    return f"p{person_id}" if person_id is not None else f"u{unit_id}"


def nodes_named(nodes: Iterable[str]) -> dict[str, str]:
    """Return the names of nodes, in two statements however many there are."""
    asked = list(nodes)
    units = {int(node[1:]) for node in asked if node.startswith("u")}
    people = {int(node[1:]) for node in asked if node.startswith("p")}
    names = {
        f"u{pk}": name for pk, name in Unit.objects.filter(pk__in=units).values_list("pk", "name")
    }
    people_named = Person.objects.filter(pk__in=people).values_list("pk", "name")
    return names | {f"p{pk}": name for pk, name in people_named}
