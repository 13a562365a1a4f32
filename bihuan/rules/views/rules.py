"""Pages of rules: the list, one with its alerts, and one version with what is done to it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, Value, workbook
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.rules import actions, queries
from bihuan.rules.access import READERS, WRITERS, may_try_rules, may_write_rules
from bihuan.rules.domain.version import State
from bihuan.rules.forms.rules import InForceForm
from bihuan.rules.models import RuleVersion
from bihuan.rules.queries.catalogue import InForce, own_version


@require_safe
@allowed_to(*READERS)
def listing(request: PersonRequest) -> HttpResponse:
    context = {"lines": _lines(request), "may_write": may_write_rules(request.person)}
    return render(request, "rules/rules.html", context)


def _lines(request: PersonRequest) -> list[queries.RuleLine]:
    today = clock.today(request.tenant.time_zone)
    language = get_language() or ""
    return queries.rule_lines(request.tenant, request.scope, on=today, language=language)


@require_safe
@allowed_to(*READERS)
def export(request: PersonRequest) -> HttpResponse:
    header = [
        *(_("Rule"), _("Key"), _("What it says"), _("Version in force"), _("On")),
        *(_("Alerts not ended"), _("Alerts of the last 13 weeks")),
    ]
    answer = HttpResponse(
        workbook(_("Rules"), header, [_row(each) for each in _lines(request)]), content_type=XLSX
    )
    answer["Content-Disposition"] = 'attachment; filename="rules.xlsx"'
    return answer


def _row(line: queries.RuleLine) -> list[Value]:
    is_on = line.in_force is not None and line.definition.is_on
    return [
        *(line.definition.name(get_language() or ""), line.key, line.sentence),
        None if line.in_force is None else line.in_force.number,
        _("Yes") if is_on else _("No"),
        *(line.live, line.lately),
    ]


@require_safe
@allowed_to(*READERS)
def one(request: PersonRequest, key: str) -> HttpResponse:
    today = clock.today(request.tenant.time_zone)
    language = get_language() or ""
    view = queries.rule_view(request.tenant, key, request.scope, on=today, language=language)
    context = {
        "view": view,
        "rule": view.shown.definition,
        "may_write": may_write_rules(request.person),
        "may_try": may_try_rules(request.person),
    }
    return render(request, "rules/rule.html", context)


@require_safe
@allowed_to(*READERS)
def version(request: PersonRequest, key: str, number: int) -> HttpResponse:
    shown = queries.version_of(request.tenant, key, number)
    return _version_page(request, shown, None)


def _version_page(
    request: PersonRequest, shown: InForce, form: InForceForm | None, status: int = 200
) -> HttpResponse:
    today = clock.today(request.tenant.time_zone)
    may_write = may_write_rules(request.person)
    is_draft = shown.version is not None and shown.version.state == State.DRAFT.value
    if form is None and is_draft and may_write:
        reason = shown.version.reason if shown.version is not None else ""
        form = InForceForm(initial={"valid_from": today, "reason": reason})
    context = {
        "shown": shown,
        "rule": shown.definition,
        "version": shown.version,
        "sentence": queries.sentence_of(request.tenant, shown.definition, get_language() or ""),
        "form": form,
        "is_draft": is_draft,
        "may_write": may_write,
        "may_try": may_try_rules(request.person),
    }
    return render(request, "rules/version.html", context, status=status)


@require_POST
@allowed_to(*WRITERS)
def put_in_force(request: PersonRequest, key: str, number: int) -> HttpResponse:
    found = own_version(request.tenant, key, number)
    form, status = InForceForm(request.POST), 422
    if form.is_valid():
        try:
            actions.put_in_force(version=found, by=request.person, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            _explain(form, error)
            status = error.status
        else:
            messages.success(request, _("In force: it looks from that day on."))
            return redirect("rules:rule", key)
    return _version_page(request, _as_shown(found), form, status)


def _explain(form: forms.Form, error: Invalid | Conflict) -> None:
    """Put a refusal on the form, at the field it is about."""
    places = {"rules.reason_missing": "reason", "rules.in_force_too_early": "valid_from"}
    form.add_error(places.get(error.code), sentence(error))


def _as_shown(found: RuleVersion) -> InForce:
    return InForce(found.key, found.number, found.read, found)


@require_POST
@allowed_to(*WRITERS)
def withdraw(request: PersonRequest, key: str, number: int) -> HttpResponse:
    found = own_version(request.tenant, key, number)
    try:
        actions.withdraw_draft(version=found, by=request.person)
    except Conflict as error:
        messages.error(request, sentence(error))
        return redirect("rules:version", key, number)
    messages.success(request, _("The draft is given up. It stays in the history."))
    return redirect("rules:rule", key)
