"""The page of a task, and what is done on it without leaving it."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.base.taking import require_may_take
from bihuan.base.uploads import handed_over
from bihuan.inbox import actions, queries
from bihuan.inbox.access import file_seen, task_seen
from bihuan.inbox.forms.tasks import CommentForm, FileForm
from bihuan.inbox.models import Task
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, signed_in


@require_safe
@signed_in
def task(request: PersonRequest, task_id: int) -> HttpResponse:
    """Show a task; to open it is to read it."""
    found = task_seen(task_id, request.scope)
    if request.method == "GET":
        actions.read_task(task=found, by=request.person)
    return _page(request, found)


def _page(request: PersonRequest, found: Task, *, refused: Form | None = None) -> HttpResponse:
    context = {
        "task": found,
        "view": _view(request, found),
        "form": refused,
        "comment_form": refused if isinstance(refused, CommentForm) else CommentForm(),
        "file_form": refused if isinstance(refused, FileForm) else FileForm(),
        "counted": queries.waiting(request.person, clock.now()),
        "today": clock.today(request.tenant.time_zone),
    }
    return render(request, "inbox/task.html", context, status=200 if refused is None else 422)


def _view(request: PersonRequest, found: Task) -> queries.TaskView:
    return queries.task_view(
        found,
        person=request.person,
        scope=request.scope,
        now=clock.now(),
        today=clock.today(request.tenant.time_zone),
    )


@require_POST
@signed_in
def item(request: PersonRequest, task_id: int, place: int) -> HttpResponse:
    """Tick a point off or take the tick away, and show the checklist where it stands."""
    found = task_seen(task_id, request.scope)
    is_checked = request.POST.get("checked") == "1"
    actions.check_item(task=found, place=place, is_checked=is_checked, by=request.person)
    if not request.headers.get("HX-Request"):
        return redirect(reverse("inbox:task", args=[found.pk]) + "#items")
    context = {"view": _view(request, found), "task": found, "swapped": place}
    return render(request, "inbox/_items.html", context)


@require_POST
@signed_in
def comment(request: PersonRequest, task_id: int) -> HttpResponse:
    found = task_seen(task_id, request.scope)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, found, refused=form)
    try:
        actions.comment(task=found, text=form.cleaned_data["text"], by=request.person)
    except Invalid as error:
        form.add_error("text", sentence(error))
        return _page(request, found, refused=form)
    return redirect(reverse("inbox:task", args=[found.pk]) + "#comments")


@require_POST
@signed_in
def attach(request: PersonRequest, task_id: int) -> HttpResponse:
    found = task_seen(task_id, request.scope)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, refused=form)
    given = form.given()
    try:
        actions.attach(task=found, name=given.name or "", content=given.read(), by=request.person)
    except (Invalid, Conflict) as error:
        form.add_error("file", sentence(error))
        return _page(request, found, refused=form)
    messages.success(request, _("The file is added."))
    return redirect(reverse("inbox:task", args=[found.pk]) + "#files")


@require_safe
@signed_in
def download(request: PersonRequest, task_id: int, file_id: int) -> HttpResponseBase:
    """Send a file of a task to be kept, never to be shown: what it holds is not ours."""
    found = file_seen(task_id, file_id, request.scope)
    require_may_take(0)
    return handed_over(found.name, found.path.open("rb"))


@require_POST
@signed_in
def wake(request: PersonRequest, task_id: int) -> HttpResponse:
    found = task_seen(task_id, request.scope)
    actions.wake(task=found, by=request.person)
    messages.success(request, _("Taken up again."))
    return redirect("inbox:task", found.pk)


@require_POST
@signed_in
def reopen(request: PersonRequest, task_id: int) -> HttpResponse:
    found = task_seen(task_id, request.scope)
    actions.reopen(task=found, by=request.person)
    messages.success(request, _("Taken up again: the task is to be done."))
    return redirect("inbox:task", found.pk)
