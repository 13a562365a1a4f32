"""What publishing would change, and publishing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import clock
from bihuan.base.spreadsheet import XLSX, Value, workbook
from bihuan.goals import actions
from bihuan.goals.access import SetsFor, draft_seen
from bihuan.goals.domain.cycle import Reason
from bihuan.goals.forms.cycles import PublishForm
from bihuan.goals.models import Cycle
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import ChangeSearch, NodeChange
from bihuan.goals.views.trying import attempt
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import PersonRequest, signed_in


@require_safe
@signed_in
def preview(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    return render(request, "goals/cycles/preview.html", _shown(request, cycle, _form(cycle)))


@require_POST
@signed_in
def publish(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    form = PublishForm(request.POST)
    done = attempt(
        request,
        form,
        lambda: actions.publish(
            cycle=cycle,
            reason=form.why,
            note=form.cleaned_data["note"],
            seen_edit=form.cleaned_data["seen_edit"],
            by=request.person,
        ),
    )
    if done is None:
        context = _shown(request, cycle, form)
        return render(request, "goals/cycles/preview.html", context, status=422)
    messages.success(
        request,
        _("Revision %(number)s is in force. %(people)s people are asked to acknowledge it.")
        % {"number": done.revision.number, "people": len(done.people)},
    )
    return redirect("goals:revision", cycle.pk, done.revision.number)


@require_safe
@signed_in
def export(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    rows, names = cascade.visible_changes(cascade.preview(cycle), search_in(request), request.scope)
    return change_book(request, _("Changes"), rows, names)


def change_book(
    request: PersonRequest, title: str, rows: list[NodeChange], names: Mapping[str, str]
) -> HttpResponse:
    """Return changes as XLSX, one node a row."""
    language = get_language() or "zh-hans"
    metrics = {metric.key: metric.name(language) for metric in metrics_of(request.tenant)}
    header = [
        _("Metric"),
        _("Person or unit"),
        _("Before"),
        _("After"),
        _("Difference"),
        _("Change as a share"),
    ]

    def lines() -> Iterator[list[Value]]:
        for row in rows:
            yield [
                metrics.get(row.metric, row.metric),
                names.get(row.node, row.node),
                row.before,
                row.after,
                row.difference,
                None if row.ratio is None else round(row.ratio, 4),
            ]

    answer = HttpResponse(workbook(title, header, lines()), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="changes.xlsx"'
    return answer


def search_in(request: PersonRequest) -> ChangeSearch:
    given = request.GET
    return ChangeSearch(
        metric=given.get("metric", ""),
        text=given.get("q", "").strip()[:80],
        people_only=given.get("who") == "people",
    )


def _form(cycle: Cycle) -> PublishForm:
    is_first = cycle.revision_number == 0
    reason = Reason.NEW_CYCLE if is_first else Reason.STRATEGY
    return PublishForm(initial={"reason": reason.value, "seen_edit": cycle.edit_number})


def _shown(request: PersonRequest, cycle: Cycle, form: PublishForm) -> dict[str, object]:
    asked = search_in(request)
    found = cascade.compared(
        cycle,
        cascade.preview(cycle),
        asked,
        scope=request.scope,
        today=clock.today(request.tenant.time_zone),
        page=request.GET.get("page", 1),
    )
    goals = list(cycle.goals.on().select_related("cycle__tenant", "cycle__root"))
    mixed = set(cascade.goals_with_mixes(cycle))
    return {
        "cycle": cycle,
        "form": form,
        "asked": asked,
        "found": found,
        "goals": goals,
        "disagreeing": [
            goal for goal in goals if goal.pk in mixed and cascade.disagreements_of(goal)
        ],
        "dropped": cascade.to_be_ended(cycle) if cycle.revision_number else [],
        "may_publish": cycle.closed_at is None
        and SetsFor(request.person).covers_unit(cycle.root.path),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
        "query": request.GET.urlencode(),
        "in_force": cycle.revisions.defer("plan").order_by("-number").first(),
    }
