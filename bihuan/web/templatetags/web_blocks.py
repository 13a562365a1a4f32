"""Says a block a second time as plain text: the heading of a page is also its title."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> SafeString:
    """Return what a block of this page says, without its markup."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    if block is None:
        return SafeString("")
    words = strip_tags(block.render(context)).split()
    return mark_safe(" ".join(words))  # Escaped by the block itself; the tags are gone.
