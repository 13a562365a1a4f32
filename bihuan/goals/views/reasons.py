"""Why a cell is low, and the word of a manager on it: the part of the drawer that says so."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base.refusals import sentence
from bihuan.facts.access import fact_seen
from bihuan.goals.access import may_judge
from bihuan.goals.actions import reasons as actions
from bihuan.goals.domain.reason.word import Word
from bihuan.goals.domain.span import Span
from bihuan.goals.forms.choosing import cell_choice
from bihuan.goals.forms.diagnoses import WordForm
from bihuan.goals.queries.behind import CellChoice
from bihuan.goals.queries.reasons import reasons_of
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, signed_in


@require_safe
@signed_in
def reasons(request: PersonRequest) -> HttpResponse:
    """Show why a cell is low: as a part of its drawer, or of its page."""
    choice = cell_choice(request)
    if "HX-Request" not in request.headers:
        return redirect(_cell_address(request))
    return render(request, "goals/reasons/_part.html", reasons_shown(request, choice))


@require_POST
@signed_in
def say(request: PersonRequest) -> HttpResponse:
    choice, form = cell_choice(request), WordForm(request.POST)
    fault = ""
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.say_word(
                choice=choice,
                word=Word(given["word"]),
                tag=given["tag"],
                instead=given["instead"],
                note=given["note"],
                by=request.person,
            )
        except (Invalid, Conflict) as error:
            fault = sentence(error)
    else:
        fault = _("Something is not right yet. Look at the marked fields.")
    return _answer(
        request, choice, fault, _("Noted. It counts for how far this reason is trusted.")
    )


@require_POST
@signed_in
def withdraw(request: PersonRequest, seq: int) -> HttpResponse:
    choice, fault = cell_choice(request), ""
    try:
        actions.withdraw_word(fact=fact_seen(seq, request.scope), by=request.person)
    except Conflict as error:
        fault = sentence(error)
    return _answer(request, choice, fault, _("Taken back."))


def reasons_shown(request: PersonRequest, choice: CellChoice, fault: str = "") -> dict[str, object]:
    """Return what the part is drawn with."""
    period = choice.period
    shown = reasons_of(choice)
    judges = not choice.is_nobody and may_judge(
        request.person,
        person=choice.person,
        unit=choice.unit,
        span=Span(period.start, period.end),
    )
    return {
        "reasons": shown,
        "words": {word.tag: word for word in shown.words},
        "cell": shown.cell,
        "may_judge": judges and shown.is_low,
        "fault": fault,
    }


def _answer(request: PersonRequest, choice: CellChoice, fault: str, said: str) -> HttpResponse:
    """Show the part again, or the page; a refusal stands above the reasons."""
    status = 422 if fault else 200
    if "HX-Request" in request.headers:
        context = reasons_shown(request, choice, fault)
        return render(request, "goals/reasons/_part.html", context, status=status)
    if fault:
        messages.error(request, fault)
    else:
        messages.success(request, said)
    return redirect(_cell_address(request))


def _cell_address(request: PersonRequest) -> str:
    return f"{reverse('goals:cell')}?{urlencode(request.GET)}"
