"""Bringing the demo company to life."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import transaction

from bihuan.base import clock
from bihuan.demo.acquaintances import plant_acquaintances
from bihuan.demo.alerts import plant_alerts
from bihuan.demo.conversations import plant_conversations
from bihuan.demo.domain.cast import INDUSTRY, CastPerson, Company, cast
from bihuan.demo.domain.dilution import (
    handed_down,
    quarter_before,
    received_in,
    with_dilution,
)
from bihuan.demo.domain.hardship import Struck, renewals_asked, struck_by
from bihuan.demo.domain.life import Event, life
from bihuan.demo.domain.opinion import Opinion, opinions
from bihuan.demo.domain.plan import PlannedQuota, quotas, region_growth
from bihuan.demo.domain.story import Planted, misbooked_since, told
from bihuan.demo.market import plant_market
from bihuan.demo.past import plant_past
from bihuan.demo.tasks import Cast, plant_tasks
from bihuan.facts import actions as ledger
from bihuan.facts.actions.naming import NamedMember
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact, Source
from bihuan.goals import actions as goals
from bihuan.goals.actions import QuotaRow, reasons
from bihuan.goals.actions.reasons import SaidWord
from bihuan.goals.domain.reason.word import Word
from bihuan.metrics import actions as metrics
from bihuan.org import actions as org
from bihuan.org.domain.assignment import Seat
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from bihuan.playbooks.actions import load_starter_set

CODE = "demo"
SEED = 7
MONTHS = 18
PASSWORD = "closing-the-loop"  # shown to whoever runs the demo; the demo holds no real data
AT_ONCE = 20_000

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A way into the demo: whose eyes one looks through."""

    username: str
    role: str
    name: str


def build_demo(
    *, today: date, seed: int = SEED, months: int = MONTHS, progress: Progress
) -> Tenant:
    """Generate the demo company up to today; one that is there already is left as it is."""
    tenant = Tenant.objects.filter(code=CODE).first()
    if tenant is not None and Fact.objects.filter(tenant=tenant).exists():
        return tenant
    company = cast(seed=seed)
    start = _months_before(today, months)
    with transaction.atomic():
        progress("organisation")
        tenant = org.found_tenant(code=CODE, name=company.units[0].name, is_demo=True)
        units, people = _seat(tenant, company, start)
        _open_logins(tenant, company, people)
        progress("playbooks")
        load_starter_set(tenant=tenant, owner=people[_who(company, "manager", "root").code])
        progress("customers and products")
        source = ledger.open_source(tenant=tenant, code="demo", name="演示数据")
        members = ledger.put_members(tenant=tenant, members=list(_members(company)))
        progress("targets")
        planned = list(quotas(company, start=start, end=_months_before(today, -3)))
        happened = list(life(company, seed=seed, start=start, end=today + timedelta(days=1)))
        diluted = _diluted(company, happened, start=start, today=today)
        planted, month = Planted.in_company(company), misbooked_since(today)
        asked = [*planned, *renewals_asked(planted.early_renewer, today)]
        with clock.pretended(datetime.combine(start, time(9), ZoneInfo(tenant.time_zone))):
            _set_quotas(tenant, with_dilution(asked, diluted), units, people)
        progress("facts")
        told_events = told(
            happened,
            planted,
            today=today,
            east_growth=region_growth(planned, planted.east, month),
        )
        events = list(struck_by(told_events, Struck.in_company(company), today=today))
        _record(source, events, company, _Ids(people, members))
        plant_conversations(source, company, events, today=today, seed=seed)
        said = opinions(company, events, planned, today=today, seed=seed)
        _keep_opinions(tenant, said, people)
    progress("closing")
    metrics.close_period(
        tenant=tenant,
        through=misbooked_since(today),
        reason="月报已发布",
        by=people[next(each.code for each in company.people if each.role == "admin")],
    )
    _live_through(tenant, company, people, today=today, since=start, progress=progress)
    progress("contacts")
    with clock.pretended(datetime.combine(today, time(10), ZoneInfo(tenant.time_zone))):
        plant_acquaintances(tenant=tenant, company=company, people=people, today=today, seed=seed)
    return tenant


def _live_through(
    tenant: Tenant,
    company: Company,
    people: dict[str, Person],
    *,
    today: date,
    since: date,
    progress: Progress,
) -> None:
    """Let people work with goals, market events and alerts up to today."""
    progress("goals")
    director = people[_who(company, "manager", "root").code]
    root = org.root_of(tenant)
    plant_past(tenant=tenant, root=root, by=director, today=today, since=since)
    progress("market events")
    with transaction.atomic():
        plant_market(tenant=tenant, root=root, by=director, today=today)
    progress("alerts")
    branch = _branch_of(company, Planted.in_company(company).slow_rep)
    with transaction.atomic():
        plant_alerts(
            tenant=tenant,
            pilot=Unit.objects.get(tenant=tenant, code=branch),
            by=people[_who(company, "admin", None).code],
            today=today,
            since=since,
        )
    progress("tasks")
    plant_tasks(tenant=tenant, cast=_cast_of(company, people), today=today)


def _cast_of(company: Company, people: dict[str, Person]) -> Cast:
    """Return those whose tasks one sees who looks through the eyes of a way in."""
    ways = {way.username: people[person.code] for way, person in sign_ins(company)}
    return Cast(
        rep=ways["rep"],
        leader=ways["leader"],
        manager=ways["manager"],
        director=ways["director"],
    )


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _diluted(
    company: Company, events: Sequence[Event], *, start: date, today: date
) -> list[PlannedQuota]:
    """Return the targets that thin out on their way down, where last year's quarter is whole."""
    quarter, before = quarter_before(today)
    received = received_in(events, before) if before.start >= start else {}
    return handed_down(company, received=received, quarter=quarter)


def _seat(
    tenant: Tenant, company: Company, start: date
) -> tuple[dict[str, Unit], dict[str, Person]]:
    robot = org.robot_of(tenant)
    units: dict[str, Unit] = {"root": org.root_of(tenant)}
    for unit in company.units[1:]:
        units[unit.code] = org.put_unit(
            tenant=tenant,
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            parent=units[unit.parent or "root"],
            by=robot,
        )
    names = {each.code: each.name for each in company.people}
    people = org.put_people(tenant=tenant, names=names, by=robot)
    seats = {
        people[each.code].pk: [
            Seat(unit_id=units[each.unit].pk, role=Role(each.role), valid_from=start)
        ]
        for each in company.people
    }
    org.place_people(tenant=tenant, seats=seats, by=robot)
    return units, people


def sign_ins(company: Company) -> list[tuple[SignIn, CastPerson]]:
    """Return one way in for each role; the manager is the one of the slow rep's branch."""
    planted = Planted.in_company(company)
    slow = next(each for each in company.people if each.code == planted.slow_rep)
    parents = {unit.code: unit.parent for unit in company.units}
    region = parents[parents[slow.unit] or ""]
    chosen = [
        ("manager", _who(company, "manager", region)),
        ("leader", _who(company, "manager", slow.unit)),
        ("rep", slow),
        ("director", _who(company, "manager", "root")),
        ("clerk", _who(company, "clerk", None)),
        ("hrbp", _who(company, "hrbp", None)),
        ("quality", _who(company, "quality_officer", None)),
        ("admin", _who(company, "admin", None)),
    ]
    return [(SignIn(name, person.role, person.name), person) for name, person in chosen]


def _branch_of(company: Company, code: str) -> str:
    """Return the branch, by its code, in which somebody of the cast sits."""
    parents = {unit.code: unit.parent for unit in company.units}
    seat = next(each.unit for each in company.people if each.code == code)
    return parents[seat] or ""


def _who(company: Company, role: str, unit: str | None) -> CastPerson:
    return next(each for each in company.people if each.role == role and unit in (None, each.unit))


def _open_logins(tenant: Tenant, company: Company, people: dict[str, Person]) -> None:
    robot = org.robot_of(tenant)
    for way, person in sign_ins(company):
        org.open_login(
            person=people[person.code], username=way.username, password=PASSWORD, by=robot
        )


def _keep_opinions(tenant: Tenant, said: Iterable[Opinion], people: dict[str, Person]) -> None:
    """Record what managers said of the reasons of low months, each in their own name."""
    by_head: dict[str, list[SaidWord]] = {}
    for each in said:
        word = SaidWord(
            word=Word(each.word),
            tag=each.tag,
            metric="signed_amount",
            period=each.month,
            on=each.day,
            person_id=people[each.person].pk,
            instead=each.instead,
            note=each.note,
            rank=1,
        )
        by_head.setdefault(each.by, []).append(word)
    for head, words in by_head.items():
        reasons.keep_words(tenant=tenant, words=words, by=people[head])


def _members(company: Company) -> Iterator[NamedMember]:
    for account in company.accounts:
        yield NamedMember(
            dimension="account",
            code=account.code,
            name=account.name,
            attributes={"tier": account.tier, "industry": INDUSTRY[account.tier]},
        )
    for product in company.products:
        yield NamedMember(
            dimension="product",
            code=product.code,
            name=product.name,
            attributes={"line": product.line, "list_price": str(product.price)},
        )


def _set_quotas(
    tenant: Tenant,
    planned: Iterable[PlannedQuota],
    units: dict[str, Unit],
    people: dict[str, Person],
) -> None:
    rows = [
        QuotaRow(
            metric=each.metric,
            person_id=people[each.person].pk if each.person else None,
            unit_id=units[each.unit].pk if each.unit else None,
            start=each.start,
            end=each.end,
            amount=each.amount,
        )
        for each in planned
    ]
    goals.set_quotas(tenant=tenant, rows=rows, by=org.robot_of(tenant), origin="演示公司年度目标")


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids of what the cast names by code."""

    people: dict[str, Person]
    members: dict[tuple[str, str], int]

    def person(self, code: str | None) -> int | None:
        return self.people[code].pk if code else None

    def member(self, dimension: str, code: str) -> int | None:
        return self.members[dimension, code] if code else None


def _record(source: Source, events: Sequence[Event], company: Company, ids: _Ids) -> None:
    robot = org.robot_of(source.tenant)
    opened = {event.opportunity for event in events if event.opportunity}
    named = [NamedMember(dimension="opportunity", code=ref, name=ref) for ref in sorted(opened)]
    ids.members.update(ledger.put_members(tenant=source.tenant, members=named))
    batch = ledger.begin_batch(source=source, label="演示公司", by=robot)
    in_order = iter(sorted(events, key=lambda event: (event.day, event.ref)))
    drafts = _Drafts(company, ids, ZoneInfo(source.tenant.time_zone))
    while some := list(islice(in_order, AT_ONCE)):
        ledger.record_many(drafts=list(map(drafts.of, some)), source=source, batch=batch, by=robot)


class _Drafts:
    """Turns happenings of the cast into drafts of facts."""

    def __init__(self, company: Company, ids: _Ids, zone: ZoneInfo) -> None:
        self.ids, self.zone = ids, zone
        self.tiers = {account.code: account.tier for account in company.accounts}
        self.lines = {product.code: product.line for product in company.products}

    def of(self, event: Event) -> Draft:
        attributes: dict[str, str | Decimal | date | None] = dict(event.attributes)
        tier = self.tiers.get(event.account, "")
        if tier and event.kind in ("contract.signed", "opportunity.won", "lead.created"):
            attributes["industry"] = INDUSTRY[tier]
        return Draft(
            kind=event.kind,
            business_on=event.day,
            occurred_at=self._at(event),
            source_ref=event.ref,
            person_id=self.ids.person(event.person),
            account_id=self.ids.member("account", event.account),
            opportunity_id=self.ids.member("opportunity", event.opportunity),
            product_id=self.ids.member("product", event.product),
            product_line=self.lines.get(event.product, ""),
            tier=tier,
            amount=event.amount,
            quantity=None if event.quantity is None else Decimal(event.quantity),
            attributes=attributes,
        )

    def _at(self, event: Event) -> datetime | None:
        if event.hour is None:
            return None
        return datetime.combine(event.day, time(event.hour, event.minute), self.zone)
