"""Pages that list: tasks and what else waits, what one was told, and what is proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base import clock
from bihuan.base.spreadsheet import XLSX, Value, workbook
from bihuan.inbox import queries
from bihuan.inbox.access import words_to
from bihuan.inbox.decisions import kind_of
from bihuan.inbox.forms.answering import NoticeSearch, ProposalSearch
from bihuan.inbox.forms.tasks import SHOWN_LABELS, TaskSearch
from bihuan.inbox.models import (
    OUTCOME_LABELS,
    STATE_LABELS,
    TASK_STATE_LABELS,
    Notice,
    NoticeQuerySet,
    Proposal,
    Task,
)
from bihuan.inbox.queries import said, told
from bihuan.inbox.uses import task_kind
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.access import PersonRequest, signed_in
from bihuan.org.domain.role import Role

EXPORT_LIMIT = 50_000
M = TypeVar("M", bound=Model)


class TooManyToExport(Invalid):
    code = "inbox.too_many_to_export"
    says = gettext_noop("More than %(limit)s rows: narrow the list before taking it away.")


@require_safe
@signed_in
def inbox(request: PersonRequest) -> HttpResponse:
    """Show one's tasks, what waits for an answer and what is asked for; or tasks of others."""
    now, today = clock.now(), clock.today(request.tenant.time_zone)
    form = task_search(request)
    which, kind = form.asked()
    page = Paginator(
        queries.tasks(request.scope, which, today, kind=kind), queries.PAGE_SIZE
    ).get_page(request.GET.get("page"))
    is_mine = which is queries.TasksShown.MINE
    context = {
        "form": form,
        "which": which.value,
        "kind": kind,
        "lists": SHOWN_LABELS,
        "tasks": page,
        "rows": queries.task_rows(page.object_list, request.scope),
        "awaiting": list(queries.awaiting(request.person, now)[: queries.PAGE_SIZE])
        if is_mine
        else [],
        "page": _page(request, queries.asked_of(request.person)) if is_mine else None,
        "counted": queries.waiting(request.person, now),
        "today": today,
        "asked": _asked(request),
        "is_admin": Role.ADMIN in request.roles,
    }
    return render(request, "inbox/inbox.html", context)


def task_search(request: PersonRequest) -> TaskSearch:
    """Return which tasks are asked for, with the kinds that the company has."""
    kinds = [(code, task_kind(code).name) for code in queries.kinds_of_tasks(request.tenant)]
    return TaskSearch(request.GET, kinds=kinds)


@require_safe
@signed_in
def tasks_export(request: PersonRequest) -> HttpResponse:
    which, kind = task_search(request).asked()
    today = clock.today(request.tenant.time_zone)
    found = few_enough(queries.tasks(request.scope, which, today, kind=kind))
    zone = request.tenant.time_zone
    header = [
        *(_("Task"), _("Kind of task"), _("Who does it"), _("Given by"), _("Made on")),
        *(_("Due on"), _("State of the task"), _("Put off until"), _("Closed on")),
        *(_("What came of it"), _("In your words")),
    ]
    rows = (
        (
            words_to(each, request.scope)(said(each.title)),
            *(str(task_kind(each.kind).name), each.owner.name, sender(each)),
            clock.business_day(each.made_at, zone),
            each.due_on,
            str(TASK_STATE_LABELS[each.state]),
            each.snoozed_until,
            clock.business_day(each.closed_at, zone) if each.closed_at else None,
            str(OUTCOME_LABELS[each.outcome]) if each.outcome else "",
            words_to(each, request.scope)(each.result),
        )
        for each in found
    )
    return _file("tasks.xlsx", _("Tasks"), header, rows)


def _page(request: PersonRequest, found: NoticeQuerySet) -> Page[Notice]:
    """Return the page that is asked for; each notice knows how it was brought."""
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    told = queries.brought(page.object_list)
    for each in page.object_list:
        each.brought = told.get(each.pk, [])  # type: ignore[attr-defined]  # for the template
    return page


@require_safe
@signed_in
def notices(request: PersonRequest) -> HttpResponse:
    form = NoticeSearch(request.GET)
    which = form.asked()
    context = {
        "form": form,
        "which": which.value,
        "page": _page(request, queries.notices(request.person, which)),
        "counted": queries.waiting(request.person, clock.now()),
        "today": clock.today(request.tenant.time_zone),
    }
    return render(request, "inbox/notices.html", context)


@require_safe
@signed_in
def notices_export(request: PersonRequest) -> HttpResponse:
    told = queries.notices(request.person, NoticeSearch(request.GET).asked())
    header = [
        *(_("Notice"), _("Sender"), _("Received on"), _("Read on"), _("What is asked")),
        *(_("Due on"), _("Done on"), _("Reminders")),
    ]
    zone = request.tenant.time_zone
    rows = (_notice_row(each, zone) for each in few_enough(told))
    return _file("notices.xlsx", _("Notices"), header, rows)


def _notice_row(each: Notice, zone: str) -> Sequence[Value]:
    days = [
        None if at is None else clock.business_day(at, zone)
        for at in (each.made_at, each.read_at, each.done_at)
    ]
    return (
        *(told(each.sentence), sender(each), days[0], days[1], told(each.deed)),
        *(each.due_on, days[2], each.reminder_count),
    )


def sender(each: Notice | Proposal | Task) -> str:
    """Return the name of whom it comes from."""
    return _("System") if each.made_by.is_robot else each.made_by.name


def few_enough(found: QuerySet[M]) -> list[M]:
    """Return the rows to be taken away; refuse where a sheet could not hold them."""
    rows = list(found[: EXPORT_LIMIT + 1])
    if len(rows) > EXPORT_LIMIT:
        raise TooManyToExport(limit=EXPORT_LIMIT)
    return rows


@require_safe
@signed_in
def proposals(request: PersonRequest) -> HttpResponse:
    form = ProposalSearch(request.GET)
    which, state = form.asked()
    page = Paginator(queries.proposals(request.scope, which, state), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    counts = queries.answers_counted(page.object_list)
    context = {
        "form": form,
        "is_narrowed": state is not None or which is not queries.ProposalsShown.ALL,
        "page": page,
        "rows": [(each, *counts[each.pk]) for each in page.object_list],
        "counted": queries.waiting(request.person, clock.now()),
        "asked": _asked(request),
    }
    return render(request, "inbox/proposals.html", context)


def _asked(request: PersonRequest) -> str:
    """Return what the list is narrowed to, as it stands in the address, without the page."""
    given = request.GET.copy()
    given.pop("page", None)
    return given.urlencode()


@require_safe
@signed_in
def proposals_export(request: PersonRequest) -> HttpResponse:
    which, state = ProposalSearch(request.GET).asked()
    found = few_enough(queries.proposals(request.scope, which, state))
    counts = queries.answers_counted(found)
    zone = request.tenant.time_zone
    header = [
        *(_("Proposal"), _("Kind of proposal"), _("Proposer"), _("Proposed on"), _("Answer by")),
        *(
            _("State of the proposal"),
            _("Answered"),
            _("People asked"),
            _("Closed on"),
            _("Result"),
        ),
    ]
    rows = (
        (
            *(told(each.title), str(kind_of(each).name), sender(each)),
            clock.business_day(each.made_at, zone),
            clock.business_day(each.deadline_at, zone),
            str(STATE_LABELS[each.state]),
            *counts[each.pk],
            clock.business_day(each.closed_at, zone) if each.closed_at else None,
            said(each.outcome),
        )
        for each in found
    )
    return _file("proposals.xlsx", _("Proposals"), header, rows)


def _file(
    name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]
) -> HttpResponse:
    answer = HttpResponse(workbook(title, header, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
