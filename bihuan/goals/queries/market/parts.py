"""Who answers for which part of a reckoning, and what each is shown of it.

A part is a unit right below the first node at which a target is shared among several.
Its leader answers for it; where it has none, and for people who stand there, whoever
leads the next unit above. Who leads the whole also answers when its target would change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.goals.domain.market import Handling
from bihuan.goals.models import MarketReckoning
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.goals.queries.market.reckoning import GoalReckoned, Reckoned
from bihuan.inbox.decisions import Line
from bihuan.metrics.queries import metric_named
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Tenant, Unit

WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a reckoning asks: for which nodes each, and who answers for the whole."""

    nodes: Mapping[Person, list[str]]
    whole: Person | None

    def unit_of(self, person: Person, root: Unit) -> Unit:
        """Return the unit somebody answers for; of several, the one they lie in."""
        own = [node for node in self.nodes.get(person, []) if node.startswith("u")]
        if len(own) != 1 or person == self.whole:
            return root
        return Unit.objects.get(pk=int(own[0][1:]))


def asked_of(made: Reckoned, today: date) -> Asked:
    """Return who is asked about a reckoning."""
    parts = {
        node: each.fork
        for each in made.goals
        for node in each.tree.org.get(each.fork, {})
        if touches(each, node)
    }
    leaders = _leaders(made, {*parts, *parts.values()}, today)
    nodes: dict[Person, list[str]] = {}
    for node, fork in sorted(parts.items()):
        leader = leaders.get(node) or leaders.get(fork)
        if leader is not None:
            nodes.setdefault(leader, []).append(node)
    needs_whole = made.happening.handling is Handling.LOWER and made.goals
    whole = leaders.get(f"u{made.cycle.root_id}") if needs_whole else None
    if whole is not None:
        nodes.setdefault(whole, [])
    return Asked(nodes, whole)


def touches(each: GoalReckoned, part: str) -> bool:
    """Return whether anything at or below a part would be another."""
    waiting = [part]
    for node in waiting:
        if each.after[node] != each.whole[node]:
            return True
        waiting.extend(each.tree.org.get(node, {}))
    return False


def _leaders(made: Reckoned, nodes: Iterable[str], today: date) -> dict[str, Person]:
    """Return who leads each unit, or the nearest above it that is led; the longest there first."""
    asked = {int(node[1:]) for node in nodes if node.startswith("u")} | {made.cycle.root_id}
    paths = dict(Unit.objects.filter(pk__in=asked).values_list("pk", "path"))
    steps = {pk: [int(step) for step in path.strip("/").split("/")] for pk, path in paths.items()}
    above = {step for each in steps.values() for step in each}
    seats = (
        Assignment.objects.filter(unit_id__in=above, role=Role.MANAGER.value)
        .on(today)
        .exclude(person__ended_on__lte=today)
        .exclude(person__is_robot=True)
        .select_related("person")
        .order_by("-valid_from", "-pk")
    )
    led = {seat.unit_id: seat.person for seat in seats}
    found = {}
    for pk, way in steps.items():
        leader = next((led[step] for step in reversed(way) if step in led), None)
        if leader is not None:
            found[f"u{pk}"] = leader
    return found


def terms_of(made: Reckoned, asked: Asked) -> dict[str, Any]:
    """Return a reckoning as it is kept: only what would change, in smallest units."""
    return {
        "goals": [_goal_terms(each) for each in made.goals],
        "parts": {str(person.pk): nodes for person, nodes in asked.nodes.items()},
        "whole": None if asked.whole is None else asked.whole.pk,
    }


def _goal_terms(each: GoalReckoned) -> dict[str, Any]:
    changed = each.changed
    parts = [node for node in each.tree.org[each.fork] if touches(each, node)]
    shown = {*changed, *parts, each.tree.root}
    return {
        "goal": each.goal.pk,
        "metric": each.metric.key,
        "digits": each.goal.digits,
        "currency": each.goal.currency,
        "root": each.tree.root,
        "below": {
            node: [child for child in each.tree.org.get(node, {}) if child in changed]
            for node in parts
        },
        "before": {node: each.whole[node] for node in each.whole if node in shown},
        "after": {node: each.after[node] for node in each.whole if node in shown},
        "over": {node: _over(each, node) for node in each.whole if node in shown},
    }


def _over(each: GoalReckoned, node: str) -> int:
    """Return what of a node's target lies in periods in which nothing can be changed."""
    return sum(amount for key, amount in each.spread[node].items() if not each.ratios[key])


def lines_of(reckoning: MarketReckoning, people: Sequence[int]) -> dict[int, list[Line]]:
    """Return what would change for each of some addressees, in the language in force."""
    tenant = reckoning.event.tenant
    parts = {node for person in people for node in reckoning.terms["parts"].get(str(person), [])}
    shown = {
        child
        for said in reckoning.goals
        for part in parts
        for child in (part, *said["below"].get(part, ()))
    }
    names = nodes_named(shown)
    return {person: _lines(reckoning, person, names, tenant) for person in people}


def _lines(
    reckoning: MarketReckoning, person: int, names: Mapping[str, str], tenant: Tenant
) -> list[Line]:
    found = []
    own = reckoning.terms["parts"].get(str(person), [])
    for said in reckoning.goals:
        metric = metric_named(tenant, said["metric"]).name(get_language() or "zh-hans")
        if reckoning.terms["whole"] == person:
            found.append(line(said, said["root"], f"{metric} · {_('The whole')}", key=WHOLE))
        for part in own:
            if part not in said["below"]:
                continue
            name = f"{metric} · {names[part]}"
            found.append(line(said, part, name, key=part))
            found += [
                line(said, child, f"{name} › {names[child]}", key=child)
                for child in said["below"][part]
            ]
    return found


def line(said: Mapping[str, Any], node: str, name: str, *, key: str) -> Line:
    """Return one node of a kept reckoning as a line; its key names the goal and the node."""
    currency = said["currency"]
    return Line(
        name=name,
        before=as_amount(said["before"][node], said["digits"]),
        after=as_amount(said["after"][node], said["digits"]),
        unit="money" if currency else "number",
        currency=currency,
        key=f"{said['goal']}:{key}",
    )


def as_amount(units: int, digits: int) -> Decimal:
    return Decimal(units).scaleb(-digits)
