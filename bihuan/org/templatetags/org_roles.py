"""How roles and the days of a seat are shown."""

from __future__ import annotations

from datetime import date, timedelta

from django import template
from django.utils.functional import Promise

from bihuan.org.domain.assignment import BEGINNING
from bihuan.org.models import ROLE_LABELS, SignInProvider

register = template.Library()


@register.filter
def role_name(role: str) -> Promise | str:
    """Return what a role is called."""
    return ROLE_LABELS.get(str(role), role)


@register.simple_tag
def sign_in_providers() -> list[SignInProvider]:
    """Return where people may sign in instead of here."""
    return list(SignInProvider.objects.filter(is_on=True))


@register.filter
def known(day: date) -> date | None:
    """Return the day a seat began, or None when nobody knows it."""
    return None if day == BEGINNING else day


@register.filter
def last_day(end: date) -> date:
    """Return the last day that lies before an end."""
    return end - timedelta(days=1)
