"""The pages on which administrators take everything along, and let their company go."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base.jobs.showing import job_lines, jobs_of
from bihuan.base.refusals import sentence
from bihuan.kernel.errors import Conflict
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.org.domain.role import Role
from bihuan.tenants import actions
from bihuan.tenants.access import ExportMissing, deletion_of, export_seen
from bihuan.tenants.forms import LeaveForm
from bihuan.tenants.models import Export

SHOWN = 20


@require_safe
@allowed_to(Role.ADMIN)
def exports(request: PersonRequest) -> HttpResponse:
    found = Export.objects.filter(tenant=request.tenant).select_related("by")[:SHOWN]
    asked = job_lines(jobs_of(request.tenant.pk).filter(task_name=actions.EXPORT_JOB))
    job = asked[0] if asked and asked[0].state != "succeeded" else None
    return render(request, "tenants/exports.html", {"exports": found, "job": job})


@require_POST
@allowed_to(Role.ADMIN)
def ask_for_export(request: PersonRequest) -> HttpResponse:
    try:
        actions.ask_for_export(by=request.person)
    except Conflict as refusal:  # Somebody was faster: the page shows how far theirs is.
        messages.info(request, sentence(refusal))
    else:
        messages.success(request, _("The export is being made."))
    return redirect("tenants:exports")


@require_POST
@allowed_to(Role.ADMIN)
def fetch_export(request: PersonRequest, export_id: int) -> HttpResponseBase:
    """Hand the file over; that it was fetched is written down, so it is no mere look."""
    export = export_seen(export_id, request.person)
    if not export.is_ready or not export.path.is_file():
        raise ExportMissing()
    actions.note_fetched(export=export, by=request.person)
    name = f"{request.tenant.code}-{export.asked_at:%Y%m%d}.zip"
    return FileResponse(export.path.open("rb"), as_attachment=True, filename=name)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Role.ADMIN)
def leave(request: PersonRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = LeaveForm(sent, expected=request.tenant.code)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_deletion(reason=form.cleaned_data["reason"], by=request.person)
            return redirect("tenants:leave")
        except Conflict as refusal:
            form.add_error(None, sentence(refusal))
    asked = deletion_of(request.person)
    context = {
        "form": form,
        "asked": asked,
        "notice_days": settings.DELETION_NOTICE_DAYS,
        "is_second": asked is not None and asked.asked_by_id != request.person.pk,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tenants/leave.html", context, status=status)


@require_POST
@allowed_to(Role.ADMIN)
def agree(request: PersonRequest) -> HttpResponse:
    """Agree, as another administrator, that the company goes."""
    asked = deletion_of(request.person)
    if asked is None:
        raise actions.DeletionMissing()
    actions.confirm_deletion(deletion=asked, by=request.person)
    return redirect("tenants:leave")


@require_POST
@allowed_to(Role.ADMIN)
def withdraw(request: PersonRequest) -> HttpResponse:
    actions.withdraw_deletion(by=request.person)
    messages.success(request, _("The deletion is taken back: everything stays."))
    return redirect("tenants:leave")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Role.ADMIN)
def confirm_deletion(request: PersonRequest, secret: str) -> HttpResponse:
    """Agree by the link in the mail; only a button does, as scanners follow links."""
    asked = deletion_of(request.person)
    if asked is None:
        raise actions.DeletionMissing()
    if request.method == "POST":
        actions.confirm_deletion(deletion=asked, secret=secret, by=request.person)
        return redirect("tenants:leave")
    return render(
        request,
        "tenants/confirm_deletion.html",
        {"asked": asked, "notice_days": settings.DELETION_NOTICE_DAYS},
    )
