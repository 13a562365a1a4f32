"""Pages of language services: how they stand, and the word a person says of a text."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.ai import queries
from bihuan.ai.access import text_seen
from bihuan.ai.actions import say_word
from bihuan.ai.domain.made import Word
from bihuan.ai.forms import AdjustForm, WordForm
from bihuan.base.refusals import sentence
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, allowed_to, signed_in
from bihuan.org.domain.role import Role


@require_safe
@allowed_to(Role.ADMIN)
def standing(request: PersonRequest) -> HttpResponse:
    return render(request, "ai/standing.html", {"standing": queries.standing(request.tenant)})


def _back(request: PersonRequest) -> str:
    """Return the page of ours that a person came from, or the first one."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, None)
    return asked if is_ours else "/"


@require_POST
@signed_in
def say(request: PersonRequest, text_id: int) -> HttpResponse:
    """Adopt a text, or say that it is of no use."""
    text = text_seen(text_id, request.person)
    form = WordForm(request.POST)
    if not form.is_valid() or form.cleaned_data["word"] == Word.ADJUSTED.value:
        return redirect("ai:adjust", text.pk)
    say_word(text=text, word=Word(form.cleaned_data["word"]), by=request.person)
    messages.success(request, _("Noted. What you think of a text is kept as a fact."))
    return redirect(_back(request))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def adjust(request: PersonRequest, text_id: int) -> HttpResponse:
    """Say how a text should read instead."""
    text = text_seen(text_id, request.person)
    form = AdjustForm(request.POST or None, initial={"adjusted": text.kept})
    if request.method == "POST" and form.is_valid():
        try:
            say_word(
                text=text,
                word=Word.ADJUSTED,
                adjusted=form.cleaned_data["adjusted"],
                by=request.person,
            )
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Noted. What you think of a text is kept as a fact."))
            return redirect(_back(request))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "text": text, "back": _back(request)}
    return render(request, "ai/adjust.html", context, status=status)
