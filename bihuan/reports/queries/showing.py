"""A report as somebody sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bihuan.goals.models.revision import REASON_LABELS
from bihuan.reports.access import Sight
from bihuan.reports.domain.basis import Basis, read_basis
from bihuan.reports.domain.content import Content, RevisionMade, read_content
from bihuan.reports.domain.finding import Finding, findings
from bihuan.reports.domain.headline import Figure, headline
from bihuan.reports.domain.narrowing import narrowed, part_of
from bihuan.reports.models import HealthReport
from bihuan.reports.queries.pictures import Bar, Path, Scatter, bar_of, path_of, scatter_of

EVERYTHING = Sight(is_whole=True)


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """What somebody sees of a report, beside the one of the month before."""

    report: HealthReport
    content: Content
    is_whole: bool
    figures: list[Figure]
    findings: list[Finding]

    @cached_property
    def basis(self) -> Basis:
        """Return what it was frozen with; only who sees all of it is shown that."""
        return read_basis(self.report.basis)

    @cached_property
    def bars(self) -> list[Bar]:
        return [bar_of(goal) for goal in self.content.goals]

    @cached_property
    def paths(self) -> list[Path]:
        return [path_of(goal) for goal in self.content.goals if goal.levels]

    @cached_property
    def scatter(self) -> Scatter | None:
        return scatter_of(self.content.raters)

    @property
    def revisions(self) -> list[tuple[RevisionMade, str]]:
        """Return the revisions of the month with their reason in words."""
        return [(each, reason_label(each.reason)) for each in self.content.revisions]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Return how often there was which reason, the commonest first."""
        counted = Counter(each.reason for each in self.content.adjustments)
        return [(reason_label(reason), count) for reason, count in counted.most_common()]


def reason_label(reason: str) -> str:
    return str(REASON_LABELS.get(reason, reason))


def shown(report: HealthReport, sight: Sight = EVERYTHING) -> ReportView:
    """Return what of a report can be seen, with the same part of the month before."""
    content = _seen(report, sight)
    before = None if report.compared_with is None else _seen(report.compared_with, sight)
    return ReportView(
        report=report,
        content=content,
        is_whole=sight.is_whole,
        figures=headline(content, before),
        findings=findings(content),
    )


def _seen(report: HealthReport, sight: Sight) -> Content:
    content = read_content(report.content)
    if sight.is_whole:
        return content
    return narrowed(content, part_of(read_basis(report.basis), sight.units))


def shown_all(
    reports: Sequence[HealthReport], sight_of: Callable[[HealthReport], Sight]
) -> list[ReportView]:
    return [shown(report, sight_of(report)) for report in reports]
