"""Pages on which something is read, answered or taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.base import clock
from bihuan.base.refusals import said as said_problem
from bihuan.base.refusals import sentence
from bihuan.inbox import actions, queries
from bihuan.inbox.access import notice_seen, proposal_seen, require_may_withdraw
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.forms.answering import AnswerForm, ReasonForm
from bihuan.inbox.models import Proposal
from bihuan.inbox.queries import Part, ProposalView
from bihuan.kernel.errors import Conflict, DomainError, Invalid
from bihuan.org.access import PersonRequest, signed_in

FORM = ["GET", "HEAD", "POST"]


@require_POST
@signed_in
def open_notice(request: PersonRequest, notice_id: int) -> HttpResponse:
    """Note that a notice is read, and go where it leads."""
    notice = notice_seen(notice_id, request.person)
    return redirect(actions.read_notice(notice=notice, by=request.person).link)


@require_POST
@signed_in
def read(request: PersonRequest, notice_id: int) -> HttpResponse:
    """Note that a notice is read, and show it again where it stands."""
    notice = notice_seen(notice_id, request.person)
    notice = actions.read_notice(notice=notice, by=request.person)
    if not request.headers.get("HX-Request"):
        return redirect("inbox:notices")
    context = {"notice": notice, "today": clock.today(request.tenant.time_zone)}
    return render(request, "inbox/_notice_read.html", context)


@require_POST
@signed_in
def read_all(request: PersonRequest) -> HttpResponse:
    count = actions.read_all(by=request.person)
    messages.success(request, _("Marked as read: %(count)s.") % {"count": count})
    return redirect("inbox:notices")


@require_http_methods(FORM)
@signed_in
def proposal(request: PersonRequest, proposal_id: int) -> HttpResponse:
    """Show a proposal as the person may see it, and take their answer."""
    found = proposal_seen(proposal_id, request.scope)
    view = _view_of(request, found)
    form, status = None, 200
    if request.method == "POST":
        form = _form_of(request, view)
        refused = _answered(request, form, found)
        if refused is None:
            return redirect("inbox:proposal", found.pk)
        status = refused
        view = _view_of(request, proposal_seen(proposal_id, request.scope))
    at = request.GET.get("at", "")
    parts = [(part, _blank(part, view, form, at)) for part in view.parts]
    # What is said to no part that is shown is said on top.
    loose = form if form is not None and all(shown is not form for _part, shown in parts) else None
    context = {"view": view, "proposal": view.proposal, "parts": parts, "form": loose, "at": at}
    return render(request, "inbox/proposal.html", context, status=status)


def _form_of(request: PersonRequest, view: ProposalView) -> AnswerForm:
    """Return the answer that was sent, to the part that it is about."""
    whom = request.POST.get(AnswerForm.IN_PLACE_OF, "") or str(request.person.pk)
    theirs = (part for part in view.parts if str(part.addressee.person_id) == whom)
    part = next(theirs, None)
    return AnswerForm(request.POST, rows=part.rows if part is not None else (), whom=whom)


def _blank(part: Part, view: ProposalView, sent: AnswerForm | None, at: str) -> AnswerForm | None:
    """Return the form under a part that can be answered: the one that was sent, or an empty one."""
    if not view.takes_answer(part):
        return None
    whom = str(part.addressee.person_id)
    if sent is not None and sent.whom == whom:
        return sent
    form = AnswerForm(rows=part.rows, whom=whom)
    if part is view.own:
        form.begin_at(at)
    return form


def _view_of(request: PersonRequest, found: Proposal) -> ProposalView:
    return queries.proposal_view(found, person=request.person, scope=request.scope, now=clock.now())


def _answered(request: PersonRequest, form: AnswerForm, found: Proposal) -> int | None:
    """Answer the proposal; return the status of the page that says why that is refused."""
    if not form.is_valid():
        return 422
    try:
        actions.answer(
            proposal=found,
            choice=form.chosen(),
            reason=form.cleaned_data["reason"],
            amended=form.amended(),
            in_place_of=form.in_place_of(request.person.pk),
            by=request.person,
        )
    except (Invalid, Conflict) as error:
        _explain(form, error)
        return error.status
    said = SAID if form.in_place_of(request.person.pk) is None else SAID_FOR_ANOTHER
    messages.success(request, said[form.chosen()]())
    return None


SAID_FOR_ANOTHER = {
    Choice.ACCEPT: lambda: _("Kept: in their place you accept this proposal."),
    Choice.AMEND: lambda: _("Kept: in their place you accept this proposal with other values."),
    Choice.REFUSE: lambda: _("Kept: in their place you refuse this proposal."),
}
SAID = {
    Choice.ACCEPT: lambda: _("Kept: you accept this proposal."),
    Choice.AMEND: lambda: _("Kept: you accept this proposal with your values."),
    Choice.REFUSE: lambda: _("Kept: you refuse this proposal."),
}


def _explain(form: AnswerForm, error: DomainError) -> None:
    """Put a refusal on the form, each problem at the field it is about."""
    places = {row.line.key: f"line-{number}" for number, row in enumerate(form.rows)}
    if not error.problems:
        form.add_error("reason" if error.code == "inbox.reason_missing" else None, sentence(error))
    for problem in error.problems:
        form.add_error(places.get(problem.column), said_problem(problem).message)


@require_http_methods(FORM)
@signed_in
def withdraw(request: PersonRequest, proposal_id: int) -> HttpResponse:
    found = proposal_seen(proposal_id, request.scope)
    require_may_withdraw(found, request.person)
    if request.method != "POST" and not found.is_open:
        return redirect("inbox:proposal", found.pk)
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.withdraw(
                    proposal=found, reason=form.cleaned_data["reason"], by=request.person
                )
            except (Invalid, Conflict) as error:
                form.add_error(None, sentence(error))
                status = error.status
            else:
                messages.success(request, _("Withdrawn: nobody is asked any more."))
                return redirect("inbox:proposal", found.pk)
    return render(request, "inbox/withdraw.html", {"proposal": found, "form": form}, status=status)
