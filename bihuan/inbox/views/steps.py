"""The page on which an administrator says how tasks escalate."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base.meanwhile import carry, unless_overtaken
from bihuan.base.refusals import sentence
from bihuan.inbox import actions, queries
from bihuan.inbox.forms.tasks import EscalationForm
from bihuan.inbox.uses import task_kind
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.org.domain.role import Role

FORM = ["GET", "HEAD", "POST"]


@require_safe
@allowed_to(Role.ADMIN)
def escalation(request: PersonRequest) -> HttpResponse:
    """Show how each kind of task escalates."""
    context = {"rows": queries.escalations(request.tenant)}
    return render(request, "inbox/escalation.html", context)


@require_http_methods(FORM)
@allowed_to(Role.ADMIN)
def edit(request: PersonRequest) -> HttpResponse:
    """Change the steps of one kind, or of all for which nothing else is said."""
    kind = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    form = carry(_form(request, kind, request.POST or None))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                unless_overtaken(
                    form,
                    held=request.tenant,
                    fresh=lambda: _form(request, kind),
                    deed=lambda: actions.set_escalation(
                        tenant=request.tenant, kind=kind, ladder=form.ladder(), by=request.person
                    ),
                )()
            except (Invalid, Conflict) as error:
                form.add_error(None, sentence(error))
            else:
                messages.success(request, _("Kept. It holds for tasks made from now on."))
                return redirect("inbox:escalation")
    name = task_kind(kind).name if kind else None
    context = {"form": form, "kind": kind, "kind_name": name}
    return render(request, "inbox/escalation_edit.html", context, status=status)


def _form(request: PersonRequest, kind: str, given: QueryDict | None = None) -> EscalationForm:
    return EscalationForm(given, ladder=queries.ladder_for(request.tenant, kind))


@require_POST
@allowed_to(Role.ADMIN)
def reset(request: PersonRequest) -> HttpResponse:
    """Take back what was said of a kind."""
    kind = request.POST.get("kind", "")
    actions.set_escalation(tenant=request.tenant, kind=kind, ladder=None, by=request.person)
    messages.success(request, _("Kept. It holds for tasks made from now on."))
    return redirect("inbox:escalation")
