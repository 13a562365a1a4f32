"""Every route and method that the product answers, read off the resolver."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from bihuan.urls import api

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARAMETER = re.compile(r"\(\?P<(\w+)>(?:\[.*?\])?[^)]*\)|[<{](?:\w+:)?(\w+)[>}]")


def plain(route: str) -> str:
    """Return a route with its parameters written in one way."""
    return PARAMETER.sub(lambda found: f"<{found[1] or found[2]}>", route)


def routes() -> list[str]:
    """Return every route there is."""
    return sorted({plain(route) for route in _below(get_resolver(), "")})


def operations() -> set[tuple[str, str]]:
    """Return route and method of every operation of the API."""
    paths = api.get_openapi_schema()["paths"]
    return {
        (plain(path.removeprefix("/")), method.upper())
        for path, methods in paths.items()
        for method in methods
    }


def _below(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern).removeprefix("^").removesuffix("$")
        if isinstance(each, URLResolver):
            yield from _below(each, route)
        elif isinstance(each, URLPattern):
            yield route
