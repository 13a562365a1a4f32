"""Pages of market events: the list, one with its trail, the form with its preview, the model."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base import clock
from bihuan.base.meanwhile import carry, unless_overtaken
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, Value, workbook
from bihuan.goals import actions
from bihuan.goals.access import (
    event_seen,
    may_carry_out,
    may_file_events,
    reckoning_seen,
    require_files_events,
)
from bihuan.goals.forms.market import EventForm, MarketModelForm
from bihuan.goals.models.market import HANDLING_LABELS, KIND_LABELS, PARAMETERS
from bihuan.goals.queries import market as queries
from bihuan.goals.queries.market.previewing import (
    cycles_to_come,
    metrics_touchable,
    previews,
    values_offered,
)
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, allowed_to, roles_of, signed_in, units_covered_by
from bihuan.org.domain.role import Role

PAGE_SIZE = 25
FORM = ["GET", "HEAD", "POST"]


@require_safe
@signed_in
def listing(request: PersonRequest) -> HttpResponse:
    found = queries.events_shown(request.scope)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": queries.event_lines(request.scope, page.object_list),
        "person_is_admin": Role.ADMIN in roles_of(request.person),
        "may_file": may_file_events(request.person),
    }
    return render(request, "goals/market/events.html", context)


@require_safe
@signed_in
def one(request: PersonRequest, event_id: int) -> HttpResponse:
    event = event_seen(event_id, request.scope)
    rounds = queries.rounds_of(event, request.scope)
    waiting = [each for each in rounds if each.is_waiting]
    context = {
        "event": event,
        "kind": KIND_LABELS[event.kind],
        "handling": HANDLING_LABELS[event.handling],
        "remarks": queries.remarks_of(event),
        "rounds": rounds,
        "trail": queries.trail(event, rounds),
        "may_carry_out": any(
            may_carry_out(request.person, each.reckoning.cycle) for each in waiting
        ),
    }
    return render(request, "goals/market/event.html", context)


@require_safe
@signed_in
def export(request: PersonRequest, event_id: int) -> HttpResponse:
    event = event_seen(event_id, request.scope)
    header = [
        *(_("Cycle"), _("Round"), _("Target of"), _("Person or unit")),
        *(
            _("Before"),
            _("Proposed"),
            _("Difference"),
            pgettext("a value", "Published"),
            _("Currency"),
        ),
    ]
    rows: list[list[Value]] = [
        [
            *(each.reckoning.cycle.name, each.reckoning.round, line.metric_name, line.name),
            *(line.before, line.after, line.difference, line.published, line.currency),
        ]
        for each in queries.rounds_of(event, request.scope, most=None)
        for line in each.lines
    ]
    answer = HttpResponse(workbook(event.name[:31], header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="market-event.xlsx"'
    return answer


@require_http_methods(FORM)
@signed_in
def add(request: PersonRequest) -> HttpResponse:
    require_files_events(request.person)
    form = _form(request)
    is_trial = request.method == "POST" and "preview" in request.POST
    shown = None
    if request.method == "POST" and form.is_valid():
        try:
            if is_trial:
                shown = _previews(request, form)
            else:
                event = actions.file_event(asked=form.asked(), by=request.person)
                messages.success(request, _("Reported. Those it touches are asked."))
                return redirect("goals:market_event", event.pk)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
    context = {"form": form, "previews": shown, "today": clock.today(request.tenant.time_zone)}
    status = 422 if request.method == "POST" and shown is None else 200
    return render(request, "goals/market/event_form.html", context, status=status)


@require_POST
@signed_in
def preview(request: PersonRequest) -> HttpResponse:
    """Show what a form says in words and numbers while it is being filled in."""
    require_files_events(request.person)
    form = _form(request)
    context: dict[str, object] = {"form": form, "previews": None}
    if form.is_valid():
        try:
            context["previews"] = _previews(request, form)
        except (Invalid, Conflict) as error:
            context["refusal"] = sentence(error)
    return render(request, "goals/market/_preview.html", context)


def _form(request: PersonRequest) -> EventForm:
    cycles = cycles_to_come(request.tenant)
    return EventForm(
        request.POST if request.method == "POST" else None,
        units=units_covered_by(request.scope).filter(ended_on=None).order_by("path"),
        metrics=metrics_touchable(cycles),
        values=values_offered(cycles),
    )


def _previews(request: PersonRequest, form: EventForm) -> object:
    asked = form.asked()
    return previews(
        request.tenant,
        asked.happening,
        answer_days=asked.answer_days,
        scope=request.scope,
    )


@require_POST
@signed_in
def carry_out(request: PersonRequest, event_id: int, reckoning_id: int) -> HttpResponse:
    reckoning = reckoning_seen(event_id, reckoning_id, request.scope)
    try:
        actions.carry_out(reckoning=reckoning, by=request.person)
    except Conflict as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Carried out: see what came of it below."))
    return redirect("goals:market_event", event_id)


@require_http_methods(FORM)
@allowed_to(Role.ADMIN)
def model(request: PersonRequest) -> HttpResponse:
    form = carry(_model_form(request, request.POST if request.method == "POST" else None))
    if request.method == "POST" and form.is_valid():
        try:
            unless_overtaken(
                form,
                held=request.tenant,
                fresh=lambda: _model_form(request),
                deed=lambda: actions.set_market_model(
                    parameters=form.parameters(), by=request.person
                ),
            )()
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Set. Events reported from now on are reckoned with it."))
            return redirect("goals:market_model")
    context = {"form": form, "history": queries.models_of(request.tenant)}
    status = 422 if request.method == "POST" else 200
    return render(request, "goals/market/model.html", context, status=status)


def _model_form(request: PersonRequest, given: QueryDict | None = None) -> MarketModelForm:
    now = queries.parameters_of(request.tenant)
    initial = {name: f"{getattr(now, name).normalize():f}" for name in PARAMETERS}
    return MarketModelForm(given, initial=initial)
