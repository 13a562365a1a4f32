"""Pages for one's own data, and for who looked at whose."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, allowed_to, signed_in
from bihuan.privacy import actions, queries
from bihuan.privacy.access import LOOKS_AFTER
from bihuan.privacy.domain.consent import Channel, Use
from bihuan.privacy.domain.field import Kind
from bihuan.privacy.domain.petition import Asked
from bihuan.privacy.forms import AgreeForm, PersonalForm
from bihuan.privacy.models import PURPOSE_LABELS, READING_LABELS, Consent

PAGE_SIZE = 100
EXPORT_LIMIT = 50_000
CONSENT_TEXT = "2026-11"
"""Which words somebody ticks on the page of their own data."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mine(request: PersonRequest) -> HttpResponse:
    """Show what is kept of oneself, and change it."""
    person = request.person
    subject = queries.subject_of(person)
    consents = Consent.objects.filter(subject=subject) if subject else Consent.objects.none()
    agreed = consents.filter(use=Use.SENSITIVE.value, withdrawn_at__isnull=True).first()
    form = PersonalForm(request.POST or None, kind=Kind.PERSON, kept=queries.own_fields(person))
    agree = AgreeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and agree.is_valid():
        try:
            if agree.cleaned_data["agrees"] and agreed is None:
                actions.note_consent(
                    subject=actions.subject_for(person),
                    use=Use.SENSITIVE,
                    text_version=CONSENT_TEXT,
                    channel=Channel.PAGE,
                    by=person,
                )
            actions.set_own_fields(person=person, given=form.given(), by=person)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Your data is kept."))
            return redirect("privacy:mine")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "agree": agree, "agreed": agreed, "consents": consents}
    return render(request, "privacy/mine.html", context, status=status)


@require_POST
@signed_in
def ask_copy(request: PersonRequest) -> HttpResponse:
    """Have what is kept of oneself put together; nobody else has to agree."""
    subject = actions.subject_for(request.person)
    reason = _("A copy of my data")
    try:
        made = actions.ask(kind=Asked.COPY, subject=subject, reason=reason, by=request.person)
    except Conflict as refusal:
        messages.info(request, sentence(refusal))
        return redirect("privacy:petitions")
    return redirect("privacy:petition", made.pk)


@require_safe
@allowed_to(*LOOKS_AFTER)
def reads(request: PersonRequest) -> HttpResponse:
    page = Paginator(queries.reads(request.person), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [(each, queries.called(each.subject)) for each in page.object_list]
    return render(request, "privacy/reads.html", {"page": page, "lines": lines})


@require_safe
@allowed_to(*LOOKS_AFTER)
def reads_export(request: PersonRequest) -> HttpResponse:
    header = [
        *(_("When"), _("Who"), _("Whose data"), _("What"), _("Fields"), _("What for?")),
        *(_("Note"), _("Request number")),
    ]
    rows = (
        (
            f"{each.at:%Y-%m-%d %H:%M:%S}Z",
            each.by.name,
            str(each.subject_id or each.count),
            str(READING_LABELS[each.reading]),
            each.fields,
            str(PURPOSE_LABELS[each.purpose]),
            each.note,
            each.request_id,
        )
        for each in queries.reads(request.person)[:EXPORT_LIMIT]
    )
    answer = HttpResponse(workbook(_("Access log"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="access-log.xlsx"'
    return answer
