"""Names of kinds and attributes in the language in force."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language

from bihuan.facts.domain.kind import BUILT_IN, Kind
from bihuan.facts.forms import NEED_LABELS, TYPE_LABELS
from bihuan.facts.models import Member
from bihuan.facts.queries.showing import Said

register = template.Library()


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


@register.filter
def label(named: Kind | Said) -> str:
    """Return what a kind or an attribute is called."""
    return named.label_zh if is_chinese() else named.label_en


@register.filter
def kind_name(code: str, kinds: dict[str, Kind] | None = None) -> str:
    """Return what a kind is called, by its code."""
    kind = (kinds or BUILT_IN).get(code)
    return code if kind is None else label(kind)


@register.filter
def need_name(need: str) -> Promise | str:
    """Return what a kind asks each of its facts to have."""
    return NEED_LABELS.get(need, need)


@register.filter
def type_name(kind: str) -> Promise | str:
    """Return what sort of value an attribute has."""
    return TYPE_LABELS.get(str(kind), kind)


@register.filter
def dimension_name(dimension: str) -> str:
    """Return what sort of member this is."""
    return str(Member.Dimension(dimension).label)
