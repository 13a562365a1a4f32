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
from bihuan.facts.models import Fact
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
        return redirect(_address(request.GET.dict()))
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
    said = _("Noted. It counts for how far this reason is trusted.")
    return _answer(request, request.GET.dict(), fault, said)


@require_POST
@signed_in
def withdraw(request: PersonRequest, seq: int) -> HttpResponse:
    fact, fault = fact_seen(seq, request.scope), ""
    try:
        actions.withdraw_word(fact=fact, by=request.person)
    except Conflict as error:
        fault = sentence(error)
    return _answer(request, _cell_of(fact), fault, _("Taken back."))


def _cell_of(fact: Fact) -> dict[str, str]:
    """Return the cell that a word is about, as an address names it."""
    person, unit = fact.person_id, fact.unit_id
    subject = {"person": str(person)} if person is not None else {"unit": str(unit)}
    return {"metric": fact.text_2, "period": fact.text_3, **subject}


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


def _answer(request: PersonRequest, cell: dict[str, str], fault: str, said: str) -> HttpResponse:
    """Show the part again, or the page; a refusal stands above the reasons."""
    status = 422 if fault else 200
    if "HX-Request" in request.headers:
        context = reasons_shown(request, cell_choice(request, cell), fault)
        return render(request, "goals/reasons/_part.html", context, status=status)
    if fault:
        messages.error(request, fault)
    else:
        messages.success(request, said)
    return redirect(_address(cell))


def _address(cell: dict[str, str]) -> str:
    return f"{reverse('goals:cell')}?{urlencode(cell)}"
