"""Where the link of a message leads."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from bihuan.inbox import actions
from bihuan.inbox.access import delivery_brought
from bihuan.org.access import PersonRequest, signed_in


@require_safe
@signed_in
def delivered(request: PersonRequest, stable_id: UUID) -> HttpResponse:
    """Note that a message was followed, and go where it leads."""
    found = delivery_brought(stable_id, request.person)
    if request.method == "GET":
        actions.open_delivery(delivery=found, by=request.person)
    return redirect(found.letter.link)
