"""What is shown of reports."""

from __future__ import annotations

from bihuan.reports.queries.gathering import MonthNotBegun, NoMonth, month_named
from bihuan.reports.queries.paper import PDF, PdfUnavailable, paper_html, pdf_of
from bihuan.reports.queries.proving import Proof, proof_of
from bihuan.reports.queries.sections import Section, sections_of
from bihuan.reports.queries.showing import (
    EVERYTHING,
    ReportView,
    shown,
    shown_all,
)
from bihuan.reports.queries.words import (
    FIGURE_LABELS,
    advice_of,
    plain_sentence,
    sentence_of,
)

__all__ = [
    "EVERYTHING",
    "FIGURE_LABELS",
    "PDF",
    "MonthNotBegun",
    "NoMonth",
    "PdfUnavailable",
    "Proof",
    "ReportView",
    "Section",
    "advice_of",
    "month_named",
    "paper_html",
    "pdf_of",
    "plain_sentence",
    "proof_of",
    "sections_of",
    "sentence_of",
    "shown",
    "shown_all",
]
