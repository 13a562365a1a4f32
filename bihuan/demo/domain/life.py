"""Life: what happens in the demo company, day by day.

From the same cast, seed and days the same happenings come. Reps call and visit
on working days, contracts are signed and paid for, opportunities are won or
lost, stores sell every day.

>>> from bihuan.demo.domain.cast import cast
>>> company = cast(seed=7)
>>> days = (date(2026, 3, 2), date(2026, 3, 9))
>>> first = list(life(company, seed=7, start=days[0], end=days[1]))
>>> first == list(life(company, seed=7, start=days[0], end=days[1]))
True
>>> {event.day.isoweekday() for event in first if event.kind == "visit.logged"} <= {1, 2, 3, 4, 5}
True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from bihuan.demo.domain.cast import CastAccount, CastPerson, CastProduct, Company
from bihuan.kernel.calendar import DayCount, working_days

SEASON = (88, 70, 104, 98, 100, 112, 92, 95, 106, 94, 104, 118)
"""How strong each month is, in percent of an average one."""

REGION_STRENGTH = {"华东大区": 112, "华南大区": 104, "华北大区": 97, "西南大区": 86}
TYPICAL_CONTRACT = 20_000
"""Yuan of a usual order of consumables, reagents or service."""

CONSUMABLES = "手术耗材"
MIXED = ("新签", "新签", "增购", "增购", "续约")
FILED_AFTER = (1, 2, 4, 6, 9)
"""Days from a renewal to the filing of its technical agreement."""

STAGES = ("需求确认", "方案演示", "预算批复", "样机试用", "合同谈判")
LOST_TO = ("价格偏高", "竞品中标", "预算取消", "决策人变动")

Said = Mapping[str, str | Decimal | date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One happening, by the codes of the cast."""

    ref: str
    kind: str
    day: date
    hour: int | None = None
    minute: int = 0
    person: str | None = None
    account: str = ""
    opportunity: str = ""
    product: str = ""
    amount: Decimal | None = None
    quantity: int | None = None
    attributes: Said = field(default_factory=dict)


def life(company: Company, *, seed: int, start: date, end: date) -> Iterator[Event]:
    """Yield what happens from ``start`` until the day before ``end``, person by person."""
    owned: dict[str, list[CastAccount]] = {}
    for account in company.accounts:
        owned.setdefault(account.owner, []).append(account)
    for person in company.people:
        dice = Random(f"{seed}/{person.code}")
        if person.role == "rep":
            yield from _RepLife(dice, person, owned[person.code], company.products, end).days(start)
        elif person.role == "clerk":
            yield from _store_days(dice, person, company.products, start, end)


def is_working(day: date) -> bool:
    """Return whether a day is worked in China."""
    return working_days(day, day + timedelta(days=1), calendar=DayCount.CHINA) == 1


@dataclass(slots=True)
class _RepLife:
    dice: Random
    person: CastPerson
    accounts: list[CastAccount]
    products: tuple[CastProduct, ...]
    end: date
    count: int = 0

    def days(self, start: date) -> Iterator[Event]:
        day = start
        while day < self.end:
            if is_working(day):
                for event in self._day(day):
                    if event.day < self.end:
                        yield event
            day += timedelta(days=1)

    def _day(self, day: date) -> Iterator[Event]:
        dice = self.dice
        strength = self.person.skill * SEASON[day.month - 1] // 100
        strength = strength * REGION_STRENGTH.get(self.person.region, 100) // 100
        if dice.randrange(100) < 35:
            yield self._contact("call.logged", day, "电话")
        if dice.randrange(100) < 34 + strength // 8:
            yield self._contact("visit.logged", day, "上门")
        if dice.randrange(1000) < 6 * strength:
            yield from self._contract(day)
        if dice.randrange(1000) < strength // 3:
            yield from self._opportunity(day)
        if dice.randrange(100) < 7:
            yield from self._lead(day)

    def _ref(self, letter: str) -> str:
        self.count += 1
        return f"{letter}-{self.person.code}-{self.count:05}"

    def _contact(self, kind: str, day: date, channel: str) -> Event:
        minutes = Decimal(self.dice.choice((5, 8, 12, 20, 35, 50)))
        effective = self.dice.randrange(100) < 25 + self.person.skill // 4
        return Event(
            ref=self._ref("V" if kind == "visit.logged" else "T"),
            kind=kind,
            day=day,
            hour=self.dice.randrange(9, 18),
            minute=self.dice.randrange(60),
            person=self.person.code,
            account=self.dice.choice(self.accounts).code,
            attributes={
                "outcome": "有效" if effective else "无效",
                "minutes": minutes,
                "channel": channel,
            },
        )

    def _contract(self, day: date) -> Iterator[Event]:
        """Consumables, reagents and service: small, frequent, paid in one sum."""
        dice = self.dice
        product = dice.choice([each for each in self.products if each.price < 50_000])
        size = TYPICAL_CONTRACT * dice.choice((70, 85, 100, 115, 140)) // 100
        units = max(1, size // product.price)
        # Consumables go to who has the device already: they are never a first contract.
        kinds = ("增购", "增购", "续约") if product.line == CONSUMABLES else MIXED
        category = dice.choice(kinds)
        yield from self._signed(day, product, units, category)

    def _signed(
        self, day: date, product: CastProduct, units: int, category: str
    ) -> Iterator[Event]:
        dice = self.dice
        account = dice.choice(self.accounts)
        listed = Decimal(product.price * units)
        amount = (listed * (100 - dice.choice((0, 2, 4, 5, 8, 12))) / 100).quantize(Decimal("0.01"))
        ref = self._ref("C")
        approved = day - timedelta(days=dice.choice((0, 1, 2)))
        submitted = approved - timedelta(days=dice.choice((1, 2, 3, 5)))
        shared = Event(
            ref=ref,
            kind="",
            day=day,
            person=self.person.code,
            account=account.code,
            product=product.code,
        )
        due = approved + timedelta(days=3)
        if dice.randrange(100) < 30:  # The larger ones need somebody's word.
            yield replace(
                shared,
                ref=f"{ref}-S",
                kind="contract.submitted",
                day=submitted,
                attributes={"category": category, "due_on": due, "contract": ref},
            )
            yield replace(
                shared,
                ref=f"{ref}-A",
                kind="contract.approved",
                day=approved,
                attributes={"category": category, "opened_on": submitted, "contract": ref},
            )
        yield replace(
            shared,
            ref=ref,
            kind="contract.signed",
            day=day,
            amount=amount,
            quantity=units,
            attributes={"category": category, "list_amount": listed, "contract": ref},
        )
        if category == "续约":
            filed = day + timedelta(days=dice.choice(FILED_AFTER))
            yield replace(
                shared,
                ref=f"{ref}-F",
                kind="contract.filed",
                day=filed,
                attributes={"category": category, "contract": ref},
            )
        yield from self._paid(ref, day, amount, category, account)

    def _paid(
        self, ref: str, day: date, amount: Decimal, category: str, account: CastAccount
    ) -> Iterator[Event]:
        first = amount if amount < 60_000 else (amount * 6 / 10).quantize(Decimal("0.01"))
        wait = self.dice.choice((7, 12, 18, 25, 30, 45))
        due = day + timedelta(days=30)
        for number, part in enumerate((first, amount - first), start=1):
            if part:
                yield Event(
                    ref=f"{ref}-P{number}",
                    kind="payment.received",
                    day=day + timedelta(days=wait * number),
                    person=self.person.code,
                    account=account.code,
                    amount=part,
                    attributes={"category": category, "due_on": due, "contract": ref},
                )

    def _opportunity(self, day: date) -> Iterator[Event]:
        """A large deal: opened, moved from stage to stage, won or lost."""
        dice = self.dice
        ref = self._ref("O")
        product = dice.choice([each for each in self.products if each.price >= 50_000])
        account = dice.choice(self.accounts)
        deal = Event(
            ref=ref,
            kind="",
            day=day,
            person=self.person.code,
            account=account.code,
            opportunity=ref,
            product=product.code,
        )
        listed = Decimal(product.price)
        opened: Said = {"stage": STAGES[0], "list_amount": listed}
        yield replace(
            deal, ref=f"{ref}-0", kind="opportunity.opened", amount=listed, attributes=opened
        )
        at = day
        for number, stage in enumerate(STAGES[1:], start=1):
            at += timedelta(days=dice.choice((3, 5, 8, 12, 18)))
            if dice.randrange(100) < 24:
                yield self._lost(deal, listed, at)
                return
            entered = f"{ref}-{number}"
            yield replace(
                deal,
                ref=entered,
                kind="opportunity.stage_entered",
                day=at,
                attributes={"stage": stage},
            )
        yield from self._won(deal, listed, at, account)

    def _lost(self, deal: Event, listed: Decimal, at: date) -> Event:
        why: Said = {
            "opened_on": deal.day,
            "list_amount": listed,
            "outcome": self.dice.choice(LOST_TO),
        }
        return replace(deal, ref=f"{deal.ref}-X", kind="opportunity.lost", day=at, attributes=why)

    def _won(self, deal: Event, listed: Decimal, at: date, account: CastAccount) -> Iterator[Event]:
        off = self.dice.choice((0, 3, 5, 8, 10))
        amount = (listed * (100 - off) / 100).quantize(Decimal("0.01"))
        yield replace(
            deal,
            ref=f"{deal.ref}-W",
            kind="opportunity.won",
            day=at,
            amount=amount,
            attributes={"opened_on": deal.day, "list_amount": listed},
        )
        yield replace(
            deal,
            ref=f"{deal.ref}-C",
            kind="contract.signed",
            day=at,
            amount=amount,
            quantity=1,
            attributes={"category": "新签", "list_amount": listed, "contract": f"{deal.ref}-C"},
        )
        yield from self._paid(f"{deal.ref}-C", at, amount, "新签", account)

    def _lead(self, day: date) -> Iterator[Event]:
        ref = self._ref("L")
        channel = self.dice.choice(("展会", "官网", "转介绍", "400 电话"))
        account = self.dice.choice(self.accounts).code
        yield Event(
            ref=ref,
            kind="lead.created",
            day=day,
            hour=9,
            account=account,
            attributes={"channel": channel},
        )
        yield Event(
            ref=f"{ref}-C",
            kind="lead.claimed",
            day=day,
            hour=10,
            person=self.person.code,
            account=account,
            attributes={"channel": channel},
        )


def _store_days(
    dice: Random, person: CastPerson, products: tuple[CastProduct, ...], start: date, end: date
) -> Iterator[Event]:
    """A clerk sells one to three baskets a day, seven days a week, with some returns."""
    small = [each for each in products if each.price < 3_000]
    day, count = start, 0
    while day < end:
        for _ in range(dice.choice((0, 1, 1, 2))):
            count += 1
            product, units = dice.choice(small), dice.choice((1, 1, 2, 3))
            amount = Decimal(product.price * units) * (100 - dice.choice((0, 0, 5, 10))) / 100
            ref = f"S-{person.code}-{count:05}"
            basket = Event(
                ref=ref,
                kind="order.placed",
                day=day,
                person=person.code,
                product=product.code,
                amount=amount.quantize(Decimal("0.01")),
                quantity=units,
            )
            listed = Decimal(product.price * units)
            yield replace(
                basket,
                ref=ref,
                kind="order.placed",
                day=day,
                hour=dice.randrange(9, 21),
                attributes={"channel": "门店", "list_amount": listed},
            )
            back = day + timedelta(days=dice.choice((1, 2, 5)))
            if dice.randrange(100) < 3 and back < end:
                yield replace(
                    basket,
                    ref=f"{ref}-R",
                    kind="order.returned",
                    day=back,
                    attributes={"channel": "门店", "outcome": "七天无理由"},
                )
        day += timedelta(days=1)
