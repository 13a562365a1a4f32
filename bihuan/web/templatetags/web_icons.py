"""Draws an icon out of the sprite that the build makes."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

DRAWING = (
    '<svg class="ic" width="{size}" height="{size}" aria-hidden="true" focusable="false">'
    '<use href="{sprite}#{name}"></use></svg>'
)


@register.simple_tag
@lru_cache(maxsize=1024)  # Drawn dozens of times on every page, from names in templates.
def icon(name: str, size: int = 20) -> SafeString:
    """Return a drawing that says nothing to a screen reader: the words beside it do."""
    return format_html(DRAWING, size=size, sprite=static("web/icons.svg"), name=name)
