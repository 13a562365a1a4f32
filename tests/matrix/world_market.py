"""Market events of both companies, one of them reckoned and proposed to two managers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bihuan.base import clock
from bihuan.goals.models import Cycle, MarketEvent, MarketPlace, MarketReckoning, Revision
from bihuan.goals.queries.market import MARKET, about
from bihuan.inbox import actions
from bihuan.inbox.domain.proposal import ProposalDraft
from bihuan.inbox.domain.sentence import plain
from bihuan.org.models import Person, Unit
from tests.matrix.canary import word
from tests.matrix.world import METRIC, World

FAR = (date(2041, 1, 1), date(2042, 1, 1))
"""Days that no request of the matrix is about."""


def report_events(world: World) -> None:
    """Report an event in each company; the one of Acme touches units that are peers."""
    for name, by in (("ours", "head"), ("theirs", "stranger")):
        event = report(world, name, by)
        if name == "ours":
            MarketPlace.objects.create(event=event, unit=world.units["sibling"])
            _reckoned(world, event)
    for kind in ("event", "reckoning"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))


def report(world: World, name: str, by: str) -> MarketEvent:
    """Have somebody report an event of days that nothing else is about."""
    person = world.people[by]
    event = MarketEvent.objects.create(
        tenant=person.tenant,
        name=word("event", name),
        kind="policy",
        size=Decimal("0.1"),
        handling="keep",
        start=FAR[0],
        end=FAR[1],
        evidence=word("evidence", name),
        answer_days=5,
        filed_by=person,
        filed_at=clock.now(),
    )
    world.know("event", name, event.pk)
    world.aviary.text("event", event.pk, event.name, event.evidence)
    return event


def far_cycle(root: Unit, by: Person, code: str = "far") -> Revision:
    """Return the revision in force of a cycle of those days."""
    cycle = Cycle.objects.create(
        tenant=root.tenant,
        code=code,
        name="2041",
        start=FAR[0],
        end=FAR[1],
        grain="whole",
        root=root,
        revision_number=1,
        made_by=by,
        made_at=clock.now(),
    )
    return _revision(cycle, by)


def _revision(cycle: Cycle, by: Person) -> Revision:
    return Revision.objects.create(
        cycle=cycle,
        number=1,
        reason="new_cycle",
        plan={"goals": []},
        digest="0" * 64,
        edit_number=0,
        published_by=by,
        published_at=clock.now(),
    )


@dataclass(frozen=True)
class Made:
    """What a model made of an event, for which cycle, and whom it asks for which unit."""

    base: Revision
    terms: dict[str, object]
    asked: Mapping[str, str]
    by: str


def reckon(world: World, name: str, event: MarketEvent, made: Made) -> None:
    """Keep what the model made of an event for a cycle, and ask whom it touches."""
    reckoning = MarketReckoning.objects.create(
        event=event,
        cycle=made.base.cycle,
        base=made.base,
        round=1,
        first_day=FAR[0],
        parameters={},
        words=[],
        terms=made.terms,
        reckoned_at=clock.now(),
    )
    world.know("reckoning", name, reckoning.pk)
    proposal = actions.propose(
        draft=ProposalDraft(
            kind=MARKET,
            about=about(reckoning),
            title=plain(event.name),
            terms={"reckoning": reckoning.pk},
            deadline_at=clock.now() + timedelta(days=5),
        ),
        to={world.people[who]: world.units[unit] for who, unit in made.asked.items()},
        by=world.people[made.by],
    )
    world.aviary.text("proposal", proposal.pk, event.name)


def _reckoned(world: World, event: MarketEvent) -> None:
    base = far_cycle(world.units["root"], world.people["head"])
    managers = {"manager": "team", "sibling manager": "sibling"}
    reckon(world, "ours", event, Made(base, _terms(world), managers, by="head"))


def _terms(world: World) -> dict[str, object]:
    """Return a reckoning that names units and people all over the company."""
    units = {name: f"u{world.units[name].pk}" for name in ("root", "team", "sibling", "faraway")}
    people = {name: f"p{world.people[name].pk}" for name in ("rep", "mate", "neighbour", "hermit")}
    nodes = [*units.values(), *people.values()]
    goal = {
        "goal": 1,
        "metric": METRIC,
        "digits": 2,
        "currency": "CNY",
        "root": units["root"],
        "below": {
            units["team"]: [people["rep"], people["mate"]],
            units["sibling"]: [people["neighbour"]],
            units["faraway"]: [people["hermit"]],
        },
        "before": {node: 700 + place for place, node in enumerate(nodes)},
        "after": {node: 900 - place for place, node in enumerate(nodes)},
        "over": dict.fromkeys(nodes, 0),
    }
    parts = {
        str(world.people["manager"].pk): [units["team"]],
        str(world.people["sibling manager"].pk): [units["sibling"]],
    }
    return {"goals": [goal], "parts": parts, "whole": None}
