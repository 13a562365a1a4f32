"""Pages of alerts: what is open, how teams deal with it, and one with what each party did."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, Value, workbook
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, signed_in, units_covered_by
from bihuan.rules import actions
from bihuan.rules.access import alert_seen, require_may_end, words_about
from bihuan.rules.forms.alerts import AlertSearch, NoteForm
from bihuan.rules.models import ALERT_LABELS, Alert
from bihuan.rules.queries.alerts import (
    PAGE_SIZE,
    Shown,
    alert_view,
    alerts_shown,
    team_lines,
)
from bihuan.rules.queries.saying import metric_of
from bihuan.rules.queries.wording import sentence_of

EXPORT_LIMIT = 50_000


@require_safe
@signed_in
def listing(request: PersonRequest) -> HttpResponse:
    form = _search(request)
    shown, key, unit = form.asked()
    found = alerts_shown(request.scope, shown, key=key, unit=unit)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    leads = request.scope.whole_tenant or bool(request.scope.unit_paths)
    context = {
        "form": form,
        "page": page,
        "is_narrowed": shown is not Shown.LIVE or bool(key) or unit is not None,
        "asked": request.GET.urlencode(),
        "teams": team_lines(request.scope, key=key) if leads else [],
        "today": clock.today(request.tenant.time_zone),
    }
    return render(request, "rules/alerts.html", context)


def _search(request: PersonRequest) -> AlertSearch:
    units = units_covered_by(request.scope).filter(ended_on=None).order_by("path")
    return AlertSearch(request.GET, units=units)


@require_safe
@signed_in
def export(request: PersonRequest) -> HttpResponse:
    shown, key, unit = _search(request).asked()
    header = [
        *(_("Rule"), _("Whom or what it is about"), _("Responsible"), _("Unit"), _("Metric")),
        *(_("Opened on"), _("State")),
        *(_("Seen on"), _("Acted on"), _("Ended on"), _("Why closed")),
    ]
    found = alerts_shown(request.scope, shown, key=key, unit=unit)[:EXPORT_LIMIT]
    zone = request.tenant.time_zone
    rows = [_row(each, zone, words_about(each, request.scope)) for each in found]
    return _file("alerts.xlsx", _("Alerts"), header, rows)


def _row(alert: Alert, zone: str, read: Callable[[str], str]) -> list[Value]:
    language = get_language() or "zh-hans"
    metric = metric_of(alert.tenant, alert.about_metric)
    seen, acted = (
        None if at is None else clock.business_day(at, zone)
        for at in (alert.acknowledged_at, alert.acted_at)
    )
    return [
        *(alert.rule.name(language), alert.subject_name),
        None if alert.owner is None else alert.owner.name,
        alert.unit.name,
        alert.about_metric if metric is None else metric.name(language),
        *(alert.opened_on, str(ALERT_LABELS[alert.state]), seen, acted, alert.ended_on),
        read(alert.reason),
    ]


@require_safe
@signed_in
def teams_export(request: PersonRequest) -> HttpResponse:
    header = [
        *(_("Unit"), _("Not ended"), _("Not acted on"), _("Ended"), _("Acted on before the end")),
        *(_("Loop closed"), _("Recovered"), _("Median days")),
    ]
    _shown, key, _unit = _search(request).asked()
    rows: list[list[Value]] = [
        [
            *(line.unit.name, line.live, line.waiting, line.ended, line.acted),
            *(line.rate, line.recovered, line.median_days),
        ]
        for line in team_lines(request.scope, key=key)
    ]
    return _file("alerts-by-team.xlsx", _("Alerts by team"), header, rows)


def _file(name: str, title: str, header: list[str], rows: list[list[Value]]) -> HttpResponse:
    answer = HttpResponse(workbook(title, header, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@signed_in
def one(request: PersonRequest, alert_id: int) -> HttpResponse:
    return _page(request, alert_seen(alert_id, request.scope), NoteForm(), status=200)


def _page(request: PersonRequest, alert: Alert, form: NoteForm, *, status: int) -> HttpResponse:
    view = alert_view(alert, person=request.person, scope=request.scope)
    language = get_language() or "zh-hans"
    context = {
        "view": view,
        "alert": alert,
        "form": form,
        "sentence": sentence_of(request.tenant, alert.rule, language),
    }
    return render(request, "rules/alert.html", context, status=status)


@require_POST
@signed_in
def acknowledge(request: PersonRequest, alert_id: int) -> HttpResponse:
    alert = alert_seen(alert_id, request.scope)
    try:
        actions.acknowledge(alert=alert, by=request.person)
    except Conflict as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Noted that you have seen it."))
    return redirect("rules:alert", alert.pk)


@require_POST
@signed_in
def say(request: PersonRequest, alert_id: int) -> HttpResponse:
    alert = alert_seen(alert_id, request.scope)
    return _done(
        request,
        alert,
        lambda words: actions.say(alert=alert, words=words, by=request.person),
        _("Your note is there."),
    )


@require_POST
@signed_in
def close(request: PersonRequest, alert_id: int) -> HttpResponse:
    alert = alert_seen(alert_id, request.scope)
    require_may_end(alert, request.person)
    return _done(
        request,
        alert,
        lambda words: actions.close(alert=alert, reason=words, by=request.person),
        _("Closed. What was still asked because of it is no longer needed."),
    )


def _done(
    request: PersonRequest, alert: Alert, deed: Callable[[str], object], told: str
) -> HttpResponse:
    """Do what takes words, or show the page again with what is wrong with them."""
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            deed(form.cleaned_data["words"])
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, told)
            return redirect("rules:alert", alert.pk)
    return _page(request, alert_seen(alert.pk, request.scope), form, status=422)
