"""Rows that are there for where they lie: of every kind, something of each role's own.

In every role there is somebody, in the team or at the root. What is of each of them lies, for the
others, beside, below or above; so with something of a neighbour and of the other company there is
a row at every position for everybody. The names of these rows end alike: in the suite they are
listened for, in a full run they are also asked for.
"""

from __future__ import annotations

from itertools import count

from django.db import connection, transaction

from bihuan.advice.actions import make_weekly
from bihuan.base import clock
from bihuan.base.jobs import later
from bihuan.customers.actions import keep_apart, merge_accounts
from bihuan.facts.actions import begin_batch, open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Member
from bihuan.goals.actions import save_profile
from bihuan.goals.models import MarketPlace, Receipt, Revision, WeightProfile
from bihuan.integrations.models import Import
from bihuan.metrics.models import CardCopy
from bihuan.org import actions
from bihuan.org.models import Unit
from bihuan.playbooks.actions import give_play
from tests.matrix.canary import word
from tests.matrix.world import FOR_ITS_PLACE, METRIC, SEATED, VERSIONED, World, sell
from tests.matrix.world_alerts import raise_about
from tests.matrix.world_cycles import PUBLISHED_AHEAD, open_with_a_goal, publish
from tests.matrix.world_inbox import propose, tell
from tests.matrix.world_market import Made, far_cycle, reckon, report
from tests.matrix.world_placed_privacy import keep_of_everybody
from tests.matrix.world_plays import hand_out, write
from tests.matrix.world_talk import talk
from tests.matrix.world_tasks import give

NO_SELLERS = ("hrbp", "quality officer", "admin", "integration")
UNIT_OF = {
    **dict.fromkeys(("rep", "manager", "clerk", "hrbp"), "team"),
    **dict.fromkeys(("neighbour", "sibling manager"), "sibling"),
    "deep": "cell",
}
"""Where somebody sits who does not sit at the root."""
FIRST_NUMBER = 40
"""Numbers below tell apart what is asked for by name."""


def at(name: str) -> str:
    """Return the name of a row that is there for its place."""
    return f"{name}{FOR_ITS_PLACE}"


@transaction.atomic
def fill_places(world: World) -> None:
    """Put something of everybody's everywhere."""
    for name in NO_SELLERS:
        sell(world, name, world.today, key=at(name))
    _join(world)
    _set_targets(world)
    _report_events(world)
    _fill_inboxes(world)
    _write_plays(world)
    _ask_for_work(world)
    for name in ("root", "cell"):
        unit = Unit.objects.select_related("tenant", "parent").get(pk=world.units[name].pk)
        made = make_weekly(unit=unit, morning=world.today, by=actions.robot_of(unit.tenant))
        world.know("weekly", at(name), made.pk)
    keep_of_everybody(world)


VISITED = {
    "one": SEATED,
    "other": SEATED,
    "third": SEATED,
    "far one": ("head",),
    "far other": ("head",),
    "near": ("neighbour",),
    "their one": ("their rep",),
    "their other": ("their rep",),
    "their third": ("their rep",),
}
"""Customers that nobody sold anything to yet, and who was there."""
JOINED = (("one", "other", "admin"), ("far one", "far other", "admin"))
APART = (("third", "other", "admin"), ("near", "far other", "admin"))
THEIRS = (("their one", "their other", "stranger"), ("their third", "their other", "stranger"))


def _join(world: World) -> None:
    """Have customers that each role has to do with merged, and others told apart."""
    accounts = _visit(world)
    for account, into, by in (*JOINED, THEIRS[0]):
        reason = word("mergereason", account)
        merge = merge_accounts(
            account=accounts[account], into=accounts[into], reason=reason, by=world.people[by]
        )
        world.know("merge", at(account), merge.seq)
        world.aviary.text("merge", merge.seq, reason)
    for one, other, by in (*APART, THEIRS[1]):
        reason = word("apartreason", one)
        told = keep_apart(
            one=accounts[one], other=accounts[other], reason=reason, by=world.people[by]
        )
        world.know("distinction", at(one), told.pk)
        world.aviary.text("distinction", told.pk, reason)


def _visit(world: World) -> dict[str, Member]:
    accounts: dict[str, Member] = {}
    drafts: dict[int, list[Draft]] = {world.acme.pk: [], world.other.pk: []}
    for name, people in VISITED.items():
        tenant = world.people[people[0]].tenant
        account = accounts[name] = Member.objects.create(
            tenant=tenant,
            dimension="account",
            code=word("accountcode", name),
            name=word("account", name),
            pinyin=word("account", name),
        )
        world.know("member", at(name), account.pk)
        world.aviary.text("customer", account.pk, account.name, account.code)
        drafts[tenant.pk] += [
            Draft(
                kind="visit.logged",
                business_on=world.today,
                person_id=world.people[who].pk,
                account_id=account.pk,
                source_ref=word("visit", name, who),
            )
            for who in people
        ]
    for tenant in (world.acme, world.other):
        robot = actions.robot_of(tenant)
        source = open_source(tenant=tenant, code="visits", name="visits")
        batch = begin_batch(source=source, label="visits", by=robot)
        record_many(drafts=drafts[tenant.pk], source=source, batch=batch, by=robot)
    return accounts


def _set_targets(world: World) -> None:
    """Open a cycle for single units; let each role have what only they had who led once."""
    for number, name in enumerate(("team", "cell", "sibling"), start=2):
        goal = open_with_a_goal(
            world, at(name), world.units[name], world.people["admin"], PUBLISHED_AHEAD + number
        )
        publish(world, goal, word("revisionnote", at(name)), world.people["admin"])
    published = Revision.objects.get(cycle=world.objects["draft"]["published"])
    for name in ("clerk", *NO_SELLERS):
        receipt = Receipt.objects.create(
            revision=published, person=world.people[name], asked_at=clock.now()
        )
        world.know("receipt", at(name), receipt.pk)
    for name in (*SEATED, "deep", "sibling manager"):
        profile = save_profile(
            name=word("profile", at(name)),
            factors=[("goal", METRIC, "1.5")],
            by=world.people["manager"],
        )
        WeightProfile.objects.filter(pk=profile.pk).update(made_by=world.people[name])
        world.know("profile", at(name), profile.pk)
        world.aviary.text("profile", profile.pk, profile.name)
    for name in SEATED[1:]:
        copy = CardCopy.objects.create(
            tenant=world.acme,
            key=VERSIONED,
            version="x",
            person=world.people[name],
            sent_by=world.people["admin"],
            sent_at=clock.now(),
            note=word("note", at(name)),
        )
        world.know("card", at(name), copy.pk)
        world.aviary.text("card", copy.pk, copy.note)


def _report_events(world: World) -> None:
    """Let each role have reported an event, each reckoned for a cycle."""
    bases = {
        "acme": far_cycle(world.units["east"], world.people["admin"], "far-east"),
        "other": far_cycle(world.units["their root"], world.people["stranger"]),
    }
    for name in (*SEATED, "sibling manager", "deep"):
        event = report(world, at(name), name)
        unit = UNIT_OF.get(name, "root")
        MarketPlace.objects.create(event=event, unit=world.units[unit])
        leads = "sibling manager" if unit == "sibling" else "manager"
        made = Made(bases["acme"], _nothing(world, leads), {leads: unit}, by="head")
        reckon(world, at(name), event, made)
    theirs = report(world, at("stranger"), "stranger")
    asked = {"their rep": "their team"}
    made = Made(bases["other"], _nothing(world, "their rep"), asked, by="stranger")
    reckon(world, at("stranger"), theirs, made)


def _nothing(world: World, name: str) -> dict[str, object]:
    """Return what a model makes of an event that changes no target of whom it asks."""
    return {"goals": [], "parts": {str(world.people[name].pk): []}, "whole": None}


def _fill_inboxes(world: World) -> None:
    """Tell each role something, ask them about a change, and give them something to do."""
    numbers = count(FIRST_NUMBER)
    for name in SEATED[1:]:
        tell(world, name, at(name), by="admin", number=next(numbers))
        raise_about(world, name, at(name))
        if name != "manager":  # Whom one is given already.
            give(world, name, at(name), by="admin", number=next(numbers))
    for name in (*(each for each in SEATED if each != "manager"), "neighbour"):
        unit = UNIT_OF.get(name, "root")
        propose(world, at(name), by="head", to={name: unit}, number=next(numbers))


def _write_plays(world: World) -> None:
    """Let each role own a play and a pack; who may write none was given one."""
    admin = world.people["admin"]
    for number, name in enumerate(SEATED, start=FIRST_NUMBER):
        writes = name in ("hrbp", "quality officer", "admin")
        if name != "manager":
            play = write(world, at(name), name if writes else "manager")
            give_play(play=play, to=world.people[name], by=admin)
        if name != "rep":
            hand_out(world, name, at(name), number)
    write(world, at("sibling manager"), "sibling manager")


def _ask_for_work(world: World) -> None:
    """Let each role ask for a job that failed, bring a file in, and talk to a customer."""
    for name in (*SEATED, "neighbour"):
        person, about = world.people[name], word("job", at(name))
        if name not in ("rep", "admin"):
            pk = later("org.forget_sessions", on=about, tenant=world.acme.pk, by=person.pk)
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [pk]
                )
            assert pk is not None
            world.know("job", at(name), pk)
            world.aviary.text("job", pk, about)
        if name not in ("admin", "integration"):
            made = Import.objects.create(
                tenant=world.acme,
                label=word("import", at(name)),
                by=person,
                began_at=clock.now(),
                state="done",
                problems=[],
            )
            world.know("import", at(name), made.pk)
            world.aviary.text("import", made.pk, made.label)
        if name not in ("rep", "neighbour"):
            talk(world, name, at(name), with_customer=at(name) if name in NO_SELLERS else name)
