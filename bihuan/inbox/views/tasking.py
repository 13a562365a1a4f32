"""Pages with a form of their own: a task made, put off, handed over, done, called off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from bihuan.base import clock
from bihuan.base.picking import as_left, is_finding, typed
from bihuan.base.refusals import sentence
from bihuan.inbox import actions
from bihuan.inbox.access import (
    people_given_to,
    people_handed_to,
    require_may_call_off,
    require_may_hand_over,
    require_own,
    task_seen,
    words_to,
)
from bihuan.inbox.forms.answering import ReasonForm
from bihuan.inbox.forms.tasks import FinishForm, HandOverForm, SnoozeForm, TaskForm
from bihuan.inbox.models import Task
from bihuan.inbox.queries import said
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, signed_in

FORM = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the page around a form says."""

    heading: Promise
    text: Promise
    button: Promise
    icon: str
    done: Promise


SNOOZE = Sheet(
    heading=_lazy("Put the task off?"),
    text=_lazy("It comes back by itself on that day. Until then its days are not counted."),
    button=_lazy("Put it off"),
    icon="clock",
    done=_lazy("Put off until the day you said."),
)
HAND_OVER = Sheet(
    heading=_lazy("Hand the task over?"),
    text=_lazy("Whoever gets it has all its days before them. Who has had it goes on seeing it."),
    button=_lazy("Hand it over"),
    icon="arrow-forward-up",
    done=_lazy("Handed over."),
)
FINISH = Sheet(
    heading=_lazy("Is the task done?"),
    text=_lazy("Whoever gave it is told. You can take it up again within a day."),
    button=_lazy("Keep it as done"),
    icon="check",
    done=_lazy("Done. You can take it up again within a day."),
)
CALL_OFF = Sheet(
    heading=_lazy("Call the task off?"),
    text=_lazy("Nobody needs to do it any more. What has been said and ticked off is kept."),
    button=_lazy("Call it off"),
    icon="ban",
    done=_lazy("Called off: nobody needs to do it any more."),
)


def _asked(
    request: PersonRequest, found: Task, form: Form, sheet: Sheet, do: Callable[[], object]
) -> HttpResponse:
    """Show a form about a task, do what it says, and say on it why that is refused."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                do()
            except (Invalid, Conflict) as error:
                form.add_error(None, sentence(error))
                status = error.status
            else:
                messages.success(request, str(sheet.done))
                return redirect("inbox:task", found.pk)
    elif not found.is_open:
        return redirect("inbox:task", found.pk)
    return _sheet(request, found, form, sheet, status=status)


def _sheet(
    request: PersonRequest, found: Task, form: Form, sheet: Sheet, *, status: int = 200
) -> HttpResponse:
    title = words_to(found, request.scope)(said(found.title))
    context = {"task": found, "title": title, "form": form, "sheet": sheet}
    return render(request, "inbox/task_sheet.html", context, status=status)


@require_http_methods(FORM)
@signed_in
def snooze(request: PersonRequest, task_id: int) -> HttpResponse:
    found = task_seen(task_id, request.scope)
    require_own(found, request.person)
    form = SnoozeForm(request.POST or None, today=clock.today(request.tenant.time_zone))
    return _asked(
        request,
        found,
        form,
        SNOOZE,
        lambda: actions.snooze(
            task=found,
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            by=request.person,
        ),
    )


@require_http_methods(FORM)
@signed_in
def hand_over(request: PersonRequest, task_id: int) -> HttpResponse:
    found = task_seen(task_id, request.scope)
    require_may_hand_over(found, request.person, request.scope)
    people = people_handed_to(request.person, clock.today(request.tenant.time_zone))
    finds = is_finding(request)
    form = HandOverForm(
        None if finds else request.POST or None,
        people=people,
        owner=found.owner_id,
        typed=typed(request, "to"),
    )
    if finds:
        return _sheet(request, found, as_left(form, request.POST), HAND_OVER)
    return _asked(
        request,
        found,
        form,
        HAND_OVER,
        lambda: actions.hand_over(
            task=found,
            to=form.cleaned_data["to"],
            reason=form.cleaned_data["reason"],
            by=request.person,
            had=form.cleaned_data["had"],
        ),
    )


@require_http_methods(FORM)
@signed_in
def finish(request: PersonRequest, task_id: int) -> HttpResponse:
    found = task_seen(task_id, request.scope)
    require_own(found, request.person)
    form = FinishForm(request.POST or None)
    return _asked(
        request,
        found,
        form,
        FINISH,
        lambda: actions.finish(
            task=found,
            outcome=form.chosen(),
            result=form.cleaned_data["result"],
            by=request.person,
        ),
    )


@require_http_methods(FORM)
@signed_in
def call_off(request: PersonRequest, task_id: int) -> HttpResponse:
    found = task_seen(task_id, request.scope)
    require_may_call_off(found, request.person)
    form = ReasonForm(request.POST or None)
    return _asked(
        request,
        found,
        form,
        CALL_OFF,
        lambda: actions.call_off(task=found, reason=form.cleaned_data["reason"], by=request.person),
    )


@require_http_methods(FORM)
@signed_in
def new(request: PersonRequest) -> HttpResponse:
    """Make a task for oneself, or for somebody one leads."""
    today = clock.today(request.tenant.time_zone)
    finds = is_finding(request)
    form = TaskForm(
        None if finds else request.POST or None,
        people=people_given_to(request.person, today),
        by=request.person,
        today=today,
        key=actions.new_key(),
        typed=typed(request, "owner"),
    )
    if finds:
        as_left(form, request.POST)
    status = 200
    if request.method == "POST" and not finds:
        status = 422
        if form.is_valid():
            try:
                made = actions.make_task(**form.cleaned_data, by=request.person)
            except Invalid as error:
                form.add_error(None, sentence(error))
            else:
                messages.success(request, _("The task is made."))
                return redirect("inbox:task", made.pk)
    return render(request, "inbox/task_new.html", {"form": form}, status=status)
