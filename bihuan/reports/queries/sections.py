"""A report as tables: a sheet for each section of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from bihuan.base.spreadsheet import Value
from bihuan.reports.domain.content import GoalHealth
from bihuan.reports.queries.showing import ReportView, reason_label
from bihuan.reports.queries.words import (
    FIGURE_LABELS,
    advice_of,
    correlation_in_words,
    metric_name,
    plain_sentence,
    signs_in_words,
)

Rows = Sequence[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Section:
    """One table with its name and the names of its columns."""

    title: str
    header: Sequence[str]
    rows: Rows


def sections_of(view: ReportView) -> list[Section]:
    """Return every section of a report."""
    return [
        _summary(view),
        _coverage(view),
        _growth(view),
        _without(view),
        _adjustment(view),
        _alignment(view),
        _dead(view),
        _receipts(view),
        _basis(view),
    ]


def row(*values: Value) -> list[Value]:
    return list(values)


def _summary(view: ReportView) -> Section:
    rows = [
        row(str(FIGURE_LABELS[each.name]), each.now, each.before, each.difference, "")
        for each in view.figures
    ]
    rows += [
        row(plain_sentence(each, view.content), None, None, None, advice_of(each))
        for each in view.findings
    ]
    header = [_("What"), _("This month"), _("Month before"), _("Difference"), _("What now")]
    return Section(_("Summary"), header, rows)


def _coverage(view: ReportView) -> Section:
    rows = []
    for goal in view.content.goals:
        name = metric_name(view.content, goal.metric)
        asked = (goal.start, goal.end - timedelta(days=1), goal.asked)
        reach = goal.reach
        rows.append(
            row(
                *(name, _("All together"), *asked, goal.carried, goal.orphaned),
                *(reach.missing, reach.ratio, None, None, None),
            )
        )
        rows += [row(name, *line) for line in _unit_rows(goal)]
    header = [
        *(_("Metric"), _("Unit"), _("First day"), _("Last day"), _("What is asked"), _("Carried")),
        *(_("With people who are gone"), _("With nobody"), _("Coverage"), _("Carriers")),
        *(_("People who sell"), _("Growth, whole cycle")),
    ]
    return Section(_("Coverage"), header, rows)


def _unit_rows(goal: GoalHealth) -> Iterator[list[Value]]:
    for line in goal.units:
        reach = line.reach
        name = "　" * line.depth + line.name
        yield row(
            *(name, None, None, line.asked, line.carried, line.orphaned),
            *(None if reach is None else reach.missing, None if reach is None else reach.ratio),
            *(line.carriers, line.sellers, line.growth),
        )


def _growth(view: ReportView) -> Section:
    rows = []
    for goal in view.content.goals:
        name = metric_name(view.content, goal.metric)
        for level in goal.levels:
            of = _("people") if level.is_people else _("units")
            rows.append(
                row(name, level.level, of, level.nodes, level.asked, level.growth, level.reach)
            )
        if goal.leak is not None:
            told = (_("first leak: %(unit)s") % {"unit": goal.leak.name}, None, goal.leak.gap)
            rows.append(row(name, goal.leak.level, *told, None, None))
    header = [
        _("Metric"),
        _("Level"),
        _("People or units"),
        _("How many"),
        _("What is asked"),
        _("Growth"),
    ]
    return Section(_("Dilution"), [*header, _("Reach")], rows)


def _without(view: ReportView) -> Section:
    content = view.content
    idle = [row(_("sells without a target"), e.name, e.unit_name, "", None) for e in content.idle]
    gone = [
        row(
            *(_("is gone and carries a target"), each.who.name, each.who.unit_name),
            *(metric_name(content, each.metric), each.amount),
        )
        for each in content.orphans
    ]
    empty = [
        row(_("unit without anybody"), "", each.unit_name, "", None) for each in content.deserted
    ]
    header = [_("What"), _("Person"), _("Unit"), _("Metric"), _("Target")]
    return Section(_("Without targets"), header, [*idle, *gone, *empty])


def _adjustment(view: ReportView) -> Section:
    rows = []
    for made in view.content.revisions:
        head = (made.cycle, made.number, reason_label(made.reason), made.by_name, made.at.date())
        if not made.goals:
            rows.append(row(*head, "", None, None, None, None))
        for each in made.goals:
            name = metric_name(view.content, each.metric)
            rows.append(row(*head, name, each.moved, each.asked, each.ratio, each.people))
    rows += [
        row(each.cycle, None, _("edits"), each.by_name, None, "", None, None, None, each.count)
        for each in view.content.edits
    ]
    header = [
        *(
            _("Cycle"),
            _("Revision"),
            _("Reason"),
            _("Who"),
            _("When"),
            _("Metric"),
            _("Amount moved"),
        ),
        *(_("Asked before"), _("Share moved"), _("People or edits")),
    ]
    return Section(_("Adjustment"), header, rows)


def _alignment(view: ReportView) -> Section:
    content = view.content
    rows = []
    if content.aligned is not None:
        for name, found in (
            (_("All together, rank (Spearman)"), content.aligned.rank),
            (_("All together, linear (Pearson)"), content.aligned.linear),
        ):
            told = correlation_in_words(found)
            rows.append(row(name, "", "", None, None, found.coefficient, told))
    for line in content.raters:
        own = (line.aligned.rank.coefficient, correlation_in_words(line.aligned.rank))
        for each in line.rated:
            said = (metric_name(content, each.metric), each.rating, each.weight)
            rows.append(row(line.who.name, line.who.unit_name, *said, *own))
    header = [
        *(_("Person"), _("Unit"), _("Metric"), _("Rating"), _("Weight, in ten-thousandths")),
        *(_("Correlation"), _("Correlation in words")),
    ]
    return Section(_("Alignment"), header, rows)


def _dead(view: ReportView) -> Section:
    rows = [
        row(
            *(each.who.name, each.who.unit_name, metric_name(view.content, each.metric)),
            *(each.start, each.end - timedelta(days=1), each.asked, each.achieved),
            signs_in_words(each.signs),
        )
        for each in view.content.dead
    ]
    header = [
        *(_("Person"), _("Unit"), _("Metric"), _("First day"), _("Last day"), _("Target")),
        *(_("Achieved so far"), _("Sign")),
    ]
    return Section(_("Dead targets"), header, rows)


def _receipts(view: ReportView) -> Section:
    rows = [
        row(each.who.name, each.who.unit_name, each.cycle, each.revision, each.asked_on, each.days)
        for each in view.content.waiting
    ]
    header = [_("Person"), _("Unit"), _("Cycle"), _("Revision"), _("Asked on"), _("Days")]
    return Section(_("Not acknowledged"), header, rows)


def _basis(view: ReportView) -> Section:
    report = view.report
    rows = [
        row(_("Month of the report"), report.month),
        row(_("Number of the report"), report.number),
        row(_("Frozen as of"), report.as_of.isoformat()),
        row(_("Up to fact"), report.seq if view.is_whole else None),
        row(_("Digest"), report.digest),
        row(_("Reckoned by"), report.code),
    ]
    for metric in view.content.metrics:
        told = f"{metric_name(view.content, metric.key)} · {metric.version}"
        rows.append(row(_("Metric version"), told))
    if view.is_whole:
        for plan in view.basis.revisions:
            rows.append(row(_("Plan"), f"{plan.cycle} r{plan.number} · {plan.digest}"))
    return Section(_("Frozen with"), [_("What"), _("Value")], rows)
