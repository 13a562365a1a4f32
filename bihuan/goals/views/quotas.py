"""Pages of targets: the list, one with its history, and the forms that set and end them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base import clock
from bihuan.base.meanwhile import carry, unless_overtaken
from bihuan.base.picking import as_left, is_finding, typed
from bihuan.goals import actions, queries
from bihuan.goals.access import SetsFor, quota_seen, settable_people, settable_units
from bihuan.goals.actions import QuotaRow
from bihuan.goals.forms.quotas import AmountForm, QuotaForm, QuotaSearchForm
from bihuan.goals.models import Quota
from bihuan.goals.queries import QuotaSearch
from bihuan.goals.queries.listing import PAGE_SIZE
from bihuan.goals.views.trying import attempt, form_page
from bihuan.metrics.queries import MetricDefinition, metrics_of
from bihuan.org.access import NotYours, PersonRequest, signed_in


@require_safe
@signed_in
def listing(request: PersonRequest) -> HttpResponse:
    metrics = metrics_of(request.tenant)
    form = QuotaSearchForm(request.GET or None, metrics=metrics)
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    asked = QuotaSearch(
        metric=given.get("metric", ""),
        text=given.get("q", ""),
        when=given.get("when") or "now",
    )
    found = queries.quotas(request.scope, asked, clock.today(request.tenant.time_zone))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "asked": asked,
        "metrics": _metrics(request),
        "is_narrowed": bool(request.GET),
        "may_set": _may_set_any(request),
        "currency": request.tenant.currency,
    }
    return render(request, "goals/quotas.html", context)


@require_safe
@signed_in
def one(request: PersonRequest, quota_id: int) -> HttpResponse:
    quota = quota_seen(quota_id, request.scope)
    context = {
        "quota": quota,
        "metrics": _metrics(request),
        "history": queries.history(quota, request.scope),
        "may_set": quota.is_live and SetsFor(request.person).covers(quota),
        "currency": request.tenant.currency,
    }
    return render(request, "goals/quota.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add(request: PersonRequest) -> HttpResponse:
    if not _may_set_any(request):
        raise NotYours()
    finds = is_finding(request)
    form = QuotaForm(
        request.POST if request.method == "POST" and not finds else None,
        metrics=queries.metrics_offered(request.tenant),
        people=settable_people(request.person),
        units=settable_units(request.person),
        typed=typed(request, "person"),
        initial={name: request.GET.get(name) for name in ("metric", "person", "unit")},
    )
    if finds:
        as_left(form, request.POST)
        return render(request, "goals/quota_form.html", {"form": form})
    made = attempt(
        request,
        form,
        lambda: actions.set_quota(
            row=form.row(), by=request.person, origin=form.cleaned_data["origin"]
        ),
    )
    if made is not None:
        messages.success(request, _("The target is set."))
        return redirect("goals:quota", made.pk)
    return form_page(request, "goals/quota_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: PersonRequest, quota_id: int) -> HttpResponse:
    quota = quota_seen(quota_id, request.scope)
    if not SetsFor(request.person).covers(quota):
        raise NotYours()
    sent = request.POST if request.method == "POST" else None
    form = carry(AmountForm(sent, initial={"amount": quota.amount.normalize()}))
    row = QuotaRow(
        metric=quota.metric,
        person_id=quota.person_id,
        unit_id=quota.unit_id,
        start=quota.start,
        end=quota.end,
        amount=None,
    )
    made = attempt(
        request,
        form,
        unless_overtaken(
            form,
            held=request.tenant,
            fresh=lambda: AmountForm(initial={"amount": _stands_now(row, quota)}),
            deed=lambda: actions.set_quota(
                row=_with(row, form), by=request.person, origin=quota.origin
            ),
        ),
    )
    if made is not None:
        messages.success(request, _("The target is set. What stood before is in its history."))
        return redirect("goals:quota", made.pk)
    context = {"form": form, "quota": quota, "metrics": _metrics(request)}
    return form_page(request, "goals/quota_change.html", context)


@require_POST
@signed_in
def end(request: PersonRequest, quota_id: int) -> HttpResponse:
    quota = actions.end_quota(quota=quota_seen(quota_id, request.scope), by=request.person)
    messages.success(request, _("The target is not in force any more."))
    return redirect("goals:quota", quota.pk)


def _may_set_any(request: PersonRequest) -> bool:
    return bool(settable_units(request.person))


def _metrics(request: PersonRequest) -> dict[str, MetricDefinition]:
    return {metric.key: metric for metric in metrics_of(request.tenant)}


def _stands_now(row: QuotaRow, quota: Quota) -> Decimal | None:
    """Return what the same bearer is asked for over the same days by now, if anything."""
    same = Quota.objects.live().filter(tenant=quota.tenant_id, metric=row.metric)
    same = same.filter(person=row.person_id, unit=row.unit_id, start=row.start, end=row.end)
    amount = same.values_list("amount", flat=True).first()
    return None if amount is None else amount.normalize()


def _with(row: QuotaRow, form: AmountForm) -> QuotaRow:
    return replace(row, amount=form.cleaned_data["amount"])
