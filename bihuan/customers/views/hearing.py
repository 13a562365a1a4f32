"""Pages on which a conversation is recorded, heard again, and written down."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.customers import actions, queries
from bihuan.customers.access import (
    RecordingMissing,
    accounts_of,
    customer_seen,
    entity_map,
    own_recording,
    recording_heard,
)
from bihuan.customers.domain.conversation import Channel, Held
from bihuan.customers.forms import RecordingForm, WordsForm
from bihuan.facts.models import Member
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, signed_in

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@signed_in
def record(request: PersonRequest, account_id: int) -> HttpResponse:
    """Record a conversation, or give the file of one; what was said is written down next."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    accounts = Member.objects.in_bulk(accounts_of(found, entities))
    zone = ZoneInfo(request.tenant.time_zone)
    form = RecordingForm(
        request.POST or None,
        request.FILES or None,
        accounts=accounts,
        now=clock.now().astimezone(zone),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        at = given["happened_at"].replace(tzinfo=zone)
        held = Held(happened_at=at, channel=Channel(given["channel"]), text="")
        account = accounts[int(given["account"])]
        try:
            made = actions.keep_recording(
                account=account, held=held, content=form.sound(), by=request.person
            )
        except Invalid as error:
            form.add_error("file", sentence(error))
        else:
            return redirect("customers:recording", made.pk)
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "customer": found,
        "waiting": queries.waiting_recordings(request.person).filter(account__in=accounts),
        "can_hear": queries.can_hear(),
    }
    return render(request, "customers/record.html", context, status=status)


@require_http_methods(FORM)
@signed_in
def recording(request: PersonRequest, recording_id: int) -> HttpResponse:
    """Hear a recording of one's own, and write down what was said in it."""
    found = own_recording(recording_id, request.person)
    if found.conversation_id is not None:
        return redirect("customers:conversations", found.account_id)
    heard = queries.transcript_of(found, request.person)
    proposed = heard.text if heard is not None and not heard.word else ""
    form = WordsForm(request.POST or None, initial={"text": proposed})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.write_down(
                    recording=found, text=form.cleaned_data["text"], by=request.person
                )
            except (Invalid, Conflict) as error:
                form.add_error(None, sentence(error))
                status = error.status
            else:
                messages.success(request, _("The conversation is written down."))
                return redirect("customers:conversations", found.account_id)
    context = {
        "recording": found,
        "form": form,
        "heard": heard,
        "can_hear": queries.can_hear(),
    }
    return render(request, "customers/recording.html", context, status=status)


@require_POST
@signed_in
def transcribe(request: PersonRequest, recording_id: int) -> HttpResponse:
    """Have a recording written down; where that fails, say so and let its maker type."""
    found = own_recording(recording_id, request.person)
    try:
        actions.transcribe_recording(recording=found, by=request.person)
    except (Conflict, Invalid) as error:
        messages.error(request, sentence(error))
    return redirect("customers:recording", found.pk)


@require_POST
@signed_in
def refuse(request: PersonRequest, recording_id: int) -> HttpResponse:
    """Put the transcript aside and type oneself."""
    found = own_recording(recording_id, request.person)
    actions.refuse_transcript(recording=found, by=request.person)
    return redirect("customers:recording", found.pk)


@require_POST
@signed_in
def discard(request: PersonRequest, recording_id: int) -> HttpResponse:
    found = own_recording(recording_id, request.person)
    actions.discard_recording(recording=found, by=request.person)
    messages.success(request, _("The recording is erased."))
    return redirect("customers:customer", found.account_id)


@require_safe
@signed_in
def sound(request: PersonRequest, recording_id: int) -> HttpResponse:
    """Hand over the sound, for the page to play; nobody keeps a copy on the way."""
    heard = queries.sound_of(recording_heard(recording_id, request.person, request.scope))
    if heard is None:
        raise RecordingMissing()
    answer = HttpResponse(heard.content, content_type=heard.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = f'inline; filename="{heard.name}"'
    return answer
