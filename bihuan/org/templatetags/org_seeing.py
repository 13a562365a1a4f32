"""The link that leads to who sees a thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django import template
from django.template.context import RequestContext

from bihuan.org.access import PersonRequest
from bihuan.org.uses import kind_of

register = template.Library()


@register.inclusion_tag("org/_who_sees_link.html", takes_context=True)
def who_sees_link(context: RequestContext, kind: str, thing_id: int) -> Mapping[str, object]:
    """Link to who sees a thing, for whom that page answers: not who sees it by a share alone.

    Where nobody shares anything with the reader, the page they are on has asked already.
    """
    request = context["request"]
    assert hasattr(request, "scope"), "pages of things are behind the sign-in"
    return {"kind": kind, "thing_id": thing_id, "is_shown": _answers(request, kind, thing_id)}


def _answers(request: PersonRequest, kind: str, thing_id: int) -> bool:
    scope = request.scope
    return not scope.shared or kind_of(kind).seen(thing_id, replace(scope, shared=())) is not None
