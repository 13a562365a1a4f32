"""The page on which an administrator looks after jobs, and the part that shows progress."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import clock
from bihuan.base.jobs.showing import (
    STATE_LABELS,
    STATES,
    is_worked_on,
    job_line,
    job_lines,
    job_seen,
    jobs_of,
    queue_lines,
    schedule_lines,
)
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.kernel.errors import Conflict
from bihuan.org import actions
from bihuan.org.access import PersonRequest, allowed_to, job_watched, signed_in
from bihuan.org.domain.role import Role


@require_safe
@allowed_to(Role.ADMIN)
def jobs(request: PersonRequest) -> HttpResponse:
    own = jobs_of(request.tenant.pk)
    state = _state(request)
    context = {
        "state": state,
        "states": [(each.value, STATE_LABELS[each.value]) for each in STATES],
        "lines": job_lines(own, state=state),
        "queues": queue_lines(own),
        "schedules": schedule_lines(
            tenant_id=request.tenant.pk, zone=request.tenant.time_zone, now=clock.now()
        ),
        "is_worked_on": is_worked_on(),
    }
    return render(request, "org/jobs.html", context)


def _state(request: PersonRequest) -> str:
    """Return the state that is asked for; nonsense counts as nothing said."""
    asked = request.GET.get("state", "")
    return asked if asked in {state.value for state in STATES} else ""


@require_safe
@allowed_to(Role.ADMIN)
def jobs_export(request: PersonRequest) -> HttpResponse:
    lines = job_lines(jobs_of(request.tenant.pk), state=_state(request))
    rows = (
        (
            line.id,
            str(line.title),
            line.subject,
            line.queue,
            str(STATE_LABELS.get(line.state, line.state)),
            line.attempts,
            line.since and line.since.isoformat(timespec="seconds"),
            line.fault,
        )
        for line in lines
    )
    header = (
        *(_("Job number"), _("Job"), _("Concerns"), _("Queue"), _("State"), _("Attempts")),
        *(_("State since"), _("Reason")),
    )
    answer = HttpResponse(workbook(_("Jobs"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="jobs.xlsx"'
    return answer


@require_safe
@signed_in
def job_progress(request: PersonRequest, job_id: int) -> HttpResponse:
    """Answer the polling part, to administrators and to whoever asked for the job."""
    line = job_line(job_watched(job_id, request.person))
    response = render(request, "org/_job_progress.html", {"line": line})
    if line.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@allowed_to(Role.ADMIN)
def retry_job(request: PersonRequest, job_id: int) -> HttpResponse:
    job = job_seen(job_id, request.tenant.pk)
    return _done(
        request,
        lambda: actions.retry_job(job=job, by=request.person),
        _("Job %(job)s is tried again.") % {"job": job_id},
    )


@require_POST
@allowed_to(Role.ADMIN)
def discard_job(request: PersonRequest, job_id: int) -> HttpResponse:
    job = job_seen(job_id, request.tenant.pk)
    return _done(
        request,
        lambda: actions.discard_job(job=job, by=request.person),
        _("Job %(job)s is given up.") % {"job": job_id},
    )


def _done(request: PersonRequest, deed: Callable[[], None], said: str) -> HttpResponse:
    """Do it and go back to the list, where a refusal is told: somebody may have been faster."""
    try:
        deed()
    except Conflict as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, said)
    return redirect("org:jobs")
