"""Looking at everybody on a morning: alerts open, recover and go, each once.

A morning that was looked at already brings nothing new about, and one that lies before
it is not looked at any more; so it may be run again at any time. Responses are made
afterwards, each in a transaction of its own, because some of them wait for others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant
from bihuan.rules.actions.happening import Happening, note, told_of
from bihuan.rules.actions.suppressing import settle_priorities
from bihuan.rules.domain.alert import Deed, State, after
from bihuan.rules.domain.definition import plain
from bihuan.rules.domain.replay import Standing, Step, looks
from bihuan.rules.engine import Board, Judged, Key, Place, Seating, board_of, evidence, judge
from bihuan.rules.models import Alert
from bihuan.rules.queries.catalogue import InForce, rules_on

NEVER = Standing(ended_on=date.max - timedelta(days=400))
"""As if it had just ended, for all time."""

Wording = tuple[str, int]
"""A rule's key and the number of one of its versions."""


@dataclass
class Evaluated:
    """What a morning brought about."""

    on: date
    opened: list[Alert] = field(default_factory=list)
    recovered: list[Alert] = field(default_factory=list)
    gone: list[Alert] = field(default_factory=list)
    looked_at: int = 0
    """How many subjects of rules were judged."""


@dataclass(frozen=True, slots=True)
class _Look:
    """One wording of a rule that looks on a morning, and at whom."""

    rule: InForce
    covered: Mapping[Key, int]
    standings: Mapping[Place, Standing]
    alerts: Mapping[Place, Alert]


@transaction.atomic
def evaluate_rules(*, tenant: Tenant, on: date, by: Person | None = None) -> Evaluated:
    """Judge every rule that looks on a morning, by the wording in force that day."""
    # The company's row lets two who look at once come one after the other.
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    robot = by or robot_of(tenant)
    seating = Seating(tenant)
    every = _looks(tenant, on, seating)
    result = Evaluated(on)
    if not every:
        return result
    board = board_of(tenant, {on: [each.rule.definition for each in every]}, seating=seating)
    for look in every:
        result.looked_at += len(look.covered)
        judged = judge(board, look.rule.definition, on, look.covered, look.standings)
        _bring_about(result, board, look, judged, robot)
    settle_priorities(tenant, _subjects(result), on=on, by=robot)
    journal.record(
        robot,
        "rules.evaluated",
        tenant,
        on=on.isoformat(),
        opened=len(result.opened),
        recovered=len(result.recovered),
    )
    told_of(tenant, [*result.opened, *result.recovered, *result.gone], by=robot)
    return result


def _looks(tenant: Tenant, on: date, seating: Seating) -> list[_Look]:
    """Return the wordings that look: those in force, and those that open alerts end by."""
    latest = _latest(tenant)
    found = []
    in_force = {(each.key, each.number): each for each in rules_on(tenant, on)}
    wordings = {**_left_behind(latest.values(), in_force), **in_force}
    for (key, number), rule in wordings.items():
        if not looks(on, rule.definition.every):
            continue
        is_current = (key, number) in in_force and rule.definition.is_on
        mine = {place: alert for (of, place), alert in latest.items() if of == key}
        live = {place: each for place, each in mine.items() if each.is_live}
        ours = {place: each for place, each in live.items() if each.number == number}
        skipped = {place for place, each in mine.items() if each.looked_on >= on}
        skipped |= live.keys() - ours.keys()
        standings = {
            place: standing_of(each)
            for place, each in mine.items()
            if place in ours or (is_current and not each.is_live)
        }
        covered = seating.covered(rule.definition.subject, rule.definition.cover, on)
        if not is_current:
            judged_here = {key for key, _ in ours}
            covered = {key: unit for key, unit in covered.items() if key in judged_here}
        # Whatever stands under another wording, or was looked at already, cannot move.
        standings |= dict.fromkeys(skipped, NEVER)
        found.append(_Look(rule, covered, standings, ours))
    return found


def _latest(tenant: Tenant) -> dict[tuple[str, Place], Alert]:
    """Return the newest alert of each rule, subject and metric."""
    newest = (
        Alert.objects.of(tenant.pk)
        .order_by("key", "person_id", "unit_id", "metric", "-opened_on", "-pk")
        .distinct("key", "person_id", "unit_id", "metric")
    )
    found: dict[tuple[str, Place], Alert] = {}
    for alert in newest.select_related("person", "unit"):
        place = (alert.key, (alert.subject, alert.metric))
        there = found.get(place)
        if there is None or (there.opened_on, there.pk) < (alert.opened_on, alert.pk):
            found[place] = alert
    return found


def _left_behind(
    alerts: Iterable[Alert], in_force: Mapping[Wording, InForce]
) -> dict[Wording, InForce]:
    """Return the wordings of live alerts that are in force no more."""
    return {
        (each.key, each.number): InForce(each.key, each.number, each.rule)
        for each in alerts
        if each.is_live and (each.key, each.number) not in in_force
    }


def standing_of(alert: Alert) -> Standing:
    """Return where the rule stands with an alert's subject."""
    if alert.is_live:
        return Standing(opened_on=alert.opened_on, well=alert.well_count)
    return Standing(ended_on=alert.ended_on)


def _bring_about(
    result: Evaluated, board: Board, look: _Look, judged: Iterable[Judged], by: Person
) -> None:
    trees = dict(look.rule.definition.judged)
    for each in judged:
        place = (each.key, each.metric)
        if each.step is Step.OPENED:
            known = board.of(each.key, look.rule.definition.cover.product_lines)
            seen = evidence(board, trees[each.metric], known, result.on)
            result.opened.append(_opened(look.rule, each, seen, result.on, by))
        elif place in look.alerts:
            _moved(result, look.alerts[place], each, by)
    still = [each for each in look.alerts.values() if each.is_live and each.looked_on < result.on]
    Alert.objects.filter(pk__in=[each.pk for each in still]).update(looked_on=result.on)


def _opened(rule: InForce, judged: Judged, seen: dict[str, object], on: date, by: Person) -> Alert:
    kind, pk = judged.key
    alert = Alert.objects.create(
        tenant=by.tenant,
        key=rule.key,
        number=rule.number,
        definition=plain(rule.definition),
        person_id=pk if kind == "person" else None,
        unit_id=judged.unit_id,
        metric=judged.metric,
        opened_on=on,
        opened_at=clock.now(),
        evidence=seen,
        looked_on=on,
    )
    note(alert, Happening.OPENED, on=on, by=by)
    return alert


def _moved(result: Evaluated, alert: Alert, judged: Judged, by: Person) -> None:
    """Keep what a look did to an open alert: better, worse again, over, or gone."""
    alert.well_count = judged.standing.well
    alert.looked_on = result.on
    if judged.step is Step.RECOVERED:
        end(alert, Deed.RECOVER, on=result.on)
        note(alert, Happening.RECOVERED, on=result.on, by=by)
        result.recovered.append(alert)
    elif judged.step is Step.GONE:
        end(alert, Deed.CLOSE, on=result.on, by=by)
        note(alert, Happening.GONE, on=result.on, by=by)
        result.gone.append(alert)
    alert.save()


def end(alert: Alert, deed: Deed, *, on: date, by: Person | None = None) -> None:
    """Let an alert be over, from a day on."""
    alert.state = after(State(alert.state), deed).value
    alert.ended_on, alert.ended_at, alert.ended_by = on, clock.now(), by


def _subjects(result: Evaluated) -> Sequence[tuple[str, int]]:
    found: dict[tuple[str, int], None] = defaultdict()
    for alert in (*result.opened, *result.recovered, *result.gone):
        found[alert.subject] = None
    return list(found)
