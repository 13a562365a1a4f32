"""Pages of the reasons themselves: how good each is, and the forms that change them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base.meanwhile import carry, unless_overtaken
from bihuan.base.picking import is_finding, typed
from bihuan.base.refusals import said, sentence
from bihuan.base.spreadsheet import XLSX
from bihuan.facts.access import kinds_of
from bihuan.goals import queries
from bihuan.goals.actions import reasons as actions
from bihuan.goals.actions.reasons.diagnosing import MAY_CHANGE
from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.goals.domain.reason.probe import Probe
from bihuan.goals.forms.choosing import cell_choice
from bihuan.goals.forms.diagnoses import (
    PROBE_LABELS,
    DiagnosisForm,
    NewDiagnosisForm,
    TrialForm,
    initial_of,
    names_of_parameters,
)
from bihuan.goals.queries.reasons import (
    Reasons,
    diagnosis_lines,
    diagnosis_named,
    diagnosis_view,
    reasons_of,
)
from bihuan.goals.views.reason_book import reason_book
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import (
    PersonRequest,
    allowed_to,
    people_visible_to,
    signed_in,
    units_covered_by,
)

Trial = tuple[Reasons, Reasons]
"""A cell with the reasons that stand, and with those that would."""


@require_safe
@signed_in
def listing(request: PersonRequest) -> HttpResponse:
    context = {
        "lines": diagnosis_lines(request.tenant),
        "may_change": bool(set(MAY_CHANGE) & request.roles),
        "probes": PROBE_LABELS,
    }
    return render(request, "goals/reasons/list.html", context)


@require_safe
@signed_in
def export(request: PersonRequest) -> HttpResponse:
    answer = HttpResponse(reason_book(diagnosis_lines(request.tenant)), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="reasons.xlsx"'
    return answer


@require_safe
@signed_in
def one(request: PersonRequest, code: str) -> HttpResponse:
    view = diagnosis_view(request.tenant, code)
    context = {
        "view": view,
        "diagnosis": view.line.diagnosis,
        "probe": PROBE_LABELS[view.line.diagnosis.probe.value],
        "names": names_of_parameters(metrics_of(request.tenant), kinds_of(request.tenant)),
        "may_change": bool(set(MAY_CHANGE) & request.roles),
    }
    return render(request, "goals/reasons/one.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*MAY_CHANGE)
def change(request: PersonRequest, code: str) -> HttpResponse:
    """Change a diagnosis; the button that tries it shows a cell with it, and keeps nothing."""
    before = diagnosis_named(request.tenant, code).diagnosis
    form = carry(_form(request, before.probe, initial=initial_of(before)))
    trial, shown, finds = _trial_form(request), None, is_finding(request)
    if request.method == "POST" and not finds and form.is_valid():
        try:
            wanted = form.diagnosis(code)
            if request.POST.get("do") != "try":
                unless_overtaken(
                    form,
                    held=request.tenant,
                    fresh=lambda: _as_it_is(request, code),
                    deed=lambda: actions.change_diagnosis(
                        diagnosis=wanted, note=form.cleaned_data["note"], by=request.person
                    ),
                )()
                messages.success(request, _("The reason is changed. What stood before is kept."))
                return redirect("goals:diagnosis", code)
            shown = _tried(request, trial, wanted)
        except (Invalid, Conflict) as error:
            _refuse(form, error)
    context: dict[str, object] = {
        "form": form,
        "trial": trial,
        "shown": shown,
        "diagnosis": before,
        "code": code,
    }
    return _form_page(
        request, "goals/reasons/change.html", context, is_fine=shown is not None or finds
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*MAY_CHANGE)
def add(request: PersonRequest) -> HttpResponse:
    probe = request.GET.get("probe", "")
    if probe not in PROBE_LABELS:
        return render(request, "goals/reasons/probes.html", {"probes": PROBE_LABELS})
    form = _form(request, Probe(probe), initial={"prior": "0.6", "is_on": True}, is_new=True)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_diagnosis(
                diagnosis=form.diagnosis(form.cleaned_data["code"]),
                note=form.cleaned_data["note"],
                by=request.person,
            )
        except (Invalid, Conflict) as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The reason is looked for from now on."))
            return redirect("goals:diagnosis", made.code)
    context = {"form": form, "probe": PROBE_LABELS[probe]}
    return _form_page(request, "goals/reasons/add.html", context)


@require_POST
@allowed_to(*MAY_CHANGE)
def restore(request: PersonRequest, code: str) -> HttpResponse:
    actions.restore_diagnosis(code=code, by=request.person)
    messages.success(request, _("What the product came with is in force again."))
    return redirect("goals:diagnosis", code)


def _form(
    request: PersonRequest, probe: Probe, *, initial: dict[str, object], is_new: bool = False
) -> DiagnosisForm:
    made = NewDiagnosisForm if is_new else DiagnosisForm
    return made(
        request.POST if request.method == "POST" else None,
        initial=initial,
        probe=probe,
        metrics=metrics_of(request.tenant),
        kinds=kinds_of(request.tenant),
    )


def _as_it_is(request: PersonRequest, code: str) -> DiagnosisForm:
    stands = diagnosis_named(request.tenant, code).diagnosis
    return _form(request, stands.probe, initial=initial_of(stands))


def _trial_form(request: PersonRequest) -> TrialForm:
    return TrialForm(
        request.POST if request.method == "POST" else None,
        metrics=queries.metrics_offered(request.tenant),
        people=people_visible_to(request.scope).order_by("pinyin", "name", "pk"),
        units=list(units_covered_by(request.scope).values_list("pk", flat=True)),
        typed=typed(request, "trial_person"),
    )


def _tried(request: PersonRequest, trial: TrialForm, wanted: Diagnosis) -> Trial | None:
    """Return a chosen cell as it is explained now, and as it would be."""
    if not trial.is_valid():
        return None
    choice = cell_choice(request, trial.cell())
    return reasons_of(choice), reasons_of(choice, trial=wanted)


def _refuse(form: DiagnosisForm, error: Invalid | Conflict) -> None:
    """Say on the form what is wrong, each place of it where there are several."""
    for problem in error.problems:
        place = f"p_{problem.column}"
        form.add_error(place if place in form.fields else None, said(problem).message)
    if not error.problems:
        form.add_error(None, sentence(error))


def _form_page(
    request: PersonRequest, template: str, context: dict[str, object], *, is_fine: bool = False
) -> HttpResponse:
    """Show a form; one that was sent and refused answers 422."""
    is_refused = request.method == "POST" and not is_fine
    return render(request, template, context, status=422 if is_refused else 200)
