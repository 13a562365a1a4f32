"""The list of cycles, and opening and closing one."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base import clock
from bihuan.goals import actions
from bihuan.goals.access import draft_seen, sees_drafts, settable_units
from bihuan.goals.forms.cycles import CycleForm
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import Preset
from bihuan.goals.views.trying import attempt, form_page
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import NotYours, PersonRequest, signed_in


@require_safe
@signed_in
def listing(request: PersonRequest) -> HttpResponse:
    today = clock.today(request.tenant.time_zone)
    context = {
        "lines": cascade.cycle_lines(request.scope, today),
        "may_open": bool(settable_units(request.person)),
        "sees_drafts": sees_drafts(request.scope),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
    }
    return render(request, "goals/cycles/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add(request: PersonRequest) -> HttpResponse:
    units = settable_units(request.person)
    if not units:
        raise NotYours()
    offered = cascade.presets(request.tenant, clock.today(request.tenant.time_zone))
    key = request.GET.get("preset", offered[0].period.key)
    chosen = next((each for each in offered if each.period.key == key), offered[0])
    form = CycleForm(
        request.POST if request.method == "POST" else None, units=units, initial=_initial(chosen)
    )
    cycle = attempt(
        request,
        form,
        lambda: actions.open_cycle(
            code=form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            start=form.cleaned_data["start"],
            end=_end(form.cleaned_data["last_day"]),
            grain=form.cleaned_data["grain"],
            root=form.cleaned_data["root"],
            by=request.person,
        ),
    )
    if cycle is not None:
        messages.success(request, _("The cycle is open. Now say what it asks for."))
        return redirect("goals:add_goal", cycle.pk)
    context = {"form": form, "presets": offered, "chosen": chosen}
    return form_page(request, "goals/cycles/cycle_form.html", context)


def _end(last_day: date) -> date:
    return last_day + timedelta(days=1)


def _initial(preset: Preset) -> dict[str, object]:
    name = render_to_string("goals/cycles/_preset.txt", {"period": preset.period}).strip()
    return {
        "name": name,
        "code": preset.period.key,
        "start": preset.period.start,
        "last_day": preset.period.end - timedelta(days=1),
        "grain": preset.grain,
    }


@require_POST
@signed_in
def close(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    actions.close_cycle(cycle=cycle, by=request.person)
    messages.success(request, _("The cycle is closed. What was published stays in force."))
    return redirect("goals:cycles")
