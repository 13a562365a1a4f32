"""The goal board on ten thousand people: opening a level, saving one, beside stored amounts.

What people use today keeps every amount and writes them all when a level changes: that
is timed in the same run, as one recursive statement of PostgreSQL on a bare table, and
as a workbook that is opened, changed and saved.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from django.db import transaction
from django.test import Client
from openpyxl import Workbook, load_workbook

from bihuan.demo.bench.actions import CODE, reshare_stored, store_amounts
from bihuan.goals import actions
from bihuan.goals.actions import GoalAsked, put
from bihuan.goals.domain.cycle import Method, Reason
from bihuan.goals.domain.tree import asked, faults
from bihuan.goals.models import Cycle, Goal, Siblings
from bihuan.goals.models.cycle import ORG
from bihuan.goals.queries.cascade import branch_of, preview, tree_of
from bihuan.org.actions import (
    Seat,
    open_login,
    place_people,
    put_person,
    robot_of,
    root_of,
)
from bihuan.org.domain.role import Role
from bihuan.org.models import Tenant

DEPTHS = {"product_line": 5, "region": 3, "tier": 2}
VALUES = {
    "product_line": ["整机", "备件", "服务", "软件"],
    "region": ["东", "南", "西", "北"],
    "tier": ["A", "B", "C"],
}
OPENED = 200
SAVED = 40
SPAN = (date(2027, 1, 1), date(2027, 4, 1))
USERNAME = "bench"


@dataclass(frozen=True, slots=True)
class Took:
    """How long one thing took, in whole nanoseconds, sorted."""

    query: str
    engine: str
    ns: tuple[int, ...]

    def at(self, percent: int) -> int:
        return self.ns[min(len(self.ns) - 1, len(self.ns) * percent // 100)]


def time_board(progress: Callable[[str], None]) -> tuple[int, list[Took]]:
    """Return how many people there are, and the times; what was made is taken back."""
    tenant = Tenant.objects.get(code=CODE)
    chance = Random(20_261_126)
    with transaction.atomic():
        goal = _asked_of_all(tenant)
        people = sum(1 for node in asked(tree_of(goal)) if node.startswith("p"))
        client = _client(tenant)
        found = []
        progress("open")
        nodes = list(Siblings.objects.filter(goal=goal, axis=ORG).values_list("node", flat=True))
        found.append(_took("open level", "bihuan", _opening(client, goal, nodes, chance)))
        progress("save")
        found.append(_took("save level", "bihuan", _saving(goal, chance)))
        assert faults(tree_of(goal)) == [], "every parent is the sum of its children"
        found.append(_took("preview", "bihuan", [lambda: preview(goal.cycle)] * 3))
        progress("stored amounts")
        found.append(_took("save level", "postgresql", _stored(goal, chance)))
        found.append(_took("save level", "workbook", _workbook(goal)))
        progress("publish")
        found.append(_took("publish", "bihuan", [lambda: _publish(goal)]))
        transaction.set_rollback(True)
    return people, found


def _asked_of_all(tenant: Tenant) -> Goal:
    robot = robot_of(tenant)
    cycle = actions.open_cycle(
        code="bench",
        name="bench",
        start=SPAN[0],
        end=SPAN[1],
        grain="month",
        root=root_of(tenant),
        by=robot,
    )
    first = GoalAsked(
        metric="signed_amount",
        amount=Decimal("1234567890.01"),
        method=Method.EVEN,
        depths=DEPTHS,
        values=VALUES,
    )
    goal = actions.add_goal(cycle=cycle, asked=first, by=robot)
    # A lock deep down, so that each save must look at all that is below it.
    team = Siblings.objects.filter(goal=goal, axis=ORG).order_by("-chain").first()
    assert team is not None, "there are teams"
    key = team.shares[0][0]
    actions.reweigh(goal=goal, axis=ORG, node=team.node, deed=put({}, {key: True}), by=robot)
    return Goal.objects.select_related("cycle__tenant", "cycle__root").get(pk=goal.pk)


def _client(tenant: Tenant) -> Client:
    robot = robot_of(tenant)
    root = root_of(tenant)
    boss = put_person(tenant=tenant, code="boss", name="boss", by=robot)
    place_people(tenant=tenant, seats={boss.pk: [Seat(unit_id=root.pk, role=Role.ADMIN)]}, by=robot)
    login = open_login(person=boss, username=USERNAME, password="a-bench-of-ten-thousand", by=robot)
    client = Client()
    client.force_login(login, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _took(query: str, engine: str, deeds: Iterable[Callable[[], object]]) -> Took:
    took = []
    for deed in deeds:
        began = time.perf_counter_ns()
        deed()
        took.append(time.perf_counter_ns() - began)
    return Took(query, engine, tuple(sorted(took)))


def _opening(
    client: Client, goal: Goal, nodes: list[str], chance: Random
) -> Iterator[Callable[[], None]]:
    for _ in range(OPENED):
        node = chance.choice(nodes)
        address = f"/goals/cycles/{goal.cycle_id}/?goal={goal.pk}&node={node}&axis=org"

        def opened(address: str = address) -> None:
            answer = client.get(address, HTTP_HOST="localhost")
            assert answer.status_code == 200, answer.status_code

        yield opened


def _saving(goal: Goal, chance: Random) -> Iterator[Callable[[], None]]:
    robot = robot_of(goal.cycle.tenant)
    root = f"u{goal.cycle.root_id}"
    below = branch_of(goal, root).children
    for _ in range(SAVED):
        key = chance.choice(list(below))
        amount = sum(below.values()) // len(below) * chance.randint(80, 120) // 100

        def saved(key: str = key, amount: int = amount) -> None:
            actions.reweigh(goal=goal, axis=ORG, node=root, deed=put({key: amount}), by=robot)

        yield saved


def _stored(goal: Goal, chance: Random) -> Iterator[Callable[[], None]]:
    """Write all amounts below a level, as a system that keeps them must."""
    tree = tree_of(goal)
    whole = asked(tree)
    parents = {child: node for node, level in tree.org.items() for child in level}
    rows = [(node, parents.get(node), amount, amount) for node, amount in whole.items()]
    store_amounts(rows)
    first = next(iter(tree.org[tree.root]))
    for _ in range(5):
        weight = whole[first] * chance.randint(80, 120) // 100

        def saved(weight: int = weight) -> None:
            reshare_stored(root=tree.root, node=first, weight=weight)

        yield saved


def _workbook(goal: Goal) -> Iterator[Callable[[], None]]:
    """Open a workbook of all targets, change one cell and save it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("targets")
    for node, amount in asked(tree_of(goal)).items():
        sheet.append([node, amount, "", ""])
    kept = io.BytesIO()
    book.save(kept)
    data = kept.getvalue()

    def saved() -> None:
        workbook = load_workbook(io.BytesIO(data))
        workbook.active["B2"] = 1
        workbook.save(io.BytesIO())

    yield from [saved] * 2


def _publish(goal: Goal) -> None:
    cycle = Cycle.objects.get(pk=goal.cycle_id)
    for dimension in ("product_line", "region", "tier"):
        actions.reconcile(goal=goal, dimension=dimension, by=robot_of(goal.cycle.tenant))
    actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=robot_of(goal.cycle.tenant))
