"""The probes that look at one person: each puts what was read to its rule, and says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.goals.domain.reason.baseline import Compared, below_baseline
from bihuan.goals.domain.reason.circumstance import absent, jumped, newcomer
from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.goals.domain.reason.losing import lost_share
from bihuan.goals.domain.reason.overdue import Late, Overdue, overdue
from bihuan.goals.domain.reason.probe import Probe
from bihuan.goals.domain.reason.reserve import thin
from bihuan.goals.domain.reason.said import Figure, Named, Param, Said
from bihuan.goals.domain.reason.score import median
from bihuan.goals.domain.reason.trail import Step, longest_gap, standing_still, unmatched, unpaid
from bihuan.goals.queries.reasons.asking import Readings
from bihuan.goals.queries.reasons.evidence import (
    FIGURE,
    Evidence,
    cell_of,
    facts_listed,
    facts_named,
)
from bihuan.goals.queries.reasons.people import PEERS_AT_LEAST, Seated
from bihuan.kernel.errors import gettext_noop
from bihuan.metrics.domain.definition import Better

OWN_AND_PEERS = gettext_noop(
    "%(metric)s %(now)s; own median of the last %(periods)s periods %(own)s, median "
    "of the team %(peers)s."
)
OWN_ONLY = gettext_noop("%(metric)s %(now)s; own median of the last %(periods)s periods %(own)s.")
PEERS_ONLY = gettext_noop("%(metric)s %(now)s; median of the team %(peers)s.")
LOST = gettext_noop(
    "Since %(since)s, %(count)s of %(of)s lost deals were lost for “%(outcome)s”; "
    "among the others it is %(peers)s."
)
LOST_ALONE = gettext_noop(
    "Since %(since)s, %(count)s of %(of)s lost deals were lost for “%(outcome)s”."
)
THIN = gettext_noop(
    "%(open)s is open while %(missing)s is missing: %(wanted)s in the pipeline would be enough."
)
LATE = gettext_noop("Waiting past the day: %(count)s, the longest by %(days)s days.")
LATE_AMOUNT = gettext_noop(
    "Waiting past the day: %(count)s, the longest by %(days)s days, together "
    "%(amount)s; %(missing)s is missing."
)
OWED = gettext_noop(
    "Contracts past %(standard)s days: %(count)s, the longest by %(days)s days, owing "
    "%(amount)s; %(missing)s is missing."
)
STILL = gettext_noop(
    "Open deals without a step for more than %(standard)s days: %(count)s, together "
    "%(amount)s, the longest %(days)s days beyond."
)
ABSENT = gettext_noop("Nothing was recorded for %(days)s working days in a row.")
NEW = gettext_noop("In this seat since %(since)s, for %(days)s days.")
JUMPED = gettext_noop(
    "The target is %(target)s after %(before)s in the period before, %(rise)s more, "
    "while what was done stayed as it was."
)


@dataclass(frozen=True, slots=True)
class Behind:
    """What a person is behind by in the cell, and what their target was and is."""

    missing: Decimal
    done: Decimal | None = None
    target: Decimal | None = None
    target_before: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a probe saw: how strongly it speaks, in words, and where it can be opened."""

    score: Decimal
    said: Said
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A diagnosis put to one person."""

    readings: Readings
    diagnosis: Diagnosis
    who: Seated
    behind: Behind

    def number(self, name: str) -> Decimal:
        return self.diagnosis.parameters.numbers[name]

    def money(self, value: Decimal | None) -> Figure:
        """Return an amount in what the cell's metric is measured in."""
        return Figure(value or Decimal(0), self.readings.choice.metric.unit.value)


def _below_baseline(asked: Asked) -> Seen | None:
    readings, metric = asked.readings, asked.diagnosis.parameters.words["metric"]
    definition, person = readings.definition(metric), asked.who.person_id
    now = readings.figure(metric, person, readings.now)
    others = readings.others_now(metric, person)
    if now is None:
        return None
    own = readings.own_past(metric, person, int(asked.number("periods")))
    found = below_baseline(
        now=now,
        own=own,
        peers=others if len(others) >= PEERS_AT_LEAST else [],
        lower_is_better=definition.better is Better.LOWER,
        begins=asked.number("begins"),
        full=asked.number("full"),
    )
    if found is None:
        return None
    says, more = _compared(found, definition.unit.value)
    said = Said(
        says,
        {
            "metric": Named(definition.name_zh, definition.name_en),
            "now": Figure(now, definition.unit.value),
            **({"periods": len(own)} if found.own is not None else {}),
            **more,
        },
    )
    key = readings.choice.period.key
    return Seen(found.score, said, (cell_of(metric, key, person=person, label=Said(FIGURE)),))


def _compared(found: Compared, unit: str) -> tuple[str, dict[str, Param]]:
    more: dict[str, Param] = {}
    if found.own is not None:
        more["own"] = Figure(found.own, unit)
    if found.peers is not None:
        more["peers"] = Figure(found.peers, unit)
    if found.own is None:
        return PEERS_ONLY, more
    return (OWN_ONLY if found.peers is None else OWN_AND_PEERS), more


def _lost_share(asked: Asked) -> Seen | None:
    readings, person = asked.readings, asked.who.person_id
    outcomes = asked.diagnosis.parameters.texts["outcomes"]
    theirs: dict[str, int] = {}
    for other, lost in readings.lost.items():
        for outcome, count in lost.items() if other != person else ():
            theirs[outcome] = theirs.get(outcome, 0) + count
    mine = readings.lost.get(person, {})
    found = lost_share(
        lost=mine,
        peers=theirs,
        outcomes=outcomes,
        least=int(asked.number("least")),
        begins=asked.number("begins"),
        full=asked.number("full"),
    )
    if found is None:
        return None
    params: dict[str, Param] = {
        "since": readings.lost_since,
        "count": found.count,
        "of": found.of,
        "outcome": next(each for each in outcomes if mine.get(each)),
    }
    if found.peers is not None:
        params["peers"] = Figure(found.peers, "ratio")
    said = Said(LOST_ALONE if found.peers is None else LOST, params)
    facts = facts_listed("opportunity.lost", person, readings.lost_since, readings.by)
    return Seen(found.score, said, (facts,))


def _thin_pipeline(asked: Asked) -> Seen | None:
    readings, missing = asked.readings, asked.behind.missing
    if readings.choice.metric.unit != "money":
        return None
    times = asked.number("times")
    amount = readings.pipeline.get(asked.who.person_id, Decimal(0))
    score = thin(
        open_amount=amount,
        missing=missing,
        times=times,
        begins=asked.number("begins"),
        full=asked.number("full"),
    )
    params = {"open": amount, "missing": missing, "wanted": times * missing}
    said = Said(THIN, {name: Figure(value, "money") for name, value in params.items()})
    period, label = readings.choice.period.key, Said(FIGURE)
    at = cell_of("open_pipeline_amount", period, person=asked.who.person_id, label=label)
    return Seen(score, said, (at,)) if score else None


def _waiting(asked: Asked) -> Seen | None:
    words = asked.diagnosis.parameters.words
    open_ = unmatched(
        _steps(asked), start=words["start"], end=words["end"], days=int(asked.number("days"))
    )
    found = _overdue(asked, open_)
    if found is None:
        return None
    return _late(asked, found, LATE if found.amount is None else LATE_AMOUNT)


def _unpaid(asked: Asked) -> Seen | None:
    found = _overdue(asked, unpaid(_steps(asked), days=int(asked.number("days"))))
    return None if found is None else _late(asked, found, OWED)


def _slow_stage(asked: Asked) -> Seen | None:
    found = _overdue(asked, standing_still(_steps(asked), days=int(asked.number("days"))))
    return None if found is None else _late(asked, found, STILL)


def _steps(asked: Asked) -> Sequence[Step]:
    return asked.readings.trail.get(asked.who.person_id, ())


def _overdue(asked: Asked, waiting: Iterable[Late]) -> Overdue | None:
    return overdue(
        waiting, by=asked.readings.by, missing=asked.behind.missing, full=asked.number("full")
    )


def _late(asked: Asked, found: Overdue, says: str) -> Seen | None:
    params: dict[str, Param] = {"count": len(found.late), "days": found.days}
    if "%(standard)s" in says:
        params["standard"] = int(asked.number("days"))
    if "%(amount)s" in says:
        params["amount"] = Figure(found.amount or Decimal(0), "money")
    if "%(missing)s" in says:
        params["missing"] = asked.money(asked.behind.missing)
    facts = facts_named(each.seq for each in found.late)
    return Seen(found.score, Said(says, params), facts) if found.score else None


def _absence(asked: Asked) -> Seen | None:
    readings = asked.readings
    start: date = max(readings.now.start, asked.who.since)
    if start >= readings.by or asked.who.person_id not in readings.seen:
        return None
    days = longest_gap(
        readings.active_days.get(asked.who.person_id, set()),
        start,
        readings.by,
        calendar=readings.calendar,
    )
    score = absent(days=days, begins=asked.number("begins"), full=asked.number("full"))
    facts = facts_listed("", asked.who.person_id, readings.now.start, readings.by)
    return Seen(score, Said(ABSENT, {"days": days}), (facts,)) if score else None


def _newcomer(asked: Asked) -> Seen | None:
    days = max(0, (asked.readings.by - asked.who.since).days)
    score = newcomer(days=days, new_for=asked.number("days"))
    person = Evidence(Said(gettext_noop("The seat")), "org:person", (asked.who.person_id,))
    said = Said(NEW, {"since": asked.who.since, "days": days})
    return Seen(score, said, (person,)) if score else None


def _target_jump(asked: Asked) -> Seen | None:
    behind, metric = asked.behind, asked.readings.choice.metric
    if behind.target is None or not behind.target_before or behind.done is None:
        return None
    past = asked.readings.own_past(metric.key, asked.who.person_id, 8)
    score = jumped(
        target=behind.target,
        before=behind.target_before,
        now=behind.done,
        usual=median(past) if past else None,
        begins=asked.number("begins"),
        full=asked.number("full"),
    )
    said = Said(
        JUMPED,
        {
            "target": asked.money(behind.target),
            "before": asked.money(behind.target_before),
            "rise": Figure(behind.target / behind.target_before - 1, "ratio"),
        },
    )
    given = (("metric", metric.key),)
    targets = Evidence(Said(gettext_noop("The targets")), "goals:quotas", given=given)
    return Seen(score, said, (targets,)) if score else None


LOOKS: Mapping[Probe, Callable[[Asked], Seen | None]] = {
    Probe.BELOW_BASELINE: _below_baseline,
    Probe.LOST_SHARE: _lost_share,
    Probe.THIN_PIPELINE: _thin_pipeline,
    Probe.WAITING: _waiting,
    Probe.UNPAID: _unpaid,
    Probe.SLOW_STAGE: _slow_stage,
    Probe.ABSENCE: _absence,
    Probe.NEWCOMER: _newcomer,
    Probe.TARGET_JUMP: _target_jump,
}


def look(asked: Asked) -> Seen | None:
    """Return what a diagnosis sees of a person; nothing where it sees nothing."""
    return LOOKS[asked.diagnosis.probe](asked)
