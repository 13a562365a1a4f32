"""Opinion: what the region managers of the demo company said of low months.

Of each of the months past, each region's three reps furthest behind their targets are
spoken of: whoever visited much less than the others is said to have visited too little,
who lost deals for one reason to have lost them for it, the rest to have too little in
the pipeline. Now and then a manager knows better and names another reason.

>>> from bihuan.demo.domain.cast import cast
>>> from bihuan.demo.domain.life import life
>>> from bihuan.demo.domain.plan import quotas
>>> company, days = cast(seed=7), (date(2026, 9, 1), date(2026, 11, 5))
>>> said = opinions(company, list(life(company, seed=7, start=days[0], end=days[1])),
...     list(quotas(company, start=days[0], end=date(2027, 1, 1))), today=days[1], seed=7)
>>> len(said), sorted({each.month for each in said})
(12, ['2026-10'])
>>> {each.word for each in said} <= {"confirmed", "corrected"}
True
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from statistics import median_low

from bihuan.demo.domain.cast import CastPerson, Company
from bihuan.demo.domain.life import Event
from bihuan.demo.domain.plan import PlannedQuota

MONTHS = 6
SPOKEN_OF = 3
LITTLE = Decimal("0.75")
LOST = {
    "价格偏高": "price",
    "竞品中标": "competitor",
    "决策人变动": "key_person_left",
    "预算取消": "budget_cut",
}
RIGHT = {
    "visits_low": 82,
    "price": 80,
    "competitor": 75,
    "key_person_left": 78,
    "budget_cut": 62,
    "pipeline_thin": 46,
}
"""In how many of a hundred low months the reason was the right one."""
INSTEAD = ("visits_low", "competitor", "target_jump", "line_fallen", "newcomer")
NOTES = ("已与本人沟通", "复盘会确认", "客户处核实", "")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one manager said of one rep's month, by the codes of the cast."""

    by: str
    person: str
    month: str
    day: date
    word: str
    tag: str
    instead: str
    note: str


def opinions(
    company: Company,
    events: Iterable[Event],
    planned: Iterable[PlannedQuota],
    *,
    today: date,
    seed: int,
) -> list[Opinion]:
    """Return what was said of the months that are over, in their order."""
    dice = Random(f"{seed}/opinion")
    looks = _Looks.at(events, planned, first=_months_before(today.replace(day=1), MONTHS))
    found: list[Opinion] = []
    for month in sorted(key for key in looks.months if key < f"{today:%Y-%m}"):
        for head, reps in _regions(company):
            for rep in looks.furthest_behind(month, reps):
                tag = looks.tag(month, rep, reps)
                before = sum(each.tag == tag for each in found)
                is_right = _is_right(tag, before)
                found.append(_opinion(dice, head, rep, (month, tag), is_right=is_right))
    return found


def _is_right(tag: str, before: int) -> bool:
    """Tell whether a reason is right this time: as often as it is to be, evenly spread."""
    return (before + 1) * RIGHT[tag] // 100 > before * RIGHT[tag] // 100


def _opinion(
    dice: Random, head: str, rep: str, about: tuple[str, str], *, is_right: bool
) -> Opinion:
    month, tag = about
    others = [each for each in INSTEAD if each != tag]
    first = date.fromisoformat(f"{month}-01")
    next_month = (first + timedelta(days=31)).replace(day=1)
    return Opinion(
        by=head,
        person=rep,
        month=month,
        day=next_month + timedelta(days=dice.choice((2, 3))),
        word="confirmed" if is_right else "corrected",
        tag=tag,
        instead="" if is_right else dice.choice(others),
        note=dice.choice(NOTES),
    )


def _regions(company: Company) -> list[tuple[str, list[str]]]:
    """Return who leads each region that has reps, with the reps."""
    reps: dict[str, list[str]] = defaultdict(list)
    for person in company.people:
        if person.role == "rep":
            reps[person.region].append(person.code)
    units = {unit.code: unit.name for unit in company.units if unit.kind == "region"}
    heads = {
        units[person.unit]: person.code
        for person in company.people
        if _leads(person) and person.unit in units
    }
    return [(heads[name], codes) for name, codes in reps.items() if name in heads]


def _leads(person: CastPerson) -> bool:
    return person.role == "manager"


@dataclass(frozen=True, slots=True)
class _Looks:
    """What managers have before them: by month and rep, and no more."""

    signed: Mapping[tuple[str, str], Decimal]
    asked: Mapping[tuple[str, str], Decimal]
    visits: Mapping[tuple[str, str], int]
    lost: Mapping[tuple[str, str], Counter[str]]
    months: frozenset[str]

    @classmethod
    def at(cls, events: Iterable[Event], planned: Iterable[PlannedQuota], *, first: date) -> _Looks:
        signed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        visits: Counter[tuple[str, str]] = Counter()
        lost: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for event in events:
            if event.day < first or event.person is None:
                continue
            key = (f"{event.day:%Y-%m}", event.person)
            if event.kind == "contract.signed":
                signed[key] += event.amount or 0
            elif event.kind == "visit.logged":
                visits[key] += 1
            elif event.kind == "opportunity.lost":
                lost[key][str(event.attributes.get("outcome", ""))] += 1
        months = frozenset(month for month, _ in visits)
        return cls(signed, _asked(planned, months), visits, lost, months)

    def furthest_behind(self, month: str, reps: Sequence[str]) -> list[str]:
        """Return the reps of a region who reached the smallest share of what was asked."""
        asked = [rep for rep in reps if self.asked.get((month, rep))]
        asked.sort(
            key=lambda rep: (
                self.signed.get((month, rep), Decimal(0)) / self.asked[month, rep],
                rep,
            )
        )
        return asked[:SPOKEN_OF]

    def tag(self, month: str, rep: str, reps: Sequence[str]) -> str:
        usual = median_low([self.visits.get((month, each), 0) for each in reps])
        if self.visits.get((month, rep), 0) < LITTLE * usual:
            return "visits_low"
        [(outcome, _)] = self.lost.get((month, rep), Counter()).most_common(1) or [("", 0)]
        return LOST.get(outcome, "pipeline_thin")


def _asked(
    planned: Iterable[PlannedQuota], months: Iterable[str]
) -> dict[tuple[str, str], Decimal]:
    """Return what was asked for to be signed in a month: a third of the quarter's."""
    found = {}
    for each in planned:
        if each.metric == "signed_amount" and each.person is not None:
            for month in months:
                if f"{each.start:%Y-%m}" <= month < f"{each.end:%Y-%m}":
                    found[month, each.person] = each.amount / 3
    return found


def _months_before(first: date, months: int) -> date:
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first
