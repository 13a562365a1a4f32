"""Deliveries: where the link of a message leads, and what operators see and mend."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.inbox import actions, queries
from bihuan.inbox.access import delivery_brought, delivery_seen
from bihuan.inbox.channels import channel_name
from bihuan.inbox.forms.delivering import DeliverySearch
from bihuan.inbox.models import DELIVERY_LABELS
from bihuan.inbox.views.looking import few_enough
from bihuan.kernel.errors import Conflict, Invalid, Missing
from bihuan.org.access import PersonRequest, allowed_to, signed_in
from bihuan.org.domain.role import Role


@require_safe
@signed_in
def delivered(request: PersonRequest, delivery_id: int) -> HttpResponse:
    """Note that a message was followed, and go where it leads."""
    found = delivery_brought(delivery_id, request.person)
    if request.method == "GET":
        actions.open_delivery(delivery=found, by=request.person)
    letter, at = found.letter, request.GET.get("at", "")
    if at and at in {each.opens for each in letter.buttons}:
        return redirect(f"{letter.link}?at={at}#answer")
    return redirect(letter.link)


@require_safe
@allowed_to(Role.ADMIN)
def deliveries(request: PersonRequest) -> HttpResponse:
    counts = queries.delivery_counts(request.tenant)
    form = DeliverySearch(request.GET, channels=[(each.code, each.name) for each in counts])
    channel, state = form.asked()
    found = queries.deliveries(request.tenant, channel=channel, state=state).with_turn()
    context = {
        "form": form,
        "counts": counts,
        "states": list(DELIVERY_LABELS.items()),
        "page": Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "is_narrowed": bool(channel or state),
        "dead": sum(each.counts.get("dead", 0) for each in counts),
        "asked": request.GET.urlencode(),
    }
    return render(request, "inbox/deliveries.html", context)


@require_safe
@allowed_to(Role.ADMIN)
def deliveries_export(request: PersonRequest) -> HttpResponse:
    counts = queries.delivery_counts(request.tenant)
    form = DeliverySearch(request.GET, channels=[(each.code, each.name) for each in counts])
    channel, state = form.asked()
    found = few_enough(queries.deliveries(request.tenant, channel=channel, state=state))
    header = (
        *(_("Delivery number"), _("Person"), _("Channel"), _("What it is about"), _("State")),
        *(_("Attempts"), _("Written at"), _("Sent at"), _("Opened at"), _("Reason")),
        _("Id for the receiver"),
    )
    rows = (
        (
            *(each.pk, each.person.name, str(channel_name(each.channel))),
            *(str(queries.matter_of(each)), str(DELIVERY_LABELS[each.state]), each.attempts),
            *(
                at and at.isoformat(timespec="seconds")
                for at in (each.made_at, each.sent_at, each.opened_at)
            ),
            *(queries.fault_of(each), str(each.stable_id)),
        )
        for each in found
    )
    answer = HttpResponse(workbook(_("Deliveries"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="deliveries.xlsx"'
    return answer


@require_POST
@allowed_to(Role.ADMIN)
def retry(request: PersonRequest, delivery_id: int) -> HttpResponse:
    found = delivery_seen(delivery_id, request.person)
    return _done(
        request,
        lambda: actions.retry_delivery(delivery=found, by=request.person),
        _("It is sent again."),
    )


@require_POST
@allowed_to(Role.ADMIN)
def discard(request: PersonRequest, delivery_id: int) -> HttpResponse:
    found = delivery_seen(delivery_id, request.person)
    return _done(
        request,
        lambda: actions.discard_delivery(delivery=found, by=request.person),
        _("It is discarded."),
    )


@require_POST
@allowed_to(Role.ADMIN)
def retry_all(request: PersonRequest) -> HttpResponse:
    count = actions.retry_all(tenant=request.tenant, by=request.person)
    messages.success(request, _("Sent again: %(count)s.") % {"count": count})
    return redirect("inbox:deliveries")


@require_POST
@allowed_to(Role.ADMIN)
def test(request: PersonRequest) -> HttpResponse:
    """Send the administrator a message by a channel, and say what the receiver answered."""
    channel = request.POST.get("channel", "")
    return _done(
        request,
        lambda: actions.send_test(to=request.person, channel=channel, by=request.person),
        _("The receiver has taken the test message."),
    )


def _done(request: PersonRequest, deed: Callable[[], object], told: str) -> HttpResponse:
    """Do it and go back to the list, where a refusal is told: somebody may have been faster."""
    try:
        deed()
    except (Conflict, Invalid, Missing) as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, told)
    return redirect("inbox:deliveries")
