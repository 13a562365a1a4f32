"""A report as a document: HTML for the printer, the same as PDF."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

from django.template.loader import render_to_string

from bihuan.base.taking import require_may_take
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.models import Tenant
from bihuan.reports.queries.showing import ReportView

STYLE = Path(__file__).resolve().parent.parent / "static/reports/paper.css"
PDF = "application/pdf"


class PdfUnavailable(Conflict):
    code = "reports.pdf_unavailable"
    says = gettext_noop(
        "This machine cannot write PDF: install bihuan[pdf] and Pango. Print the page instead."
    )


def paper_html(view: ReportView, tenant: Tenant) -> str:
    """Return a report as one document, without anything that must be fetched."""
    context = {
        "view": view,
        "report": view.report,
        "content": view.content,
        "tenant": tenant,
        "is_paper": True,
        "is_pdf": True,
    }
    return render_to_string("reports/paper.html", context)


def pdf_of(view: ReportView, tenant: Tenant) -> bytes:
    """Return a report as PDF, its fonts embedded; refused where the machine cannot."""
    weasyprint = _weasyprint()
    require_may_take(0)
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))  # Nothing from outside.
    style = weasyprint.CSS(filename=str(STYLE))
    document = weasyprint.HTML(string=paper_html(view, tenant), url_fetcher=fetcher)
    written: bytes = document.write_pdf(stylesheets=[style])
    return written


def _weasyprint() -> ModuleType:
    """Return the library; it is an extra, and loading it takes a second and needs Pango."""
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise PdfUnavailable() from error
