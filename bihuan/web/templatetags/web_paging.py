"""Links to the pages of a list, with everything else in the address kept."""

from __future__ import annotations

from django import template
from django.core.paginator import Page
from django.db.models import Model
from django.template.context import RequestContext

register = template.Library()


@register.simple_tag(takes_context=True)
def page_link(context: RequestContext, number: int) -> str:
    """Return the address of another page of the list that is shown."""
    request = context["request"]
    parameters = request.GET.copy()
    parameters["page"] = str(number)
    return f"{request.path}?{parameters.urlencode()}"


@register.simple_tag
def page_numbers(page: Page[Model]) -> list[int | None]:
    """Return the numbers to offer: the ends, those around this one, and None for a gap."""
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [each if isinstance(each, int) else None for each in elided]
