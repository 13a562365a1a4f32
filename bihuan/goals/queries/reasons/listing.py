"""The diagnoses with how often each was right: all of them, and one over time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.goals.domain.reason.precision import Judged
from bihuan.goals.models import DiagnosisVersion
from bihuan.goals.queries.reasons.catalogue import (
    InForce,
    built_in,
    diagnoses_of,
    diagnosis_named,
    versions_of,
)
from bihuan.goals.queries.reasons.words import judged_by_month, judged_of
from bihuan.metrics.queries import MetricDefinition, metrics_of
from bihuan.metrics.queries.catalogue import GROUP_LABELS
from bihuan.org.models import Tenant

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class DiagnosisLine:
    """A diagnosis with what managers made of it."""

    in_force: InForce
    judged: Judged

    @property
    def diagnosis(self) -> Diagnosis:
        return self.in_force.diagnosis

    @property
    def weight(self) -> Decimal:
        return self.judged.weight(prior=self.diagnosis.prior)


@dataclass(frozen=True, slots=True)
class DiagnosisView:
    """One diagnosis: what it explains, how good it was month by month, and what it once said."""

    line: DiagnosisLine
    explains: tuple[MetricDefinition | str, ...]
    months: tuple[tuple[str, Judged], ...]
    versions: tuple[DiagnosisVersion, ...]
    original: Diagnosis | None

    @property
    def is_changed(self) -> bool:
        return self.original is not None and self.line.in_force.version is not None


def diagnosis_lines(tenant: Tenant) -> list[DiagnosisLine]:
    """Return every diagnosis of a company with its precision."""
    known = judged_of(tenant)
    return [
        DiagnosisLine(each, known.get(each.diagnosis.code, Judged()))
        for each in diagnoses_of(tenant)
    ]


def diagnosis_view(tenant: Tenant, code: str) -> DiagnosisView:
    """Return one diagnosis of a company with its history."""
    found = diagnosis_named(tenant, code)
    months = judged_by_month(tenant).get(code, {})
    line = DiagnosisLine(found, judged_of(tenant).get(code, Judged()))
    metrics = {metric.key: metric for metric in metrics_of(tenant)}
    return DiagnosisView(
        line=line,
        explains=tuple(_explained(each, metrics) for each in found.diagnosis.explains),
        months=tuple(months.items())[-MONTHS_SHOWN:],
        versions=tuple(versions_of(tenant, code)),
        original=built_in().get(code),
    )


def _explained(name: str, metrics: dict[str, MetricDefinition]) -> MetricDefinition | str:
    if name.startswith("@"):
        return str(GROUP_LABELS.get(name[1:], name[1:]))
    return metrics.get(name, name)
