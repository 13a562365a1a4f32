"""A goal as a workbook: taken away, and brought back with what was changed in it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.base.refusals import said
from bihuan.base.spreadsheet import XLSX, Value, workbook
from bihuan.goals import actions
from bihuan.goals.access import draft_seen, goal_seen
from bihuan.goals.actions.filling import HEADERS, KINDS
from bihuan.goals.forms.sheet import SheetForm
from bihuan.goals.models import Cycle, Goal
from bihuan.goals.queries.cascade.sheet import goal_sheet
from bihuan.goals.views.cycles.goal import settable
from bihuan.goals.views.trying import told
from bihuan.kernel.errors import Conflict, Invalid, Problem
from bihuan.metrics.queries import metric_named
from bihuan.org.access import PersonRequest, signed_in


@require_safe
@signed_in
def export(request: PersonRequest, cycle_id: int, goal_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    sheet = goal_sheet(goal_seen(cycle, goal_id), request.scope)
    language = "zh" if request.LANGUAGE_CODE.startswith("zh") else "en"
    kinds = KINDS[language]
    rows: list[list[Value]] = [
        [kinds[row.kind], row.code, row.name, row.parent, row.total, *row.periods]
        for row in sheet.rows
    ]
    header = [*HEADERS[language], *sheet.periods]
    name = metric_named(request.tenant, sheet.goal.metric).name_zh
    answer = HttpResponse(workbook(name, header, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{cycle.code}-{sheet.goal.metric}.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bring(request: PersonRequest, cycle_id: int, goal_id: int) -> HttpResponse:
    """Take a goal's targets from a workbook; everything wrong in it is told by row and column."""
    cycle = settable(request, cycle_id)
    goal = goal_seen(cycle, goal_id)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    problems: Sequence[Problem] = ()
    if form.is_bound and form.is_valid():
        try:
            return _brought(request, cycle, goal, form)
        except (Invalid, Conflict) as error:
            form.add_error(None, told(request, error))
            problems = error.problems
    context = {
        "form": form,
        "cycle": cycle,
        "goal": goal,
        "metric": metric_named(request.tenant, goal.metric),
        "problems": [said(each) for each in problems],
    }
    status = 422 if form.is_bound else 200
    return render(request, "goals/cycles/sheet.html", context, status=status)


def _brought(request: PersonRequest, cycle: Cycle, goal: Goal, form: SheetForm) -> HttpResponse:
    edit = actions.fill_goal(
        goal=goal,
        data=form.cleaned_data["file"].read(),
        is_up=form.cleaned_data["way"] == "up",
        by=request.person,
        note=form.cleaned_data["file"].name[:300],
    )
    if edit is None:
        messages.info(request, _("Nothing in the file differs from what stands here."))
    else:
        messages.success(request, _("Taken from the file into the working copy. It can be undone."))
    return redirect(f"{reverse('goals:cycle', args=[cycle.pk])}?goal={goal.pk}")
