"""The facts for an assessment of potential: trend, peers, tenure and load, and no verdict.

Peers are those who sat in the same unit in the same role on the day. Figures are of
whole weeks before it; each names the page on which it opens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from bihuan.goals.domain.reason.score import median
from bihuan.goals.queries.coverage import periods_with_data
from bihuan.inbox.domain.evidence import Line
from bihuan.inbox.domain.sentence import Named, Sentence
from bihuan.inbox.models import Task
from bihuan.kernel.errors import gettext_noop
from bihuan.kernel.period import Grain, Period
from bihuan.metrics.domain.definition import Unit
from bihuan.metrics.queries import MetricDefinition, Where, evaluate, metric_named
from bihuan.org.models import Assignment, Person, Tenant
from bihuan.rules.domain.verdict import whole_periods

WEEKS = 8
LOAD = ("open_opportunities", "open_pipeline_amount", "visits")
WEEK = gettext_noop("%(metric)s, %(period)s")
OWN = gettext_noop("%(metric)s: own median of the last %(weeks)s weeks")
PEERS = gettext_noop("%(metric)s: median of %(count)s peers in the same unit")
NO_PEERS = gettext_noop("Nobody else sits in the same unit in the same role")
PEERS_NAME = gettext_noop("Peers")
SINCE = gettext_noop("In the company since")
DAYS = gettext_noop("In the company, days")
HERE = gettext_noop("In this unit since")
BURDEN = gettext_noop("Load: %(metric)s, the last %(weeks)s weeks")
TASKS = gettext_noop("Load: tasks to do")


@dataclass(frozen=True, slots=True)
class _Asked:
    tenant: Tenant
    person: Person
    on: date


def assessment_lines(*, person: Person, metric: str, on: date) -> list[Line]:
    """Return the facts about a person, as they stand on a morning."""
    asked = _Asked(person.tenant, person, on)
    lines = [*_tenure(asked), *_load(asked)]
    return [*_trend(asked, metric), *lines] if metric else lines


def _trend(asked: _Asked, key: str) -> Iterator[Line]:
    metric = metric_named(asked.tenant, key)
    weeks = whole_periods(asked.on, Grain.WEEK, WEEKS)[::-1]
    peers = _peers(asked)
    figures = _figures(asked, key, weeks, [asked.person.pk, *peers])
    named = Named(metric.name_zh, metric.name_en)
    unit, currency = _measure(metric, asked.tenant)
    own = figures[asked.person.pk]
    for week, value in zip(weeks, own, strict=True):
        link = {"metric": key, "period": week.key, "person": asked.person.pk}
        yield Line(
            name=Sentence(WEEK, {"metric": named, "period": week.key}),
            value=value,
            unit=unit,
            currency=currency,
            link=f"{reverse('goals:cell')}?{urlencode(link)}",
        )
    known = [value for value in own if value is not None]
    yield Line(
        name=Sentence(OWN, {"metric": named, "weeks": WEEKS}),
        value=median(known) if known else None,
        unit=unit,
        currency=currency,
    )
    theirs = [value for peer in peers for value in figures[peer] if value is not None]
    if not theirs:
        yield Line(name=Sentence(PEERS_NAME), value=Sentence(NO_PEERS))
        return
    yield Line(
        name=Sentence(PEERS, {"metric": named, "count": len(peers)}),
        value=median(theirs),
        unit=unit,
        currency=currency,
    )


def _peers(asked: _Asked) -> list[int]:
    mine = Assignment.objects.filter(person=asked.person).at_home().on(asked.on).first()
    if mine is None:
        return []
    seats = Assignment.objects.filter(unit=mine.unit_id, role=mine.role).at_home().on(asked.on)
    others = seats.exclude(person=asked.person).order_by("person_id")
    return list(others.values_list("person_id", flat=True))


def _figures(
    asked: _Asked, metric: str, weeks: Sequence[Period], people: Sequence[int]
) -> dict[int, list[Decimal | None]]:
    """Return the figures of people by week; nothing is a zero only where others did something."""
    rows = evaluate(
        tenant=asked.tenant,
        metric=metric,
        spans=weeks,
        scope=None,
        by=("person",),
        where=Where(person_ids=tuple(people)),
        with_total=False,
    )
    definition = metric_named(asked.tenant, metric)
    known = set() if definition.is_ratio else periods_with_data(asked.tenant, definition, weeks, {})
    blank = [Decimal(0) if week.key in known else None for week in weeks]
    found: dict[int, list[Decimal | None]] = {each: list(blank) for each in people}
    places = {week.key: place for place, week in enumerate(weeks)}
    for row in rows:
        person = row.keys["person"]
        if isinstance(person, int) and row.period is not None and row.facts:
            found[person][places[row.period.key]] = row.value
    return found


def _measure(metric: MetricDefinition, tenant: Tenant) -> tuple[str, str]:
    if metric.unit is Unit.MONEY:
        return "money", tenant.currency
    return ("ratio" if metric.unit is Unit.RATIO else "number"), ""


def _tenure(asked: _Asked) -> Iterator[Line]:
    seats = Assignment.objects.filter(person=asked.person).order_by("valid_from")
    first = seats.first()
    here = seats.at_home().on(asked.on).first()
    if first is not None:
        yield Line(name=Sentence(SINCE), value=first.valid_from)
        days = Decimal((asked.on - first.valid_from).days)
        yield Line(name=Sentence(DAYS), value=days, unit="number")
    if here is not None:
        yield Line(name=Sentence(HERE), value=here.valid_from)


def _load(asked: _Asked) -> Iterator[Line]:
    span = Period("load", asked.on - timedelta(weeks=4), asked.on)
    for key in LOAD:
        metric = metric_named(asked.tenant, key)
        [value] = _figures(asked, key, [span], [asked.person.pk])[asked.person.pk]
        unit, currency = _measure(metric, asked.tenant)
        named = Named(metric.name_zh, metric.name_en)
        yield Line(
            name=Sentence(BURDEN, {"metric": named, "weeks": 4}),
            value=value,
            unit=unit,
            currency=currency,
        )
    waiting = Task.objects.filter(owner=asked.person).open().count()
    yield Line(name=Sentence(TASKS), value=Decimal(waiting), unit="number")
