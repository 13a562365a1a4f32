"""Where things are shown, as far as this build has a page for them."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def address(route: str, *arguments: object) -> str | None:
    """Return where a thing is shown, or None when there is no such page."""
    try:
        return reverse(route, args=arguments)
    except NoReverseMatch:
        return None
