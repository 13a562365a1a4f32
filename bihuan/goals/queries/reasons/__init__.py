"""What is shown of reasons: why a cell is low, and how good each diagnosis is."""

from __future__ import annotations

from bihuan.goals.queries.reasons.catalogue import (
    DiagnosisMissing,
    InForce,
    built_in,
    diagnoses_of,
    diagnosis_named,
    versions_of,
)
from bihuan.goals.queries.reasons.cell import Finding, Reasons, reasons_of
from bihuan.goals.queries.reasons.listing import (
    DiagnosisLine,
    DiagnosisView,
    diagnosis_lines,
    diagnosis_view,
)
from bihuan.goals.queries.reasons.wording import sentence, sentences
from bihuan.goals.queries.reasons.words import Word, judged_of, words_about

__all__ = [
    "DiagnosisLine",
    "DiagnosisMissing",
    "DiagnosisView",
    "Finding",
    "InForce",
    "Reasons",
    "Word",
    "built_in",
    "diagnoses_of",
    "diagnosis_lines",
    "diagnosis_named",
    "diagnosis_view",
    "judged_of",
    "reasons_of",
    "sentence",
    "sentences",
    "versions_of",
    "words_about",
]
