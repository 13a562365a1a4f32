"""Webhooks: which other systems are told of what happens, and what they were told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base import clock
from bihuan.base.meanwhile import carry, unless_overtaken
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.integrations import actions, queries
from bihuan.integrations.access import webhook_delivery_seen, webhook_seen
from bihuan.integrations.domain.webhook.attempt import State
from bihuan.integrations.forms import ReplayForm, WebhookForm
from bihuan.integrations.models import SENDING_LABELS, Webhook
from bihuan.integrations.queries.hooks import MOST_EXPORTED, PAGE_SIZE
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.org.domain.role import Role

FORM = ["GET", "HEAD", "POST"]


@require_safe
@allowed_to(Role.ADMIN)
def webhooks(request: PersonRequest) -> HttpResponse:
    lines = queries.webhook_lines(request.tenant)
    return render(request, "integrations/webhooks.html", {"lines": lines})


@require_http_methods(FORM)
@allowed_to(Role.ADMIN)
def new(request: PersonRequest) -> HttpResponse:
    form = WebhookForm(request.POST or None, kinds=queries.kind_choices())
    if request.method == "POST" and form.is_valid():
        try:
            hook, secret = actions.make_webhook(draft=_draft(form), by=request.person)
        except (Invalid, Conflict) as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return _page(request, hook, secret=secret, status=201)
    status = 422 if request.method == "POST" else 200
    return render(request, "integrations/webhook_form.html", {"form": form}, status=status)


@require_http_methods(FORM)
@allowed_to(Role.ADMIN)
def edit(request: PersonRequest, webhook_id: int) -> HttpResponse:
    hook = webhook_seen(webhook_id, request.person)
    form = carry(_form(hook, request.POST or None))
    if request.method == "POST" and form.is_valid():
        try:
            unless_overtaken(
                form,
                held=hook,
                fresh=lambda: _form(webhook_seen(webhook_id, request.person)),
                deed=lambda: actions.change_webhook(
                    webhook=hook, draft=_draft(form), by=request.person
                ),
            )()
        except (Invalid, Conflict) as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("The webhook is changed."))
            return redirect("webhooks:webhook", hook.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "hook": hook}
    return render(request, "integrations/webhook_form.html", context, status=status)


def _form(hook: Webhook, given: QueryDict | None = None) -> WebhookForm:
    kept = {"name": hook.name, "url": hook.url, "kinds": hook.kinds, "is_on": hook.is_on}
    return WebhookForm(given, initial=kept, kinds=queries.kind_choices())


def _draft(form: WebhookForm) -> actions.WebhookDraft:
    return actions.WebhookDraft(**form.cleaned_data)


@require_safe
@allowed_to(Role.ADMIN)
def webhook(request: PersonRequest, webhook_id: int) -> HttpResponse:
    return _page(request, webhook_seen(webhook_id, request.person))


def _page(
    request: PersonRequest,
    hook: Webhook,
    *,
    secret: str = "",
    replay_form: ReplayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of a webhook; with its secret where that was made just now."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state = state if state in set(State) else ""
    found = queries.deliveries_of(hook, state=state, kind=kind)
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "hook": hook,
        "secret": secret,
        "told_of": [queries.kind_words(each) for each in hook.kinds],
        "is_rotating": hook.former_until is not None and clock.now() < hook.former_until,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": list(SENDING_LABELS.items()),
        "kinds": [(each, queries.kind_words(each)) for each in hook.kinds],
        "state": state,
        "kind": kind,
        "asked": asked.urlencode(),
        "replay_form": replay_form or ReplayForm(),
    }
    return render(request, "integrations/webhook.html", context, status=status)


@require_POST
@allowed_to(Role.ADMIN)
def rotate(request: PersonRequest, webhook_id: int) -> HttpResponse:
    hook = webhook_seen(webhook_id, request.person)
    changed, secret = actions.rotate_secret(webhook=hook, by=request.person)
    return _page(request, changed, secret=secret)


@require_POST
@allowed_to(Role.ADMIN)
def try_(request: PersonRequest, webhook_id: int) -> HttpResponse:
    """Send a made-up event at once and show what came back."""
    hook = webhook_seen(webhook_id, request.person)
    made = actions.try_webhook(webhook=hook, by=request.person)
    if made.state == State.TAKEN.value:
        messages.success(request, _("The receiver has taken the event."))
    else:
        messages.error(request, queries.fault_of(made))
    return redirect("webhooks:delivery", hook.pk, made.pk)


@require_POST
@allowed_to(Role.ADMIN)
def remove(request: PersonRequest, webhook_id: int) -> HttpResponse:
    actions.remove_webhook(webhook=webhook_seen(webhook_id, request.person), by=request.person)
    messages.success(request, _("The webhook is removed."))
    return redirect("webhooks:list")


@require_POST
@allowed_to(Role.ADMIN)
def replay(request: PersonRequest, webhook_id: int) -> HttpResponse:
    hook = webhook_seen(webhook_id, request.person)
    form = ReplayForm(request.POST)
    if form.is_valid():
        zone = request.tenant.time_zone
        try:
            count = actions.replay_period(
                webhook=hook,
                since=clock.at_wall(form.cleaned_data["since"], zone),
                until=clock.at_wall(form.cleaned_data["until"], zone),
                by=request.person,
            )
        except (Invalid, Conflict) as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("Sent again: %(count)s.") % {"count": count})
            return redirect("webhooks:webhook", hook.pk)
    return _page(request, hook, replay_form=form, status=422)


@require_safe
@allowed_to(Role.ADMIN)
def delivery(request: PersonRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    found = webhook_delivery_seen(webhook_id, delivery_id, request.person)
    context = {
        "hook": found.webhook,
        "delivery": found,
        "words": queries.kind_words(found.kind),
        "exchange": queries.exchange_of(found),
        "fault": queries.fault_of(found),
    }
    return render(request, "integrations/webhook_delivery.html", context)


@require_POST
@allowed_to(Role.ADMIN)
def replay_one(request: PersonRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    found = webhook_delivery_seen(webhook_id, delivery_id, request.person)
    return _told(
        request,
        lambda: actions.replay_delivery(delivery=found, by=request.person),
        redirect("webhooks:delivery", webhook_id, delivery_id),
    )


def _told(request: PersonRequest, deed: Callable[[], Any], back: HttpResponse) -> HttpResponse:
    try:
        deed()
    except Conflict as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("It is sent again."))
    return back


@require_safe
@allowed_to(Role.ADMIN)
def export(request: PersonRequest, webhook_id: int) -> HttpResponse:
    hook = webhook_seen(webhook_id, request.person)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    found = queries.deliveries_of(hook, state=state, kind=kind)[:MOST_EXPORTED]
    header = (
        *(_("Event number"), _("Event"), _("Happened at"), _("State"), _("Attempts")),
        *(_("Last attempt"), _("Answer"), _("Reason")),
    )
    rows = (
        (
            queries.exchange_of(each).number,
            queries.kind_words(each.kind),
            each.happened_at.isoformat(timespec="seconds"),
            str(SENDING_LABELS[each.state]),
            each.attempts,
            each.tried_at and each.tried_at.isoformat(timespec="seconds"),
            each.status,
            queries.fault_of(each),
        )
        for each in found.select_related("webhook")
    )
    answer = HttpResponse(workbook(_("Webhook"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="webhook.xlsx"'
    return answer
