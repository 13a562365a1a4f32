"""Why a cell is low: every diagnosis put to it, the strongest first, with what managers said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bihuan.goals.domain.carriage import Carriage
from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.goals.domain.reason.precision import Judged
from bihuan.goals.domain.reason.ranking import in_order, of_unit, strength
from bihuan.goals.domain.reason.said import Figure, Said
from bihuan.goals.domain.rollup import Rolled
from bihuan.goals.domain.span import Span
from bihuan.goals.queries.behind import CellChoice, cell_in, quotas_in
from bihuan.goals.queries.grid import Asked as CellAsked
from bihuan.goals.queries.grid import Cell, Subject, cell
from bihuan.goals.queries.plan import Plan, plans_of, sees_figures
from bihuan.goals.queries.reasons.asking import Readings
from bihuan.goals.queries.reasons.catalogue import InForce, diagnoses_of
from bihuan.goals.queries.reasons.evidence import CELL, cell_of
from bihuan.goals.queries.reasons.overall import look_at_all
from bihuan.goals.queries.reasons.people import Group, Seated, group_of
from bihuan.goals.queries.reasons.personal import Asked, Behind, Seen, look
from bihuan.goals.queries.reasons.words import Word, judged_of, words_about
from bihuan.kernel.errors import gettext_noop
from bihuan.metrics.domain.definition import Better
from bihuan.metrics.queries import MetricRow

SHOWN_AT_MOST = 6
SHOWN_FROM = Decimal("0.05")
"""What is weaker than this is no reason that anybody would name."""
NAMED_AT_MOST = 3
OF_THEM = gettext_noop(
    "%(count)s of %(whole)s people, who make up %(share)s of what is missing: %(names)s."
)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason with how strongly it speaks, how far it is trusted, and what shows it."""

    diagnosis: Diagnosis
    score: Decimal
    weight: Decimal
    seen: Seen
    more: tuple[Said, ...] = ()
    rank: int = 0

    @property
    def strength(self) -> Decimal:
        return strength(self.score, self.weight)


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of a cell, or that there is nothing to explain."""

    choice: CellChoice
    cell: Cell
    findings: tuple[Finding, ...] = ()
    words: tuple[Word, ...] = ()
    diagnoses: Mapping[str, Diagnosis] | None = None
    """All there are by code, for whoever names another one."""
    is_too_many: bool = False

    @property
    def is_low(self) -> bool:
        return self.cell.is_off


def reasons_of(choice: CellChoice, *, trial: Diagnosis | None = None) -> Reasons:
    """Return why a cell is low; with a trial, as if that diagnosis stood in place of its own.

    Nothing is asked about a cell that is not low, or that has nothing to be low against.
    """
    before = _wide(choice)
    plan = plans_of(choice.tenant, [choice.metric], before)[choice.metric.key]
    made = cell_in(choice, plan, quotas_in(choice, plan))
    known = diagnoses_of(choice.tenant)
    named = {each.diagnosis.code: each.diagnosis for each in known}
    if trial is not None:
        named[trial.code] = trial
    words = words_about(choice)
    if choice.is_nobody or not made.is_off:
        return Reasons(choice, made, words=words, diagnoses=named)
    asked = [each for each in _diagnoses(known, trial) if _fits(each, choice)]
    group = group_of(choice)
    readings = Readings(choice, group, asked)
    found = _found(readings, plan, made)
    trusted = judged_of(choice.tenant)
    weighed = [_weighed(each, trusted.get(each.diagnosis.code, Judged())) for each in found]
    findings = [each for each in weighed if each.strength >= SHOWN_FROM]
    return Reasons(
        choice,
        made,
        findings=ranked(findings)[:SHOWN_AT_MOST],
        words=words,
        diagnoses=named,
        is_too_many=group.is_too_many,
    )


def ranked(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings by strength, each with its rank."""
    ordered = in_order([(each, each.score, each.weight) for each in findings])
    return tuple(replace(each, rank=rank) for rank, each in enumerate(ordered, start=1))


def _diagnoses(known: Sequence[InForce], trial: Diagnosis | None) -> list[Diagnosis]:
    """Return the diagnoses that are on; one on trial is, whatever is said of it."""
    found = [
        trial if trial is not None and each.diagnosis.code == trial.code else each.diagnosis
        for each in known
    ]
    if trial is not None and trial not in found:
        found.append(trial)
    return [each for each in found if each.is_on or each is trial]


def _fits(diagnosis: Diagnosis, choice: CellChoice) -> bool:
    return diagnosis.does_explain(choice.metric.key, choice.metric.group)


def _wide(choice: CellChoice) -> Span:
    """Return the days of the period and of one as long before it, for the target that was."""
    period = choice.period
    return Span(Readings(choice, Group((), ()), ()).before[0].start, period.end)


def _weighed(finding: Finding, judged: Judged) -> Finding:
    return replace(finding, weight=judged.weight(prior=finding.diagnosis.prior))


def _found(readings: Readings, plan: Plan, made: Cell) -> list[Finding]:
    """Return what every diagnosis finds, in the order of the list, not yet weighed."""
    missing = _missing(made)
    whole = Behind(missing, made.actual, made.due)
    behind = _behind(readings, plan, made)
    found = []
    for diagnosis in readings.diagnoses:
        if not diagnosis.is_of_people:
            seen = look_at_all(readings, diagnosis, whole)
            more: tuple[Said, ...] = ()
        else:
            seen, more = _of_people(readings, diagnosis, behind)
        if seen is not None and seen.score > 0:
            found.append(Finding(diagnosis, seen.score, ZERO, seen, more))
    return found


def _missing(made: Cell) -> Decimal:
    """Return by how much a cell is worse than it should be."""
    gap = made.gap or ZERO
    return max(ZERO, gap if made.metric.better is Better.LOWER else -gap)


def _behind(readings: Readings, plan: Plan, made: Cell) -> dict[int, Behind]:
    """Return what each person in question is behind by."""
    choice, focus = readings.choice, readings.group.focus
    past = Span(readings.before[0].start, readings.before[0].end)
    if choice.person is not None:
        target_before = _due_before(readings, plan, quotas_in(choice, plan), past)
        return {choice.person.pk: Behind(_missing(made), made.actual, made.due, target_before)}
    return {each.person_id: _behind_of(readings, plan, each, past) for each in focus}


def _behind_of(readings: Readings, plan: Plan, who: Seated, past: Span) -> Behind:
    """Return what one of a unit's people is behind by: their target, or else what is usual."""
    choice, metric, pk = readings.choice, readings.choice.metric, who.person_id
    quotas = plan.of_person(pk, sees_figures(choice.scope, pk))
    done = readings.figure(metric.key, pk, readings.now)
    row = MetricRow({}, readings.now, done, None, None, 1)
    figures = {choice.period.key: row}
    asked = CellAsked(choice.window, plan.asks(quotas), Subject(person_id=pk), figures)
    own = cell(asked, choice.period)
    return Behind(_missing(own), done, own.due, _due_before(readings, plan, quotas, past))


def _due_before(
    readings: Readings, plan: Plan, quotas: Sequence[Rolled], past: Span
) -> Decimal | None:
    """Return what was due in the period before, had it had as many working days as this."""
    due = plan.target(quotas, past)
    if due is None or plan.carriage is not Carriage.SPREAD:
        return due
    return due * readings.scales[readings.before[0].key]


def _of_people(
    readings: Readings, diagnosis: Diagnosis, behind: Mapping[int, Behind]
) -> tuple[Seen | None, tuple[Said, ...]]:
    """Return what a diagnosis sees of a person, or of the people of a unit together."""
    looked = [
        (who, behind[who.person_id], look(Asked(readings, diagnosis, who, behind[who.person_id])))
        for who in readings.group.focus
        if readings.choice.person is not None or behind[who.person_id].missing > 0
    ]
    if readings.choice.person is not None:
        return (looked[0][2] if looked else None), ()
    return _together(readings, looked)


def _together(
    readings: Readings, looked: Sequence[tuple[Seated, Behind, Seen | None]]
) -> tuple[Seen | None, tuple[Said, ...]]:
    """Return what was seen of people as one: those who weigh most are named."""
    scored = [(each, of, seen) for each, of, seen in looked if seen is not None and seen.score > 0]
    if not scored:
        return None, ()
    score = of_unit([(of.missing, seen.score if seen else ZERO) for _, of, seen in looked])
    scored.sort(key=lambda each: -(each[1].missing * each[2].score))
    whole = sum((of.missing for _, of, _ in looked), ZERO)
    part = sum((of.missing for _, of, _ in scored), ZERO)
    first = scored[:NAMED_AT_MOST]
    names = "、".join(who.name for who, _, _ in first)
    said = Said(
        OF_THEM,
        {
            "count": len(scored),
            "whole": len(looked),
            "share": Figure(part / whole if whole else ZERO, "ratio"),
            "names": names,
        },
    )
    key = readings.choice.period.key
    cells = tuple(
        cell_of(
            readings.choice.metric.key,
            key,
            person=who.person_id,
            label=Said(CELL, {"name": who.name}),
        )
        for who, _, _ in first
    )
    worst = scored[0]
    example = Said(gettext_noop("The first of them:"))
    return Seen(score, said, cells), (example, worst[2].said)
