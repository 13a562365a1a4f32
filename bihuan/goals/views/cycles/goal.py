"""Pages of one goal of a cycle: asked for, changed, split anew, reconciled, followed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.goals import actions
from bihuan.goals.access import SetsFor, draft_seen, goal_seen, node_seen
from bihuan.goals.domain.cycle import Method, Seasonality
from bihuan.goals.forms.cycles import GoalForm, LevelsForm, levels_of
from bihuan.goals.forms.weighing import AmountUnreadable, in_units
from bihuan.goals.models import Cycle, Goal
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import Ahead
from bihuan.goals.views.cycles.board import asked_in
from bihuan.goals.views.trying import attempt, form_page, tell
from bihuan.metrics.queries import metric_named, metrics_of
from bihuan.org.access import NotYours, PersonRequest, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = settable(request, cycle_id)
    asked_for = set(cycle.goals.on().values_list("metric", flat=True))
    offered = [each for each in cascade.shared_metrics(request.tenant) if each.key not in asked_for]
    sent = request.POST if request.method == "POST" else None
    form = GoalForm(sent, metrics=offered)
    goal = attempt(request, form, lambda: _add(request, cycle, form))
    if goal is not None:
        messages.success(request, _("The target is shared out down to each person."))
        return redirect(f"{reverse('goals:cycle', args=[cycle.pk])}?goal={goal.pk}")
    given = request.POST if request.method == "POST" else request.GET
    context = {
        "form": form,
        "cycle": cycle,
        "ahead": _ahead(request, cycle, given) if offered else None,
        "currency": request.tenant.currency,
    }
    return form_page(request, "goals/cycles/goal_form.html", context)


def _add(request: PersonRequest, cycle: Cycle, form: GoalForm) -> Goal:
    metric = metric_named(request.tenant, form.cleaned_data["metric"])
    asked = form.asked(cascade.digits_of(request.tenant, metric))
    return actions.add_goal(cycle=cycle, asked=asked, by=request.person)


@require_safe
@signed_in
def ahead(request: PersonRequest, cycle_id: int) -> HttpResponse:
    """Show what an amount means while it is typed."""
    cycle = settable(request, cycle_id)
    found = _ahead(request, cycle, request.GET)
    by_hand = request.GET.get("seasonality") == Seasonality.BY_HAND.value
    context = {
        "ahead": found,
        "cycle": cycle,
        "currency": request.tenant.currency,
        "by_hand": by_hand,
    }
    return render(request, "goals/cycles/_ahead.html", context)


def _ahead(request: PersonRequest, cycle: Cycle, given: QueryDict) -> Ahead:
    key = given.get("metric", "")
    offered = cascade.shared_metrics(request.tenant)
    metric = next((each for each in offered if each.key == key), offered[0])
    digits = cascade.digits_of(request.tenant, metric)
    season = given.get("seasonality", "")
    known = {each.value for each in Seasonality}
    seasonality = Seasonality(season) if season in known else Seasonality.WORKING_DAYS
    try:
        places = range(len(cycle.periods))
        by_hand = [in_units(given.get(f"period-{place}", "0") or "0", digits) for place in places]
    except AmountUnreadable:
        by_hand = []
    return cascade.ahead(
        cycle,
        metric,
        _amount(given.get("amount", "")),
        seasonality,
        scope=request.scope,
        by_hand=by_hand if sum(by_hand) else [],
    )


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    is_sound = amount.is_finite() and amount >= 0 and amount.adjusted() < 20
    return amount if is_sound else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: PersonRequest, cycle_id: int, goal_id: int) -> HttpResponse:
    cycle = settable(request, cycle_id)
    goal = goal_seen(cycle, goal_id)
    sent = request.POST if request.method == "POST" else None
    form = LevelsForm(sent, initial=levels_of(goal))
    edit = attempt(request, form, lambda: _change(request, goal, form))
    if edit is not None:
        messages.success(request, _("Changed. Everything below follows in its proportions."))
        return redirect(f"{reverse('goals:cycle', args=[cycle.pk])}?goal={goal.pk}")
    given = QueryDict(mutable=True)
    given.update({"metric": goal.metric, "seasonality": goal.seasonality})
    given.update({"amount": str(goal.amount)})
    given.update({f"period-{at}": str(each) for at, each in enumerate(goal.period_weights)})
    if sent is not None:
        given = sent.copy()
        given["metric"] = goal.metric
    context = {
        "form": form,
        "cycle": cycle,
        "goal": goal,
        "by_hand": given.get("seasonality") == Seasonality.BY_HAND.value,
        "ahead": _ahead(request, cycle, given),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
        "currency": request.tenant.currency,
    }
    return form_page(request, "goals/cycles/goal_change.html", context)


def _change(request: PersonRequest, goal: Goal, form: LevelsForm) -> object:
    season = form.season
    is_kept = season.value == goal.seasonality and season is not Seasonality.BY_HAND
    return actions.change_goal(
        goal=goal,
        by=request.person,
        amount=form.cleaned_data["amount"],
        strategy=form.cleaned_data["strategy"],
        levels=(form.ratio("floor"), form.ratio("stretch")),
        seasonality=None if is_kept else season,
        period_weights=form.by_hand(goal.digits) or None,
    )


@require_POST
@signed_in
def drop(request: PersonRequest, cycle_id: int, goal_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    actions.drop_goal(goal=goal_seen(cycle, goal_id), by=request.person)
    messages.success(request, _("Dropped. Its targets end when the cycle is published."))
    return redirect("goals:cycle", cycle.pk)


@require_POST
@signed_in
def split(request: PersonRequest, cycle_id: int, goal_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    goal = goal_seen(cycle, goal_id)
    given = request.POST
    node = node_seen(
        given.get("node", "") or cascade.start_node(cycle, request.scope), request.scope
    )
    method = given.get("method", "")
    known = {each.value for each in Method}
    version = given.get("version", "")
    tell(
        request,
        lambda: actions.split_anew(
            goal=goal,
            node=node,
            method=Method(method) if method in known else Method.HISTORY,
            potential=given.get("potential", ""),
            is_deep=given.get("deep") == "1",
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            by=request.person,
        ),
        _("Split anew. What is locked has stayed."),
    )
    return redirect(asked_in(given, request, cycle).query(cycle))


@require_safe
@signed_in
def differences(request: PersonRequest, cycle_id: int, goal_id: int) -> HttpResponse:
    """Show where the trees of a goal disagree, and by how much."""
    cycle = draft_seen(cycle_id, request.scope)
    goal = goal_seen(cycle, goal_id)
    found = cascade.places_of(cascade.disagreements_of(goal), request.scope)
    context = {
        "cycle": cycle,
        "goal": goal,
        "found": found,
        "dimensions": sorted({place.found.dimension for place in found}),
        "may_set_whole": cycle.closed_at is None
        and SetsFor(request.person).covers_unit(cycle.root.path),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
    }
    is_part = "HX-Request" in request.headers
    name = "_differences" if is_part else "differences"
    return render(request, f"goals/cycles/{name}.html", context)


@require_POST
@signed_in
def reconcile(request: PersonRequest, cycle_id: int, goal_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    goal = goal_seen(cycle, goal_id)
    dimension = request.POST.get("dimension", "")
    tell(
        request,
        lambda: actions.reconcile(goal=goal, dimension=dimension, by=request.person),
        _("Reconciled. The proportions stay as asked, what is locked to the cent."),
    )
    return redirect("goals:differences", cycle.pk, goal.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def follow(request: PersonRequest, cycle_id: int, goal_id: int) -> HttpResponse:
    cycle = settable(request, cycle_id)
    goal = goal_seen(cycle, goal_id)
    if request.method == "POST":
        grown = actions.follow_organisation(goal=goal, by=request.person)
        count = len(grown.came) + len(grown.left) + len(grown.moved)
        messages.success(request, _("Followed: %(count)s changes.") % {"count": count})
        return redirect(f"{reverse('goals:cycle', args=[cycle.pk])}?goal={goal.pk}")
    context = {
        "cycle": cycle,
        "goal": goal,
        "found": cascade.joining(goal),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
    }
    return render(request, "goals/cycles/follow.html", context)


def settable(request: PersonRequest, cycle_id: int) -> Cycle:
    """Return a cycle whose whole a person may set."""
    cycle = draft_seen(cycle_id, request.scope)
    if not SetsFor(request.person).covers_unit(cycle.root.path):
        raise NotYours()
    return cycle
