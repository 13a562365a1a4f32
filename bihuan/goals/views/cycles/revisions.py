"""Revisions of a cycle: listed, compared, restored, and who has acknowledged them."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import clock
from bihuan.base.spreadsheet import XLSX, Value, workbook
from bihuan.goals import actions
from bihuan.goals.access import SetsFor, draft_seen, revision_seen
from bihuan.goals.models import Cycle
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import Changes
from bihuan.goals.views.cycles.publishing import change_book, search_in
from bihuan.goals.views.trying import tell
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import PersonRequest, signed_in

PAGE_SIZE = 50


@require_safe
@signed_in
def listing(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    revisions = cascade.revisions_of(cycle)
    counted = cascade.acknowledged(revisions, request.scope)
    context = _about(request, cycle) | {
        "lines": [(each, counted.get(each.pk)) for each in revisions],
    }
    return render(request, "goals/cycles/revisions.html", context)


@require_safe
@signed_in
def one(request: PersonRequest, cycle_id: int, number: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    revision = revision_seen(cycle, number)
    receipts = cascade.receipts_of(revision, request.scope)
    context = _about(request, cycle) | {
        "revision": revision,
        "page": Paginator(receipts, PAGE_SIZE).get_page(request.GET.get("page")),
        "counted": cascade.acknowledged([revision], request.scope).get(revision.pk),
        "is_in_force": revision.number == cycle.revision_number,
    }
    return render(request, "goals/cycles/revision.html", context)


@require_safe
@signed_in
def receipts_export(request: PersonRequest, cycle_id: int, number: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    revision = revision_seen(cycle, number)
    zone = ZoneInfo(cycle.tenant.time_zone)
    header = [_("Staff number"), _("Person"), _("Acknowledged"), _("Note")]

    def lines() -> Iterator[list[Value]]:
        for receipt in cascade.receipts_of(revision, request.scope):
            at = receipt.acknowledged_at
            told = _("not yet") if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            yield [receipt.person.code, receipt.person.name, told, receipt.note]

    answer = HttpResponse(workbook(_("Receipts"), header, lines()), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="receipts.xlsx"'
    return answer


@require_safe
@signed_in
def compare(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    first, second = _number(request, "from"), _number(request, "to")
    found = _changes(cycle, first, second)
    asked = search_in(request)
    context = _about(request, cycle) | {
        "revisions": cascade.revisions_of(cycle),
        "first": first,
        "second": second,
        "asked": asked,
        "goals": list(cycle.goals.all()),
        "query": request.GET.urlencode(),
        "found": cascade.compared(
            cycle,
            found,
            asked,
            scope=request.scope,
            today=clock.today(request.tenant.time_zone),
            page=request.GET.get("page", 1),
        ),
    }
    return render(request, "goals/cycles/compare.html", context)


@require_safe
@signed_in
def compare_export(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    found = _changes(cycle, _number(request, "from"), _number(request, "to"))
    rows, names = cascade.visible_changes(found, search_in(request), request.scope)
    return change_book(request, _("Changes"), rows, names)


def _changes(cycle: Cycle, first: int, second: int) -> Changes:
    """Return what differs between two revisions; 0 is before there was one."""
    before = revision_seen(cycle, first) if first else None
    after = revision_seen(cycle, second) if second else None
    return cascade.changes(cascade.revision_amounts(before), cascade.revision_amounts(after))


def _number(request: PersonRequest, name: str) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 8 else 0


@require_POST
@signed_in
def restore(request: PersonRequest, cycle_id: int, number: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    revision = revision_seen(cycle, number)
    said = _("Revision %(number)s is the working copy again. Publish it to bring it into force.")
    tell(
        request,
        lambda: actions.restore(revision=revision, by=request.person),
        said % {"number": revision.number},
    )
    return redirect("goals:cycle", cycle.pk)


def _about(request: PersonRequest, cycle: Cycle) -> dict[str, object]:
    return {
        "cycle": cycle,
        "may_set_whole": cycle.closed_at is None
        and SetsFor(request.person).covers_unit(cycle.root.path),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
    }
