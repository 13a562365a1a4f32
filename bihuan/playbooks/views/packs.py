"""Pages of packs: those handed to me, and to people I lead."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import Value
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org.access import PersonRequest, signed_in
from bihuan.playbooks import actions, queries
from bihuan.playbooks.access import (
    PackMissing,
    item_seen,
    pack_seen,
    play_seen,
    require_own_pack,
)
from bihuan.playbooks.forms import PickForm
from bihuan.playbooks.models import HandedItem, HandedOut
from bihuan.playbooks.queries import PackLine, Wording
from bihuan.playbooks.views.reading import EXPORT_LIMIT, excel


@require_safe
@signed_in
def packs(request: PersonRequest) -> HttpResponse:
    is_mine = request.GET.get("whose") == "mine"
    found = queries.packs(request.scope, mine=is_mine)
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": queries.pack_lines(page.object_list),
        "is_mine": is_mine,
        "leads": bool(request.scope.unit_paths) or request.scope.whole_tenant,
        "wording": queries.wording_of(request.tenant),
    }
    return render(request, "playbooks/packs.html", context)


@require_safe
@signed_in
def packs_export(request: PersonRequest) -> HttpResponse:
    found = queries.packs(request.scope, mine=request.GET.get("whose") == "mine")
    wording = queries.wording_of(request.tenant)
    header = [
        *(_("Person"), _("Handed out on"), _("Metric"), _("Reason"), _("Plays")),
        *(_("Opened"), _("Used"), _("Helpful"), _("Outcome"), _("Outcome on")),
    ]
    lines = queries.pack_lines(found[:EXPORT_LIMIT])
    zone = request.tenant.time_zone
    rows = (_row(line, wording, zone) for line in lines)
    return excel("packs.xlsx", _("Learning packs"), header, rows)


def _row(line: PackLine, wording: Wording, zone: str) -> Sequence[Value]:
    pack = line.pack
    return (
        *(pack.person.name, clock.business_day(pack.made_at, zone)),
        wording.name("metrics", pack.metric),
        wording.name("reasons", pack.reason) if pack.reason else None,
        *(line.items, line.opened, line.used, line.helpful),
        outcome_said(pack) or None,
        pack.outcome_on,
    )


def outcome_said(pack: HandedOut) -> str:
    """Return what came of a pack in words; nothing where that is not known yet."""
    if pack.recovered is None:
        return ""
    return _("Recovered") if pack.recovered else _("Not recovered")


@require_safe
@signed_in
def pack(request: PersonRequest, pack_id: int) -> HttpResponse:
    """Show a pack: why it was handed out, its plays, and what was done with them."""
    found = pack_seen(pack_id, request.scope)
    context = {
        "view": queries.pack_view(found, request.person),
        "wording": queries.wording_of(request.tenant),
    }
    return render(request, "playbooks/pack.html", context)


def _own_item(request: PersonRequest, pack_id: int, position: int) -> HandedItem:
    found = pack_seen(pack_id, request.scope)
    require_own_pack(found, request.person)
    return item_seen(found, position)


@require_POST
@signed_in
def open_item(request: PersonRequest, pack_id: int, position: int) -> HttpResponse:
    """Note that a play was opened, and go to the version that was handed out."""
    item = actions.open_item(item=_own_item(request, pack_id, position), by=request.person)
    there = reverse("playbooks:play", args=[item.version.play_id])
    return redirect(f"{there}?version={item.version.number}&pack={pack_id}")


@require_POST
@signed_in
def use_item(request: PersonRequest, pack_id: int, position: int) -> HttpResponse:
    item = actions.use_item(item=_own_item(request, pack_id, position), by=request.person)
    return _item_again(request, item)


@require_POST
@signed_in
def rate_item(request: PersonRequest, pack_id: int, position: int) -> HttpResponse:
    item = _own_item(request, pack_id, position)
    said = request.POST.get("helpful")
    if said not in {"yes", "no"}:
        raise PackMissing()
    return _item_again(
        request, actions.rate_item(item=item, helpful=said == "yes", by=request.person)
    )


@require_POST
@signed_in
def pick(request: PersonRequest, play_id: int) -> HttpResponse:
    """Note that one used a play from the library."""
    found = play_seen(play_id, request.person)
    form = PickForm(request.POST, wording=queries.wording_of(request.tenant))
    given = form.cleaned_data if form.is_valid() else {}
    try:
        actions.pick_play(
            play=found,
            metric=given.get("metric", ""),
            account=given.get("account", ""),
            by=request.person,
        )
    except (Invalid, Conflict) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Noted: you used it."))
    return redirect("playbooks:play", found.pk)


def _item_again(request: PersonRequest, item: HandedItem) -> HttpResponse:
    """Show a play of a pack as it stands now: alone to htmx, else on its page."""
    if not request.headers.get("HX-Request"):
        return redirect("playbooks:pack", item.pack_id)
    found = pack_seen(item.pack_id, request.scope)
    context = {"view": queries.pack_view(found, request.person), "item": item, "is_swapped": True}
    return render(request, "playbooks/_item.html", context)
