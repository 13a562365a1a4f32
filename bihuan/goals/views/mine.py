"""One's own targets: seen, acknowledged, and rated by how important they are."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import clock
from bihuan.goals import actions
from bihuan.goals.access import cycle_seen, receipt_seen
from bihuan.goals.queries import cascade
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import PersonRequest, signed_in

NUMBER_LENGTH = 18


@require_safe
@signed_in
def mine(request: PersonRequest) -> HttpResponse:
    today = clock.today(request.tenant.time_zone)
    context = {
        "mine": cascade.mine(request.person, request.scope, today),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
        "stars": range(1, 6),
    }
    return render(request, "goals/mine.html", context)


@require_POST
@signed_in
def acknowledge(request: PersonRequest, receipt_id: int) -> HttpResponse:
    receipt = receipt_seen(receipt_id, request.scope)
    note = request.POST.get("note", "").strip()
    actions.acknowledge(receipt=receipt, by=request.person, note=note)
    messages.success(request, _("Acknowledged. Thank you."))
    return redirect("goals:mine")


@require_POST
@signed_in
def rate(request: PersonRequest) -> HttpResponse:
    given = request.POST
    number, rating = given.get("cycle", ""), given.get("rating", "")
    pk = int(number) if number.isdecimal() and len(number) <= NUMBER_LENGTH else 0
    cycle = cycle_seen(pk, request.scope)
    rated = actions.rate(
        cycle=cycle,
        metric=given.get("metric", ""),
        rating=int(rating) if rating.isdecimal() and len(rating) < 3 else 0,
        by=request.person,
    )
    if "HX-Request" not in request.headers:
        return redirect("goals:mine")
    context = {
        "cycle": cycle,
        "metric": rated.metric,
        "rating": rated.rating,
        "stars": range(1, 6),
        "is_saved": True,
    }
    return render(request, "goals/cycles/_rating.html", context)
