"""Who changed what of a cycle's working copy, and when."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.goals.access import draft_seen
from bihuan.goals.queries import cascade
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import PersonRequest, signed_in


@require_safe
@signed_in
def edits(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    page, told = cascade.edits_told(cycle, request.scope, request.GET.get("page", 1))
    context = {
        "cycle": cycle,
        "page": page,
        "told": told,
        "published": cascade.published_edit(cycle),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
    }
    return render(request, "goals/cycles/edits.html", context)
