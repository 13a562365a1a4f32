"""What rules mean, reckoned the slow and plain way from raw facts.

Written from the description of rules and from nothing of the engine: it knows facts,
targets, seats and rules as plain data, counts days one by one, and sums in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from bihuan.rules.tests.reference_fields import Said, field_holds

A_DAY = timedelta(days=1)
Rule = Mapping[str, Any]
Truth = bool | None
NO_TARGET, NOT_DUE, UNKNOWN = "no target", "not due", "unknown"
Figure = Fraction | str


def says_nothing(subject: int, name: str, on: date) -> Said:
    return None


@dataclass(frozen=True)
class RawFact:
    person: int
    kind: str
    day: date
    order: int
    amount: Decimal = Decimal(0)
    channel: str = ""
    deal: int = 0
    stage: str = ""
    line: str = ""
    account: int = 0


@dataclass(frozen=True)
class RawTarget:
    person: int
    metric: str
    start: date
    end: date
    amount: Decimal


@dataclass(frozen=True)
class RawSeat:
    person: int
    unit: str
    role: str
    start: date
    end: date | None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class World:
    facts: Sequence[RawFact]
    targets: Sequence[RawTarget]
    seats: Sequence[RawSeat]
    left: Mapping[int, date]
    above: Mapping[str, Sequence[str]]
    """The units above each unit, and itself."""
    counts: Callable[[date], bool]
    """Whether a day counts when a target is paced."""
    says: Callable[[int, str, date], Said] = says_nothing
    """What a subject says of itself in a field on a morning."""
    covers: Callable[[Rule, int, date], bool] | None = None
    """Whether a rule looks at a subject, where that is not told by its own seat."""
    by_person: dict[int, list[RawFact]] = field(default_factory=dict)

    def of(self, person: int) -> list[RawFact]:
        if not self.by_person:
            for fact in self.facts:
                self.by_person.setdefault(fact.person, []).append(fact)
        return self.by_person.get(person, [])


def days(start: date, end: date) -> Iterator[date]:
    while start < end:
        yield start
        start += A_DAY


def begins(day: date, grain: str) -> bool:
    """Tell whether a period of a length begins on a day."""
    if grain == "day":
        return True
    if grain == "month":
        return day.day == 1
    if grain == "week":
        return day.isoweekday() == 1
    return day.isoweekday() == 1 and day.isocalendar().week % 2 == 1


def spans_before(on: date, grain: str, count: int) -> list[tuple[date, date]]:
    """Return the last whole periods before a morning, the newest first."""
    end = on
    while not begins(end, grain):
        end -= A_DAY
    found: list[tuple[date, date]] = []
    while len(found) < count:
        start = end - A_DAY
        while not begins(start, grain):
            start -= A_DAY
        found.append((start, end))
        end = start
    return found


def amount_of(fact: RawFact, metric: str) -> Decimal | None:
    """Return what a fact adds to a metric that adds up; nothing where it does not go in."""
    of = {
        "signed_amount": ("contract.signed", fact.amount),
        "received_amount": ("payment.received", fact.amount),
        "visits": ("visit.logged", Decimal(1)),
        "calls": ("call.logged", Decimal(1)),
    }
    kind, amount = of[metric]
    return amount if fact.kind == kind else None


def figure(
    world: World,
    metric: str,
    person: int,
    span: tuple[date, date],
    lines: Sequence[str] = (),
    channel: str | None = None,
) -> Decimal | None:
    """Return a figure: a zero only where somebody in the company has something of it."""
    if metric == "payment_to_signed":
        paid = figure(world, "received_amount", person, span, lines)
        signed = figure(world, "signed_amount", person, span, lines)
        if not signed:
            return None
        return ((paid or Decimal(0)) / signed).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    found = []
    is_anybody = False
    for fact in world.facts:
        if not span[0] <= fact.day < span[1] or (lines and fact.line not in lines):
            continue
        amount = amount_of(fact, metric)
        if amount is None:
            continue
        is_anybody = True
        if fact.person == person and channel in (None, fact.channel):
            found.append(amount)
    return sum(found, Decimal(0)) if is_anybody else None


def due_of(world: World, metric: str, person: int, span: tuple[date, date]) -> Decimal | None:
    """Return what was due in a span of the targets of a metric."""
    unit = Decimal("0.01") if metric.endswith("amount") else Decimal("0.0001")
    parts = []
    for target in world.targets:
        first, last = max(span[0], target.start), min(span[1], target.end)
        if (target.person, target.metric) == (person, metric) and first < last:
            before, by_then = (_due_by(world, target, day, unit) for day in (first, last))
            parts.append(by_then - before)
    return sum(parts, Decimal(0)) if parts else None


def _due_by(world: World, target: RawTarget, day: date, unit: Decimal) -> Decimal:
    whole = [each for each in days(target.start, target.end) if world.counts(each)]
    whole = whole or list(days(target.start, target.end))
    gone = [each for each in whole if each < day]
    if len(gone) == len(whole):
        return target.amount
    return (target.amount * len(gone) / len(whole)).quantize(unit, ROUND_HALF_UP)


def is_there(world: World, person: int, day: date) -> bool:
    return any(seat.person == person and seat.holds(day) for seat in world.seats)


def read(
    world: World, rule: Rule, leaf: Mapping[str, Any], person: int, span: tuple[date, date]
) -> Figure:
    """Return the figure that a leaf compares, or why there is none."""
    start = span[0]
    for _ in range(int(leaf.get("over", 1)) - 1):
        start = spans_before(start, leaf.get("grain", "week"), 1)[0][0]
    span = (start, span[1])
    if not all(is_there(world, person, day) for day in days(*span)):
        return UNKNOWN
    lines = rule.get("cover", {}).get("product_lines", ())
    done = figure(world, leaf["metric"], person, span, lines)
    measure = leaf.get("measure", "value")
    if measure == "attainment":
        due = due_of(world, leaf["metric"], person, span)
        if due is None:
            return NO_TARGET
        if due == 0:
            return NOT_DUE
        return UNKNOWN if done is None else Fraction(done) / Fraction(due)
    if measure == "share":
        channel = leaf["part"]["value"]
        part = figure(world, leaf["metric"], person, span, lines, channel)
        return Fraction(part or 0) / Fraction(done) if done else UNKNOWN
    return UNKNOWN if done is None else Fraction(done)


def leaf_holds(
    world: World, rule: Rule, leaf: Mapping[str, Any], person: int, on: date, *, stays: bool
) -> Truth:
    kind = leaf["kind"]
    if kind == "level":
        return _level(world, rule, leaf, person, on, stays=stays)
    if kind == "drop":
        return _drop(world, rule, leaf, person, on, stays=stays)
    if kind == "field":
        return field_holds(leaf, world.says(person, leaf["field"], on), on)
    mine = [fact for fact in world.of(person) if fact.day < on]
    if kind == "dwell":
        return _dwell(world, leaf, person, on)
    last = max((f.day for f in mine if f.kind in leaf["facts"]), default=None)
    if last is not None and (on - last).days > 400:
        last = None
    if kind == "since":
        return None if last is None else (on - last).days >= leaf["days"]
    first = on - timedelta(days=leaf["days"])
    if last is not None and last >= first:
        return False
    was_there = all(is_there(world, person, day) for day in days(first, on + A_DAY))
    return True if was_there else None


def _level(
    world: World, rule: Rule, leaf: Mapping[str, Any], person: int, on: date, *, stays: bool
) -> Truth:
    wanted = 1 if stays else leaf.get("periods", 1)
    limit = Fraction(Decimal((stays and leaf.get("back")) or leaf["limit"]))
    found: list[Truth] = []
    for span in spans_before(on, leaf.get("grain", "week"), wanted + 4):
        value = read(world, rule, leaf, person, span)
        if value == NOT_DUE:
            continue
        if isinstance(value, Fraction):
            found.append(value < limit if leaf.get("side", "below") == "below" else value > limit)
        else:
            found.append(None)
        if len(found) == wanted:
            break
    if False in found:
        return False
    return True if len(found) == wanted and None not in found else None


def _drop(
    world: World, rule: Rule, leaf: Mapping[str, Any], person: int, on: date, *, stays: bool
) -> Truth:
    now, *past = spans_before(on, leaf.get("grain", "week"), leaf.get("before", 8) + 1)
    value = read(world, rule, leaf, person, now)
    known = sorted(
        each
        for each in (read(world, rule, leaf, person, span) for span in past)
        if isinstance(each, Fraction)
    )
    if not isinstance(value, Fraction) or len(known) < 3:
        return None
    half = len(known) // 2
    usual = known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2
    if usual <= 0:
        return None
    down = 1 - value / usual
    if stays and "back" in leaf:
        return down > Fraction(Decimal(leaf["back"]))
    return down >= Fraction(Decimal(leaf["share"]))


def _dwell(world: World, leaf: Mapping[str, Any], person: int, on: date) -> Truth:
    """A deal waits with whoever moved it last, since that day, unless it has ended."""
    latest: dict[int, RawFact] = {}
    for fact in sorted(world.facts, key=lambda each: (each.day, each.order)):
        is_recent = fact.day >= on - timedelta(days=400)
        if fact.deal and fact.day < on and is_recent and fact.kind.startswith("opportunity."):
            latest[fact.deal] = fact
    waits = [
        (on - fact.day).days >= leaf["days"]
        for fact in latest.values()
        if fact.person == person
        and fact.kind in ("opportunity.opened", "opportunity.stage_entered")
        and (not leaf.get("stages") or fact.stage in leaf["stages"])
    ]
    return any(waits)


def condition_holds(
    world: World, rule: Rule, node: Mapping[str, Any], person: int, on: date, *, stays: bool
) -> Truth:
    if "all" in node or "any" in node:
        is_all = "all" in node
        parts = [
            condition_holds(world, rule, each, person, on, stays=stays)
            for each in node["all" if is_all else "any"]
        ]
        if (not is_all) in parts:
            return not is_all
        return None if None in parts else is_all
    if "not" in node:
        inner = condition_holds(world, rule, node["not"], person, on, stays=False)
        return None if inner is None else not inner
    return leaf_holds(world, rule, node, person, on, stays=stays)


def is_covered(world: World, rule: Rule, person: int, on: date) -> bool:
    if world.covers is not None:
        return world.covers(rule, person, on)
    if person in world.left and world.left[person] <= on:
        return False
    cover = rule.get("cover", {})
    for seat in world.seats:
        if seat.person == person and seat.holds(on):
            is_inside = not cover.get("units") or set(cover["units"]) & set(world.above[seat.unit])
            return bool(is_inside) and seat.role in cover.get("roles", ["rep"])
    return False


def with_metric(node: Mapping[str, Any], metric: str) -> Mapping[str, Any]:
    if "all" in node or "any" in node:
        name = "all" if "all" in node else "any"
        return {name: [with_metric(each, metric) for each in node[name]]}
    if "not" in node:
        return {"not": with_metric(node["not"], metric)}
    if node["kind"] in ("level", "drop") and not node.get("metric"):
        return {**node, "metric": metric}
    return node


def alerts(
    world: World, rule: Rule, person: int, start: date, end: date
) -> Iterator[tuple[str, date, date | None]]:
    """Yield metric, opening and recovery of every alert that a rule raises for a person."""
    looks = [day for day in days(start, end) if begins(day, rule.get("every", "week"))]
    for metric in rule.get("metrics") or [""]:
        when = with_metric(rule["when"], metric)
        for opened, recovered in _of_metric(world, rule, when, person, looks):
            yield metric, opened, recovered


def _of_metric(
    world: World, rule: Rule, when: Mapping[str, Any], person: int, looks: Sequence[date]
) -> Iterator[tuple[date, date | None]]:
    at, quiet = 0, timedelta(days=rule.get("cooldown_days", 0))
    may_from = date.min
    while at < len(looks):
        on = looks[at]
        at += 1
        if on < may_from or not is_covered(world, rule, person, on):
            continue
        if condition_holds(world, rule, when, person, on, stays=False) is not True:
            continue
        ended, recovered = _end_of(world, rule, when, person, looks[at:])
        yield on, recovered
        if ended is None:
            return
        may_from = ended + quiet
        at = looks.index(ended) + 1


def _end_of(
    world: World, rule: Rule, when: Mapping[str, Any], person: int, looks: Sequence[date]
) -> tuple[date | None, date | None]:
    """Return the look on which an alert was over, and that again where it had recovered."""
    well = 0
    for on in looks:
        if not is_covered(world, rule, person, on):
            return on, None
        is_well = condition_holds(world, rule, when, person, on, stays=True) is False
        well = well + 1 if is_well else 0
        if well == rule.get("back_looks", 1):
            return on, on
    return None, None
