"""A company in New York with all that is awkward: texts, numbers, hours, reversals, gates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bihuan.customers.actions import merge_accounts
from bihuan.facts.actions import open_source, put_members, record_many, reverse
from bihuan.facts.actions.naming import NamedMember
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact, Member
from bihuan.org.actions import Seat, found_tenant, place_people, put_people, put_unit, robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant

AWKWARD = [
    "O'Brien",
    'say "so"',
    "back\\slash",
    "100%",
    "%(x)s",
    "ß",
    "Z",
    "a",
    "中文",
    "é",
    "tab\tin",
]
LARGE = Decimal("899999999999999.9999")
"""The largest amount that a fact may have; two hundred of them pass 64 bits in ten-thousandths."""
LARGE_COUNT = 20
CLOCKS_GO_BACK = datetime(2025, 11, 2, 0, 30, tzinfo=UTC)
"""In New York this is the evening before; the hour from one to two comes twice."""
HOURS = 36
SPOILT = 5


def load() -> Tenant:
    """Return the company, some of whose facts were taken back after the rest was there."""
    tenant = found_tenant(
        code="trial", name="Trial", time_zone="America/New_York", fiscal_start_month=4
    )
    robot = robot_of(tenant)
    unit = put_unit(tenant=tenant, code="east", name="east", kind="region", by=robot)
    people = put_people(tenant=tenant, names={"lin": "lin", "boss": "boss"}, by=robot)
    seats = {
        people["lin"].pk: [Seat(unit_id=unit.pk, role=Role.REP)],
        people["boss"].pk: [Seat(unit_id=unit.pk, role=Role.MANAGER, valid_from=date(2025, 11, 1))],
    }
    place_people(tenant=tenant, seats=seats, by=robot)
    named = [NamedMember(dimension="account", code=code, name=code) for code in "ABC"]
    accounts = put_members(tenant=tenant, members=named)
    drafts = list(_drafts(people["lin"].pk, [accounts["account", code] for code in "ABC"]))
    record_many(drafts=drafts, source=open_source(tenant=tenant, code="trial"), by=robot)
    for fact in Fact.objects.filter(tenant=tenant, source_ref__startswith="order/")[:SPOILT]:
        reverse(fact=fact, reason="trial", by=robot)
    into, gone = Member.objects.filter(tenant=tenant, code__in=["A", "B"]).order_by("code")
    merge_accounts(account=gone, into=into, reason="trial", by=robot)
    return tenant


def _drafts(lin: int, accounts: list[int]) -> Iterator[Draft]:
    for number, text in enumerate(AWKWARD):
        yield Draft(
            kind="order.placed",
            business_on=date(2025, 12, 22) + timedelta(days=2 * number),
            source_ref=f"order/{number}",
            person_id=lin,
            account_id=accounts[number % 3],
            region=text,
            product_line=text,
            amount=Decimal("0.0001") * (number + 1),
            attributes={"category": text, "list_amount": Decimal(number)},
        )
    for number in range(LARGE_COUNT):
        yield Draft(
            kind="contract.signed",
            business_on=date(2026, 3, 31),
            source_ref=f"large/{number}",
            person_id=lin,
            amount=LARGE,
            attributes={"category": "renewal", "contract": f"C{number}"},
        )
    for number in range(HOURS):
        at = CLOCKS_GO_BACK + timedelta(hours=number)
        yield Draft(
            kind="lead.claimed",
            business_on=date(2025, 11, 2),
            occurred_at=at,
            source_ref=f"claim/{number}",
            person_id=lin,
        )
    yield from _gates(lin)


def _gates(lin: int) -> Iterator[Draft]:
    """Have two of the contracts paid and filed, and one paid only."""
    for number in range(3):
        yield Draft(
            kind="payment.received",
            business_on=date(2026, 4, 10 + number),
            source_ref=f"paid/{number}",
            person_id=lin,
            amount=Decimal(1),
            attributes={"contract": f"C{number}"},
        )
    for number in range(2):
        yield Draft(
            kind="contract.filed",
            business_on=date(2026, 4, 20),
            source_ref=f"filed/{number}",
            person_id=lin,
            attributes={"contract": f"C{number}"},
        )


def one_more(tenant: Tenant) -> None:
    """Record one more fact."""
    person = tenant_person(tenant)
    draft = Draft(
        kind="visit.logged",
        business_on=date(2026, 2, 3),
        source_ref=f"more/{Fact.objects.filter(tenant=tenant).count()}",
        person_id=person.pk,
    )
    record_many(
        drafts=[draft], source=open_source(tenant=tenant, code="trial"), by=robot_of(tenant)
    )


def take_back_the_last(tenant: Tenant) -> None:
    """Reverse the last fact."""
    last = Fact.objects.filter(tenant=tenant).latest("seq")
    reverse(fact=last, reason="trial", by=robot_of(tenant))


def tenant_person(tenant: Tenant) -> Person:
    return Person.objects.get(tenant=tenant, code="lin")
