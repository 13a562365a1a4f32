"""Goal health reports for programs. Numbers travel as text, ends are exclusive."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from bihuan.base.spreadsheet import XLSX, workbook_of
from bihuan.org.access import PersonRequest
from bihuan.reports import actions, queries
from bihuan.reports.access import (
    report_seen,
    reports_visible_to,
    require_sight,
    sight_by_report,
)
from bihuan.reports.domain.content import Content
from bihuan.reports.models import HealthReport
from bihuan.reports.queries import ReportView

router = Router(tags=["reports"])


class ReportIn(Schema):
    month: Annotated[str, Field(max_length=7)]


class FigureOut(Schema):
    name: str
    now: str | None
    before: str | None
    difference: str | None


class FindingOut(Schema):
    code: str
    gravity: str
    message: str
    advice: str


class HeadOut(Schema):
    id: int
    month: str
    number: int
    made_at: datetime
    as_of: datetime
    seq: int | None
    digest: str
    code: str

    @staticmethod
    def of(report: HealthReport, *, is_whole: bool) -> HeadOut:
        return HeadOut(
            id=report.pk,
            month=report.month,
            number=report.number,
            made_at=report.made_at,
            as_of=report.as_of,
            seq=report.seq if is_whole else None,  # A number of facts that others hide.
            digest=report.digest,
            code=report.code,
        )


class ReportOut(HeadOut):
    is_whole: bool
    compared_with: int | None
    figures: list[FigureOut]
    findings: list[FindingOut]
    content: Content


class ProofOut(Schema):
    is_same: bool
    digest_then: str
    digest_now: str
    differing: list[str]
    plans_changed: list[str]
    code_then: str
    code_now: str


@router.get("/goal-health", response=list[HeadOut], url_name="reports")
def reports(request: HttpRequest) -> list[HeadOut]:
    """The reports there are, the latest month first."""
    known = cast(PersonRequest, request)
    require_sight(known.scope)
    sight_of = sight_by_report(known.scope)
    seen = reports_visible_to(known.scope)
    return [HeadOut.of(each, is_whole=sight_of(each).is_whole) for each in seen]


@router.post("/goal-health", response={201: ReportOut}, url_name="make_report")
def make(request: HttpRequest, given: ReportIn) -> Status[ReportOut]:
    """Make a report of a month; one that is there stays, and this gets the next number."""
    known = cast(PersonRequest, request)
    made = actions.make_report(month=given.month, by=known.person)
    return Status(201, _told(queries.shown(made, require_sight(known.scope))))


@router.get("/goal-health/{int:report_id}", response=ReportOut, url_name="report")
def report(request: HttpRequest, report_id: int) -> ReportOut:
    """A report with all its figures: the whole company's, or those of one's own units."""
    return _told(_view(request, report_id))


@router.get("/goal-health/{int:report_id}/proof", response=ProofOut, url_name="prove_report")
def proof(request: HttpRequest, report_id: int) -> ProofOut:
    """Reckon a report again from what it was frozen with, and say whether it is the same."""
    found = queries.proof_of(_view(request, report_id).report)
    return ProofOut(
        is_same=found.is_same,
        digest_then=found.then,
        digest_now=found.now,
        differing=found.differing,
        plans_changed=found.plans_changed,
        code_then=found.code_then,
        code_now=found.code_now,
    )


@router.get("/goal-health/{int:report_id}/report.pdf", url_name="report_pdf")
def pdf(request: HttpRequest, report_id: int) -> HttpResponse:
    """A report as PDF."""
    known = cast(PersonRequest, request)
    written = queries.pdf_of(_view(request, report_id), known.tenant)
    return HttpResponse(written, content_type=queries.PDF)


@router.get("/goal-health/{int:report_id}/report.xlsx", url_name="report_xlsx")
def xlsx(request: HttpRequest, report_id: int) -> HttpResponse:
    """A report as a workbook, a sheet for each section."""
    sections = queries.sections_of(_view(request, report_id))
    written = workbook_of([(each.title, each.header, each.rows) for each in sections])
    return HttpResponse(written, content_type=XLSX)


def _view(request: HttpRequest, report_id: int) -> ReportView:
    known = cast(PersonRequest, request)
    require_sight(known.scope)
    found = report_seen(report_id, known.scope)
    return queries.shown(found, sight_by_report(known.scope)(found))


def _told(view: ReportView) -> ReportOut:
    return ReportOut(
        **HeadOut.of(view.report, is_whole=view.is_whole).dict(),
        is_whole=view.is_whole,
        compared_with=view.report.compared_with_id,
        figures=[
            FigureOut(
                name=each.name,
                now=_text(each.now),
                before=_text(each.before),
                difference=_text(each.difference),
            )
            for each in view.figures
        ],
        findings=[
            FindingOut(
                code=each.code,
                gravity=each.gravity.value,
                message=queries.plain_sentence(each, view.content),
                advice=queries.advice_of(each),
            )
            for each in view.findings
        ],
        content=view.content,
    )


def _text(value: object) -> str | None:
    return None if value is None else f"{value:f}"
