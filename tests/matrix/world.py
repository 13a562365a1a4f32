"""Two companies in which every row carries a canary.

Acme, as seen from the team in its middle:

    root ─┬─ east ─┬─ team ─── cell
          │        └─ sibling
          └─ north ── faraway

and Other, which must never be seen from Acme.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count, product
from uuid import UUID

from django.db import connection

from bihuan.base import clock
from bihuan.base.jobs import later
from bihuan.base.jobs.progress import Running
from bihuan.customers.actions import keep_apart, merge_accounts
from bihuan.facts.actions import begin_batch, keep_rows, open_source, record_many
from bihuan.facts.actions.naming import RowAsRead
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import ADDED
from bihuan.facts.models import Batch, Fact, Ledger, Member
from bihuan.goals.actions.reasons import SaidWord, keep_words
from bihuan.goals.domain.reason.word import Word
from bihuan.goals.models import Quota
from bihuan.integrations.models import Import
from bihuan.metrics.models import CardCopy, Closing, MetricVersion
from bihuan.metrics.queries.versions import built_in
from bihuan.org import actions
from bihuan.org.domain.role import Role
from bihuan.org.models import ApiToken, Person, Tenant, Unit
from bihuan.reports.actions import make_report
from tests.make import make_login
from tests.matrix import world_cycles
from tests.matrix.canary import FIRST_ID, UNIT_OF_AMOUNT, Aviary, word

METRIC = "signed_amount"
SEQUENCES = {
    "unit": "org_unit",
    "person": "org_person",
    "seat": "org_assignment",
    "token": "org_apitoken",
    "quota": "goals_quota",
    "import": "integrations_import",
    "source_row": "facts_sourcerow",
    "member": "facts_member",
    "batch": "facts_batch",
    "source": "facts_source",
    "distinction": "customers_distinction",
    "closing": "metrics_closing",
    "card": "metrics_cardcopy",
    "draft": "goals_cycle",
    "goal": "goals_goal",
    "receipt": "goals_receipt",
    "profile": "goals_weightprofile",
    "report": "reports_healthreport",
    "notice": "inbox_notice",
    "proposal": "inbox_proposal",
    "delivery": "inbox_delivery",
    "event": "goals_marketevent",
    "reckoning": "goals_marketreckoning",
    "job": "procrastinate_jobs",
    "task": "inbox_task",
    "delegation": "org_delegation",
    "share": "org_share",
    "task_file": "inbox_taskfile",
    "conversation": "customers_conversation",
    "recording": "customers_recording",
    "ai_text": "ai_aitext",
    "play": "playbooks_play",
    "pack": "playbooks_handedout",
    "weekly": "advice_weeklyreport",
    "alert": "rules_alert",
    "contact": "customers_contact",
    "entry": "base_journalentry",
    "petition": "privacy_petition",
    "hold": "privacy_hold",
    "webhook": "integrations_webhook",
    "hook_delivery": "integrations_webhookdelivery",
    "provider": "org_signinprovider",
    "consent": "privacy_consent",
    "export": "tenants_export",
}
PEOPLE: dict[str, tuple[str, Role]] = {
    "rep": ("team", Role.REP),
    "mate": ("team", Role.REP),
    "clerk": ("team", Role.CLERK),
    "manager": ("team", Role.MANAGER),
    "hrbp": ("team", Role.HRBP),
    "deep": ("cell", Role.REP),
    "neighbour": ("sibling", Role.REP),
    "sibling manager": ("sibling", Role.MANAGER),
    "head": ("east", Role.MANAGER),
    "hermit": ("faraway", Role.REP),
    "quality officer": ("root", Role.QUALITY_OFFICER),
    "admin": ("root", Role.ADMIN),
    "integration": ("root", Role.INTEGRATION),
}
SEATED = ("rep", "manager", "clerk", "hrbp", "quality officer", "admin", "integration")
"""One person in each role; of what can be somebody's, each of them has something."""
SELLERS = (
    *("rep", "mate", "clerk", "manager", "deep", "neighbour", "sibling manager"),
    *("head", "hermit", "former manager", "mover", "gone"),
)


FOR_ITS_PLACE = "*"
"""How the name of a row ends that is there only because of where it lies."""


def is_there_for_its_place(name: str) -> bool:
    return name.endswith(FOR_ITS_PLACE)


class Mark(int):
    """A number that an address writes as a UUID."""

    @classmethod
    def of(cls, mark: UUID) -> Mark:
        return cls(mark.int)

    def __str__(self) -> str:
        return str(UUID(int=self))


NO_MARK = Mark.of(UUID("00000000-0000-4000-8000-000000000000"))


@dataclass
class World:
    """Everything that was made, by name, and the canaries it carries."""

    today: date
    acme: Tenant
    other: Tenant
    aviary: Aviary = field(default_factory=Aviary)
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    objects: dict[str, dict[str, int]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    now: datetime = field(default_factory=clock.now)
    """The instant at which everything was made."""

    def know(self, kind: str, name: str, pk: int) -> None:
        """Remember a row under a name, for routes that ask for one of its kind."""
        self.objects.setdefault(kind, {})[name] = pk


def build_world() -> World:
    """Write both companies into the database."""
    for kind, table in SEQUENCES.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval('{table}_id_seq', {FIRST_ID[kind]})")
    acme = actions.found_tenant(code="acme", name=word("tenant", "acme"))
    other = actions.found_tenant(code="other", name=word("tenant", "other"))
    world = World(today=clock.today(acme.time_zone), acme=acme, other=other)
    for tenant, first in ((acme, FIRST_ID["seq"]), (other, FIRST_ID["seq"] + 500)):
        Ledger.objects.create(tenant=tenant, last_seq=first)
        world.aviary.text("tenant", tenant.pk, tenant.name)
        world.know("tenant", tenant.code, tenant.pk)
    _build_acme(world)
    _build_other(world)
    _amounts_and_targets(world)
    for name, tenant in (("acme", acme), ("other", other)):
        made = make_report(month=f"{world.today:%Y-%m}", by=actions.robot_of(tenant))
        world.know("report", name, made.pk)
    for kind in FIRST_ID:
        world.know(kind, "absent", FIRST_ID[kind] + 999)
    world.know("fact", "absent", 999_999)
    world.objects["team"] = world.objects["unit"]
    world.objects["cycle"] = world.objects["draft"]
    world.objects["customer"] = world.objects["member"]
    world.objects["colleague"] = world.objects["led"] = world.objects["person"]
    world.know("merge", "absent", FIRST_ID["seq"] + 999)
    world.know("word", "absent", FIRST_ID["seq"] + 999)
    world.know("tenant", "absent", 999_999)
    for kind in ("ticket", "session"):
        world.know(kind, "invented", 123456789)
    world.know("callback", "invented", NO_MARK)
    return world


def _build_acme(world: World) -> None:
    world.units["root"] = actions.root_of(world.acme)
    _rename(world, "root")
    for name, above in [
        ("east", "root"),
        ("north", "root"),
        ("team", "east"),
        ("sibling", "east"),
        ("cell", "team"),
        ("faraway", "north"),
    ]:
        _unit(world, name, world.units[above])
    for name, (unit, role) in PEOPLE.items():
        add_person(world, name, world.acme)
        add_seat(world, name, unit, role)
    past = world.today - timedelta(days=40)
    for name, role, (first, then) in [
        ("former manager", Role.MANAGER, ("team", "faraway")),
        ("mover", Role.REP, ("team", "sibling")),
    ]:
        add_person(world, name, world.acme)
        add_seat(world, name, first, role, until=past)
        add_seat(world, name, then, Role.REP, since=past)
    add_person(world, "gone", world.acme)
    add_seat(world, "gone", "team", Role.ADMIN)
    Person.objects.filter(pk=world.people["gone"].pk).update(ended_on=past)


def _build_other(world: World) -> None:
    world.units["their root"] = actions.root_of(world.other)
    _rename(world, "their root")
    _unit(world, "their team", world.units["their root"])
    for name, role in [("stranger", Role.ADMIN), ("their rep", Role.REP)]:
        add_person(world, name, world.other)
        add_seat(world, name, "their team", role)


def _rename(world: World, name: str) -> None:
    """Give a root unit a name of its own: it was founded with the name of its company."""
    unit = world.units[name]
    actions.put_unit(
        tenant=unit.tenant, code="root", name=word("unit", name), by=actions.robot_of(unit.tenant)
    )
    unit.refresh_from_db()
    _unit_known(world, name)


def _unit(world: World, name: str, above: Unit) -> None:
    world.units[name] = actions.put_unit(
        tenant=above.tenant,
        code=word("unitcode", name),
        name=word("unit", name),
        kind=Unit.Kind.TEAM.value,
        parent=above,
        by=actions.robot_of(above.tenant),
    )
    _unit_known(world, name)


def _unit_known(world: World, name: str) -> None:
    unit = world.units[name]
    world.know("unit", name, unit.pk)
    world.aviary.text("unit", unit.pk, unit.name, unit.code)


def add_person(world: World, name: str, tenant: Tenant) -> None:
    robot = actions.robot_of(tenant)
    person = actions.put_person(
        tenant=tenant, code=word("code", name), name=word("person", name), by=robot
    )
    login = make_login(person, word("login", name))
    world.people[name] = person
    world.know("person", name, person.pk)
    world.aviary.text("person", person.pk, person.name, person.code)
    world.aviary.text("login", person.pk, login.username)
    token, secret = actions.make_token(person=person, name=word("token", name), by=robot)
    # Used just now, for a day to come: so no use of it changes a table.
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=clock.now() + timedelta(days=1))
    world.secrets[name] = secret
    world.know("token", name, token.pk)
    world.aviary.text("token", token.pk, token.name)


def add_seat(
    world: World,
    name: str,
    unit: str,
    role: Role,
    *,
    since: date = actions.BEGINNING,
    until: date | None = None,
) -> None:
    person = world.people[name]
    seat = actions.Seat(unit_id=world.units[unit].pk, role=role, valid_from=since, valid_to=until)
    [made] = actions.place_people(
        tenant=person.tenant, seats={person.pk: [seat]}, by=actions.robot_of(person.tenant)
    )
    world.know("seat", f"{name} in {unit}", made.pk)


def _amounts_and_targets(world: World) -> None:
    """Give everyone a fact of today, some one of before, and each unit and seller a target."""
    past = world.today - timedelta(days=41)
    number = count(1)
    for name in SELLERS:
        if name != "gone":
            sell(world, name, world.today)
    for name in ("mover", "former manager", "gone"):
        sell(world, name, past, key=f"{name} before")
    sell(world, "their rep", world.today)
    for name in (*SELLERS, "their rep"):
        _quota(world, name, next(number), person=world.people[name])
    for name in ("root", "east", "team", "cell", "sibling", "faraway", "their team"):
        _quota(world, f"unit {name}", next(number), unit=world.units[name])
    for name in ("admin", "integration", "stranger"):
        _import(world, name)
    _joined_and_told_apart(world)
    for name, tenant in (("acme", world.acme), ("other", world.other)):
        _closed(world, name, tenant)
    _versions(world)
    _word(world)
    world_cycles.build(world)
    _jobs(world)


def _jobs(world: World) -> None:
    """Have some people ask each for a job that failed, and for one that waits."""
    for name, state in product(("rep", "admin", "stranger"), ("failed", "todo")):
        person = world.people[name]
        about = word("job", state, name)
        asked = {"tenant": person.tenant_id, "by": person.pk}
        pk = later("org.forget_sessions", on=about, **asked)  # type: ignore[arg-type]  # ids
        assert pk is not None
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [state, pk])
        Running(job_id=pk).note(fault=LookupError(word("fault", state, name)))
        world.know("job", f"{name} {state}", pk)
        world.aviary.text("job", pk, about, word("fault", state, name))


def _joined_and_told_apart(world: World) -> None:
    """Have a neighbour's customer merged into that of a rep below, and two told apart."""
    accounts = {name: Member.objects.get(pk=pk) for name, pk in world.objects["member"].items()}
    by, reason = world.people["head"], word("mergereason")
    merge = merge_accounts(
        account=accounts["neighbour"], into=accounts["deep"], reason=reason, by=by
    )
    world.know("merge", "neighbour", merge.seq)
    world.aviary.text("merge", merge.seq, reason)
    reason = word("apartreason")
    told = keep_apart(one=accounts["mate"], other=accounts["deep"], reason=reason, by=by)
    world.know("distinction", "mate and deep", told.pk)
    world.aviary.text("distinction", told.pk, reason)


def sell(world: World, name: str, on: date, *, key: str = "") -> None:
    """Record a contract that somebody signed, with a customer of its own."""
    person = world.people[name]
    tenant, key = person.tenant, key or name
    robot = actions.robot_of(tenant)
    source = open_source(tenant=tenant, code=word("source", key), name=word("source", key))
    batch = begin_batch(source=source, label=word("batch", key), by=robot)
    content = {"column": word("content", key)}
    row = RowAsRead(file=word("file", key), sheet=word("sheet", key), line=2, content=content)
    [row_id] = keep_rows(batch=batch, rows=[row])
    account = Member.objects.create(
        tenant=tenant,
        dimension="account",
        code=word("accountcode", key),
        name=word("account", key),
        pinyin=word("account", key),
    )
    draft = Draft(
        kind="contract.signed",
        business_on=on,
        person_id=person.pk,
        account_id=account.pk,
        amount=world.aviary.next_amount(),
        region=word("region", key),
        tier=word("tier", key),
        product_line=word("line", key),
        attributes={"channel": word("channel", key), "category": word("category", key)},
        extra={"remark": word("remark", key)},
        source_ref=word("ref", key),
        source_row_id=row_id,
    )
    record_many(drafts=[draft], source=source, batch=batch, by=robot)
    fact = Fact.objects.get(tenant=tenant, source=source)
    _fact_known(world, key, fact, account, batch)


def _fact_known(world: World, key: str, fact: Fact, account: Member, batch: Batch) -> None:
    aviary = world.aviary
    aviary.fact(fact.pk)
    world.know("fact", key, fact.pk)
    world.know("seq", key, fact.seq)
    world.know("member", key, account.pk)
    world.know("source_row", key, fact.source_row_id or 0)
    world.know("batch", key, batch.pk)
    dimensions = ("region", "tier", "line", "channel", "category")
    aviary.text("figure", fact.pk, *(word(each, key) for each in dimensions))
    aviary.text("fact", fact.pk, word("remark", key), word("ref", key))
    aviary.text("source", fact.source_id, word("source", key))
    world.know("source", key, fact.source_id)
    aviary.text("customer", account.pk, account.name, account.code)
    row = fact.source_row_id or 0
    aviary.text("source_row", row, *(word(each, key) for each in ("content", "file", "sheet")))
    aviary.text("batch", batch.pk, batch.label)


def _quota(
    world: World, name: str, number: int, *, person: Person | None = None, unit: Unit | None = None
) -> None:
    tenant = (person or unit).tenant  # type: ignore[union-attr]  # one of the two is given
    # Not linear: no sum less a sum of some targets is the amount of another.
    amount = Decimal(f"73{number:02}{number * number % 89:02}.{number:02}")
    quota = Quota.objects.create(
        tenant=tenant,
        metric=METRIC,
        person=person,
        unit=unit,
        start=world.today.replace(day=1),
        end=(world.today.replace(day=1) + timedelta(days=32)).replace(day=1),
        amount=amount,
        currency=tenant.currency,
        origin=word("origin", name),
        set_by=world.people["head" if tenant == world.acme else "stranger"],
        set_at=clock.now(),
    )
    world.know("quota", name, quota.pk)
    world.aviary.text("quota", quota.pk, quota.origin)
    world.aviary.quota_amounts[str(amount)] = ("quota", quota.pk)


VERSIONED, DRAFT, CHECKED = METRIC, 1, 2
"""A metric of Acme with a draft, and with a version that waits for a second person."""


def _versions(world: World) -> None:
    """Write a draft and a checked version, and send cards to people of both companies."""
    now, admin = clock.now(), world.people["admin"]
    definition = built_in()[VERSIONED].model_dump(mode="json", by_alias=True, exclude_none=True)
    [term] = definition["measure"]
    least = {"field": "amount", "op": "gte", "value": 4 * UNIT_OF_AMOUNT}
    term["where"] = {"all": [term["where"], least]}
    for number, state in ((DRAFT, "draft"), (CHECKED, "checked")):
        version = MetricVersion.objects.create(
            tenant=world.acme,
            key=VERSIONED,
            number=number,
            definition=definition,
            valid_from=world.today - timedelta(days=100),
            reason=word("reason", state),
            state=state,
            made_by=admin,
            made_at=now,
            changed_at=now,
            checked_by=admin if number == CHECKED else None,
            checked_at=now if number == CHECKED else None,
        )
        world.aviary.text("tenant", world.acme.pk, version.reason)
    for name, sender in (("rep", "admin"), ("neighbour", "admin"), ("their rep", "stranger")):
        copy = CardCopy.objects.create(
            tenant=world.people[name].tenant,
            key=VERSIONED,
            version="x",
            person=world.people[name],
            sent_by=world.people[sender],
            sent_at=now,
            note=word("note", name),
        )
        world.know("card", name, copy.pk)
        world.aviary.text("card", copy.pk, copy.note)


def _word(world: World) -> None:
    """Have managers say why somebody is behind this month: one of the team, and at each place."""
    placed = [f"{name}{FOR_ITS_PLACE}" for name in (*SEATED, "neighbour")]
    for tenant, names, by in (
        (world.acme, ("mate", *placed), "manager"),
        (world.other, (f"their rep{FOR_ITS_PLACE}",), "stranger"),
    ):
        words = [_said(world, name) for name in names]
        keep_words(tenant=tenant, words=words, by=world.people[by])
        people = {each.person_id: name for each, name in zip(words, names, strict=True)}
        for fact in Fact.objects.filter(tenant=tenant, kind=ADDED).order_by("pk"):
            name = people[fact.person_id]
            world.know("word", name, fact.seq)
            world.aviary.text("word", fact.seq, word("wordnote", name))


def _said(world: World, name: str) -> SaidWord:
    return SaidWord(
        word=Word.ADDED,
        tag="newcomer",
        metric=METRIC,
        period=f"{world.today:%Y-%m}",
        on=world.today,
        person_id=world.people[name.removesuffix(FOR_ITS_PLACE)].pk,
        note=word("wordnote", name),
    )


GATED: dict[str, object] = {
    "key": "gated_amount",
    "group": "signing",
    "unit": "money",
    "better": "higher",
    "name_zh": "试",
    "name_en": "Trial",
    "about_zh": "试",
    "about_en": "Trial",
    "measure": [
        {
            "sum": "amount",
            "where": {"field": "kind", "op": "eq", "value": "contract.signed"},
            "gates": {
                "link": "account",
                "needs": [
                    {
                        "key": "paid",
                        "label_zh": "到账",
                        "label_en": "Paid",
                        "owed_by": "manager",
                        "where": {"field": "kind", "op": "eq", "value": "payment.received"},
                    }
                ],
            },
        }
    ],
}
"""A metric that keeps every contract of the world waiting."""


def _closed(world: World, name: str, tenant: Tenant) -> None:
    """Close days of before there was anything, and keep amounts waiting by a metric."""
    by, other = actions.robot_of(tenant), world.people["admin" if name == "acme" else "stranger"]
    now = clock.now()
    closing = Closing.objects.create(
        tenant=tenant,
        through=world.today - timedelta(days=200),
        seq=0,
        closed_by=by,
        closed_at=now,
    )
    world.know("closing", name, closing.pk)
    MetricVersion.objects.create(
        tenant=tenant,
        key="gated_amount",
        number=1,
        definition=GATED,
        valid_from=world.today,
        reason="a trial",
        state="approved",
        made_by=by,
        made_at=now,
        changed_at=now,
        decided_by=other,
        decided_at=now,
    )


def _import(world: World, name: str) -> None:
    person = world.people[name]
    made = Import.objects.create(
        tenant=person.tenant,
        label=word("import", name),
        by=person,
        began_at=clock.now(),
        state="done",
        problems=[],
    )
    world.know("import", name, made.pk)
    world.aviary.text("import", made.pk, made.label)
