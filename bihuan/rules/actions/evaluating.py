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
from bihuan.rules.actions.ending import end, over
from bihuan.rules.actions.happening import Happening, note, note_all, told_of
from bihuan.rules.actions.suppressing import settle_priorities
from bihuan.rules.domain.alert import Deed
from bihuan.rules.domain.definition import plain
from bihuan.rules.domain.replay import Standing, Step, looks
from bihuan.rules.domain.subject import Subject
from bihuan.rules.engine import (
    Board,
    Judged,
    Look,
    Place,
    Roster,
    board_of,
    evidence,
    judge,
)
from bihuan.rules.models import Alert
from bihuan.rules.queries.catalogue import InForce, rules_on

NEVER = Standing(ended_on=date.max - timedelta(days=400))
"""As if it had just ended, for all time."""

AT_ONCE = 500
SUBJECT = ("person_id", "account_id", "opportunity_id", "unit_id")


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
class _Due:
    """A wording that looks on a morning, and whether it opens alerts or only ends them."""

    rule: InForce
    is_opening: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """One wording of a rule that looks on a morning, and at whom."""

    rule: InForce
    at: Look
    alerts: Mapping[Place, Alert]


@transaction.atomic
def evaluate_rules(*, tenant: Tenant, on: date, by: Person | None = None) -> Evaluated:
    """Judge every rule that looks on a morning, by the wording in force that day."""
    # The company's row lets two who look at once come one after the other.
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    robot, result = by or robot_of(tenant), Evaluated(on)
    latest = _latest(tenant)
    due = _due(tenant, on, latest.values())
    if not due:
        return result
    asked = {on: [each.rule.definition for each in due]}
    roster = Roster(tenant, asked)
    every = [_look(each, latest, roster, on) for each in due]
    board = board_of(tenant, asked, roster=roster)
    brought = judge(board, on, [look.at for look in every])
    for look, judged in zip(every, brought, strict=True):
        result.looked_at += len(look.at.covered)
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


def _due(tenant: Tenant, on: date, alerts: Iterable[Alert]) -> list[_Due]:
    """Return the wordings that look: those in force, and those that open alerts end by."""
    in_force = {(each.key, each.number): each for each in rules_on(tenant, on)}
    ending = {(each.key, each.number): each.rule for each in alerts if each.is_live}
    found = [
        _Due(rule, is_opening=True)
        for rule in in_force.values()
        if rule.definition.is_on and looks(on, rule.definition.every)
    ]
    opening = {(each.rule.key, each.rule.number) for each in found}
    return found + [
        _Due(InForce(key, number, rule), is_opening=False)
        for (key, number), rule in ending.items()
        if (key, number) not in opening and looks(on, rule.every)
    ]


def _look(due: _Due, latest: Mapping[tuple[str, Place], Alert], roster: Roster, on: date) -> _Look:
    rule, definition = due.rule, due.rule.definition
    mine = {place: alert for (key, place), alert in latest.items() if key == rule.key}
    live = {place: each for place, each in mine.items() if each.is_live}
    ours = {place: each for place, each in live.items() if each.number == rule.number}
    covered = roster.covered(definition, on)
    standings = {place: standing_of(each) for place, each in mine.items() if place not in live}
    if not due.is_opening:
        held = {key for key, _ in ours}
        covered = {key: unit for key, unit in covered.items() if key in held}
        standings = {(key, metric): NEVER for key in held for metric, _ in definition.judged}
    standings |= {place: standing_of(each) for place, each in ours.items()}
    # What stands under another wording, or was looked at already, cannot move.
    looked_at = {place for place, each in mine.items() if each.looked_on >= on}
    standings |= dict.fromkeys(looked_at | (live.keys() - ours.keys()), NEVER)
    return _Look(rule, Look(definition, covered, standings), ours)


def _latest(tenant: Tenant) -> dict[tuple[str, Place], Alert]:
    """Return the newest alert of each rule, subject and metric."""
    newest = (
        Alert.objects.of(tenant.pk)
        .order_by("key", *SUBJECT, "metric", "-opened_on", "-pk")
        .distinct("key", *SUBJECT, "metric")
    )
    found: dict[tuple[str, Place], Alert] = {}
    for alert in newest.select_related("person", "account", "opportunity", "unit"):
        place = (alert.key, (alert.subject, alert.metric))
        there = found.get(place)
        if there is None or (there.opened_on, there.pk) < (alert.opened_on, alert.pk):
            found[place] = alert
    return found


def standing_of(alert: Alert) -> Standing:
    """Return where the rule stands with an alert's subject."""
    if alert.is_live:
        return Standing(opened_on=alert.opened_on, well=alert.well_count)
    return Standing(ended_on=alert.ended_on)


def _bring_about(
    result: Evaluated, board: Board, look: _Look, judged: Iterable[Judged], by: Person
) -> None:
    opening = []
    for each in judged:
        place = (each.key, each.metric)
        if each.step is Step.OPENED:
            opening.append(_opening(board, look.rule, each, result.on))
        elif place in look.alerts:
            _moved(result, look.alerts[place], each, by)
    result.opened += Alert.objects.bulk_create(opening, batch_size=AT_ONCE)
    note_all(opening, Happening.OPENED, on=result.on, by=by)
    still = [each for each in look.alerts.values() if each.is_live and each.looked_on < result.on]
    Alert.objects.filter(pk__in=[each.pk for each in still]).update(looked_on=result.on)


def _opening(board: Board, rule: InForce, judged: Judged, on: date) -> Alert:
    """Return the alert that opens, with what was seen, not written yet."""
    kind, pk = judged.key
    definition = rule.definition
    known = board.of(judged.key, definition.cover.product_lines)
    tree = dict(definition.judged)[judged.metric]
    alert = Alert(
        tenant=board.tenant,
        key=rule.key,
        number=rule.number,
        definition=plain(definition),
        unit_id=judged.unit_id,
        metric=judged.metric,
        opened_on=on,
        opened_at=clock.now(),
        evidence=evidence(board, tree, known, on),
        looked_on=on,
    )
    if definition.subject is not Subject.UNIT:
        setattr(alert, f"{kind}_id", pk)
    if definition.subject.is_held:
        alert.owner_id = board.roster.owner(definition.subject, definition.cover, pk, on)
    return alert


def _moved(result: Evaluated, alert: Alert, judged: Judged, by: Person) -> None:
    """Keep what a look did to an open alert: better, worse again, over, or gone."""
    alert.well_count = judged.standing.well
    alert.looked_on = result.on
    if judged.step is Step.RECOVERED:
        end(alert, Deed.RECOVER, on=result.on)
        note(alert, Happening.RECOVERED, on=result.on, by=by)
        over(alert, recovered=True, by=by)
        result.recovered.append(alert)
    elif judged.step is Step.GONE:
        end(alert, Deed.CLOSE, on=result.on, by=by)
        note(alert, Happening.GONE, on=result.on, by=by)
        over(alert, recovered=False, by=by)
        result.gone.append(alert)
    alert.save()


def _subjects(result: Evaluated) -> Sequence[tuple[str, int]]:
    found: dict[tuple[str, int], None] = defaultdict()
    for alert in (*result.opened, *result.recovered, *result.gone):
        found[alert.subject] = None
    return list(found)
