"""Pages on which requests about personal data are asked, looked through and decided."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base import clock
from bihuan.base.jobs.showing import JobLine, job_lines, jobs_of
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.base.uploads.serving import handed_over
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, allowed_to, person_seen, require_role, signed_in
from bihuan.org.models import Person
from bihuan.privacy import actions, queries
from bihuan.privacy.access import LOOKS_AFTER, hold_seen, petition_seen, subject_seen
from bihuan.privacy.domain.petition import Asked, State
from bihuan.privacy.domain.reading import Purpose, Reading
from bihuan.privacy.forms import AskForm, DecisionForm
from bihuan.privacy.models import ASKED_LABELS, STATE_LABELS, Petition, Subject

FORM = ["GET", "HEAD", "POST"]
PAGE_SIZE = 50


@require_safe
@signed_in
def petitions(request: PersonRequest) -> HttpResponse:
    found = queries.petitions(request.person)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [(each, queries.called(each.subject)) for each in page.object_list]
    context = {"page": page, "lines": lines, "looks_after": bool(request.roles & LOOKS_AFTER)}
    return render(request, "privacy/petitions.html", context)


@require_safe
@signed_in
def petitions_export(request: PersonRequest) -> HttpResponse:
    zone = request.tenant.time_zone
    header = [
        *(
            _("Number"),
            _("What"),
            _("About"),
            _("State"),
            pgettext("a privacy request", "Asked on"),
            _("Answer by"),
        ),
        *(_("Done on"), _("Why?")),
    ]
    rows = (
        (
            *(each.pk, str(ASKED_LABELS[each.kind]), queries.called(each.subject)),
            *(str(STATE_LABELS[each.state]), clock.business_day(each.asked_at, zone)),
            each.answer_by,
            clock.business_day(each.done_at, zone) if each.done_at else None,
            each.reason,
        )
        for each in queries.petitions(request.person)
    )
    answer = HttpResponse(workbook(_("Privacy requests"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="privacy-requests.xlsx"'
    return answer


@require_safe
@signed_in
def petition(request: PersonRequest, petition_id: int) -> HttpResponse:
    """Show a request; whoever may decide sees where what lies, and that is written down."""
    found = petition_seen(petition_id, request.person)
    return _shown(request, found)


def _shown(request: PersonRequest, found: Petition, **more: object) -> HttpResponse:
    view = queries.petition_view(found, request.person)
    if view.seeking is not None:
        actions.note_read(
            reading=Reading.PREVIEWED,
            subject=found.subject,
            purpose=Purpose.RIGHTS,
            by=request.person,
        )
    context = {
        "view": view,
        "form": DecisionForm(),
        "hold_form": AskForm(),
        "job": _job_of(found),
        **more,
    }
    return render(request, "privacy/petition.html", context, status=422 if more else 200)


def _job_of(found: Petition) -> JobLine | None:
    """Return how far the work on a request is, while it is being done."""
    if found.state != State.AGREED.value or found.job_id is None:
        return None
    return next(iter(job_lines(jobs_of(found.tenant_id).filter(pk=found.job_id))), None)


@require_POST
@allowed_to(*LOOKS_AFTER)
def decide(request: PersonRequest, petition_id: int) -> HttpResponse:
    found = petition_seen(petition_id, request.person)
    form = DecisionForm(request.POST)
    words = form.cleaned_data["decision"] if form.is_valid() else ""
    agree = request.POST.get("answer") == "agree"
    try:
        actions.decide(petition=found, agree=agree, decision=words, by=request.person)
    except (Invalid, Conflict) as error:
        return _shown(request, found, refused=sentence(error))
    messages.success(request, _("It is agreed to, and being done.") if agree else _("Declined."))
    return redirect("privacy:petition", found.pk)


@require_POST
@signed_in
def withdraw(request: PersonRequest, petition_id: int) -> HttpResponse:
    found = petition_seen(petition_id, request.person)
    actions.withdraw(petition=found, by=request.person)
    messages.success(request, _("The request is taken back."))
    return redirect("privacy:petitions")


@require_POST
@allowed_to(*LOOKS_AFTER)
def place_hold(request: PersonRequest, petition_id: int) -> HttpResponse:
    """Keep the data that a request would erase, because the law or a dispute asks for it."""
    found = petition_seen(petition_id, request.person)
    form = AskForm(request.POST)
    if not form.is_valid() or found.subject is None:
        return _shown(request, found, hold_form=form)
    reason = form.cleaned_data["reason"]
    actions.hold(subject=found.subject, reason=reason, until=None, by=request.person)
    messages.success(request, _("Their data is restricted: kept, and shown to nobody."))
    return redirect("privacy:petition", found.pk)


@require_POST
@allowed_to(*LOOKS_AFTER)
def lift_hold(request: PersonRequest, hold_id: int) -> HttpResponse:
    actions.lift(held=hold_seen(hold_id, request.person), by=request.person)
    messages.success(request, _("The hold is lifted."))
    return redirect("privacy:petitions")


@require_http_methods(FORM)
@allowed_to(*LOOKS_AFTER)
def erase_subject(request: PersonRequest, subject_id: UUID) -> HttpResponse:
    """Ask that somebody be erased, by their number."""
    found = subject_seen(subject_id, request.person)
    return _ask(request, found, queries.called(found))


@require_http_methods(FORM)
@allowed_to(*LOOKS_AFTER)
def copy_person(request: PersonRequest, person_id: int) -> HttpResponse:
    """Ask for a copy of a colleague's data, on their behalf."""
    found = person_seen(person_id, request.scope)
    return _ask(request, found, found.name, kind=Asked.COPY)


@require_safe
@signed_in
def fetch_copy(request: PersonRequest, petition_id: int) -> HttpResponseBase:
    """Hand out a copy to who asked for it, or is meant."""
    found = petition_seen(petition_id, request.person)
    path = actions.fetch_copy(petition=found, by=request.person)
    return handed_over("data.zip", path.open("rb"), media_type="application/zip")


@require_http_methods(FORM)
@signed_in
def erase_person(request: PersonRequest, person_id: int) -> HttpResponse:
    """Ask that a colleague be erased: for oneself, or as who looks after personal data."""
    found = person_seen(person_id, request.scope)
    if found.pk != request.person.pk:
        require_role(request.person, *LOOKS_AFTER)
    return _ask(request, found, found.name)


@require_http_methods(FORM)
@signed_in
def ask_contacts(request: PersonRequest) -> HttpResponse:
    """Ask to take more contacts away in full than anybody may alone."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        made = actions.ask(kind=Asked.CONTACTS, subject=None, reason=reason, by=request.person)
        messages.success(request, _("It is asked for. Somebody else decides on it."))
        return redirect("privacy:petition", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "privacy/ask.html", {"form": form, "called": ""}, status=status)


def _ask(
    request: PersonRequest, about: Subject | Person, called: str, *, kind: Asked = Asked.ERASURE
) -> HttpResponse:
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        subject = about if isinstance(about, Subject) else actions.subject_for(about)
        reason = form.cleaned_data["reason"]
        try:
            made = actions.ask(kind=kind, subject=subject, reason=reason, by=request.person)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("It is asked for. Somebody else decides on it."))
            return redirect("privacy:petition", made.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "called": called, "is_copy": kind is Asked.COPY}
    return render(request, "privacy/ask.html", context, status=status)
