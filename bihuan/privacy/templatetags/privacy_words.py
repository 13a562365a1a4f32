"""What things of personal data are called for people."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from bihuan.privacy.models import FIELD_LABELS, PART_LABELS, UNSEEN_LABELS

register = template.Library()


@register.filter
def field_name(field: str) -> str:
    """Return what a field of the vault is called."""
    return str(FIELD_LABELS.get(str(field), field))


@register.filter
def field_names(names: str) -> str:
    """Return what several fields are called, one after the other."""
    return "、".join(field_name(name) for name in names.split())


@register.filter
def part_name(part: str) -> str:
    """Return what a part of the product is called in which values lie."""
    return str(PART_LABELS.get(part, part))


@register.filter
def unseen_word(why: str) -> str:
    """Return why a file could not be looked into."""
    return str(UNSEEN_LABELS.get(why, why))


@register.filter
def fate(part: str) -> str:
    """Return what erasing somebody does to what lies in a part of the product."""
    if part == "unlooked":
        return gettext("stay, and whoever agrees looks into them")
    if part == "vault":
        return gettext("destroyed with its key")
    return gettext("destroyed") if part == "files" else gettext("the values are taken out")


@register.filter
def state_tag(state: str) -> str:
    """Return the class of the tag of a state."""
    return {"done": "tag-pos", "declined": "tag-neg", "asked": "tag-warn"}.get(state, "tag-quiet")
