"""What pages about companies call things."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from bihuan.org.models import Plan

register = template.Library()


@register.filter
def named(plan: Plan) -> str:
    """Return what a plan is called in the language in force."""
    return plan.name(get_language() or "en")


@register.filter
def whole(number: int) -> str:
    """Return a count with its thousands apart."""
    return f"{number:,}"
