"""A company for market events: three regions with leaders, two product lines, one cycle.

    root (boss) ─┬─ east (lena) ─┬─ shop (lin, wang)
                 │               └─ zhao
                 ├─ west (wu): qian, sun
                 └─ north (nie): zhou

Last year: ``ai`` is sold by lin, wang and qian, everything else is ``desk``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.facts.actions import open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.goals import actions
from bihuan.goals.actions import EventAsked, GoalAsked
from bihuan.goals.domain.cycle import Reason
from bihuan.goals.domain.market import Kind
from bihuan.goals.domain.tree import asked
from bihuan.goals.models import Cycle, Goal, MarketEnding, MarketEvent, MarketReckoning, Quota
from bihuan.goals.queries.cascade import tree_of
from bihuan.goals.queries.market import proposal_of, rounds_of, trail
from bihuan.inbox.actions import answer
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.models import Proposal
from bihuan.org.access import scope_of
from bihuan.org.actions import robot_of, root_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from tests.make import make_admin, make_person, make_tenant, make_unit

YEAR = (date(2027, 1, 1), date(2028, 1, 1))
LAST = date(2026, 3, 2)
SOLD = {
    "lin": (("ai", 60_000), ("desk", 20_000)),
    "wang": (("ai", 40_000),),
    "zhao": (("desk", 80_000),),
    "qian": (("ai", 30_000), ("desk", 70_000)),
    "sun": (("desk", 50_000),),
    "zhou": (("desk", 90_000),),
}
METRIC = "signed_amount"


@dataclass(frozen=True, slots=True)
class MarketCompany:
    tenant: Tenant
    units: dict[str, Unit]
    people: dict[str, Person]
    cycle: Cycle
    goal: Goal

    def node(self, name: str) -> str:
        if name in self.units:
            return f"u{self.units[name].pk}"
        return f"p{self.people[name].pk}"

    def file(self, **more: object) -> MarketEvent:
        """Report a competitor's cut of 20% on ``ai`` from March on; ``more`` say otherwise."""
        told = {
            "name": "竞品降价 20%",
            "kind": Kind.COMPETITOR_PRICE_CUT,
            "size": Decimal("0.2"),
            "start": date(2027, 4, 1),
            "end": date(2028, 1, 1),
            "where": {"product_line": ["ai"]},
            **more,
        }
        return actions.file_event(asked=EventAsked(**told), by=self.people["boss"])  # type: ignore[arg-type]


def make_market_company(
    *, depths: dict[str, int] | None = None, grain: str = "quarter"
) -> MarketCompany:
    tenant = make_tenant()
    units = {"root": root_of(tenant)}
    units |= {name: make_unit(name, kind="region") for name in ("east", "west", "north")}
    units["shop"] = make_unit("shop", under=units["east"])
    seats = {"lin": "shop", "wang": "shop", "zhao": "east", "qian": "west", "sun": "west"}
    seats["zhou"] = "north"
    leaders = {"boss": "root", "lena": "east", "wu": "west", "nie": "north"}
    people = {name: make_person(name, unit=units[unit]) for name, unit in seats.items()}
    people |= {
        name: make_person(name, unit=units[unit], role=Role.MANAGER)
        for name, unit in leaders.items()
    }
    people["admin"] = make_admin()
    _sell(tenant, people)
    cycle = actions.open_cycle(
        code="2027", name="2027", start=YEAR[0], end=YEAR[1], grain=grain,
        root=units["root"], by=people["boss"],
    )  # fmt: skip
    goal = actions.add_goal(
        cycle=cycle,
        asked=GoalAsked(metric=METRIC, amount=Decimal("880000.03"), depths=depths or {}),
        by=people["boss"],
    )
    actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=people["boss"])
    cycle.refresh_from_db()
    return MarketCompany(tenant, units, people, cycle, goal)


def _sell(tenant: Tenant, people: dict[str, Person]) -> None:
    drafts = [
        Draft(
            kind="contract.signed",
            business_on=LAST,
            person_id=people[name].pk,
            product_line=line,
            amount=Decimal(amount),
            source_ref=f"{name}-{line}",
        )
        for name, sold in SOLD.items()
        for line, amount in sold
    ]
    source = open_source(tenant=tenant, code="test")
    record_many(drafts=drafts, source=source, by=robot_of(tenant))


def proposals_of(event: MarketEvent) -> list[Proposal]:
    return [proposal_of(each) for each in event.reckonings.order_by("cycle_id", "round")]


def say(company: MarketCompany, proposal: Proposal, **said: Choice) -> None:
    for name, choice in said.items():
        answer(proposal=proposal, choice=choice, reason="为何", by=company.people[name])


def shares(company: MarketCompany) -> dict[str, int]:
    """Return what each is asked for by the working copy, by name."""
    company.goal.refresh_from_db()
    amounts = asked(tree_of(company.goal))
    names = [*company.units, *company.people]
    return {name: amounts[node] for name in names if (node := company.node(name)) in amounts}


def quarters(company: MarketCompany, name: str) -> list[Decimal]:
    node = company.node(name)
    bearer = {"person_id" if node.startswith("p") else "unit_id": int(node[1:])}
    found = Quota.objects.live().filter(metric=METRIC, **bearer).order_by("start")
    return list(found.values_list("amount", flat=True))


def ending(event: MarketEvent) -> tuple[str, int | None]:
    found = MarketEnding.objects.filter(reckoning__event=event).order_by("-pk")[0]
    return found.ending, None if found.revision is None else found.revision.number


def steps(company: MarketCompany, event: MarketEvent) -> list[str]:
    rounds = rounds_of(event, scope_of(company.people["boss"]))
    return [step.what for step in trail(event, rounds)]


def proposed_of(company: MarketCompany) -> dict[str, int]:
    [said] = MarketReckoning.objects.latest("pk").goals
    names = {company.node(name): name for name in (*company.units, *company.people)}
    return {names[node]: amount for node, amount in said["after"].items()}
