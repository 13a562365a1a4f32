"""What things of personal data are called for people."""

from __future__ import annotations

from django import template

from bihuan.privacy.models import FIELD_LABELS

register = template.Library()


@register.filter
def field_name(field: str) -> str:
    """Return what a field of the vault is called."""
    return str(FIELD_LABELS.get(str(field), field))
