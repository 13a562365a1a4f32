"""Lets a request stand on the side of its company, and gives back the role at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeGuard, cast

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

from bihuan.base.wall.doors import doorway, inside, where


class WallMiddleware:
    """Stands outside of whatever finds out who comes; that is where ``take_on`` is called.

    What is sent bit by bit is made after this: each bit is made inside again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with doorway():
            response = self.get_response(request)
            tenant_id = where()
        if tenant_id is not None and _is_made_later(response):
            bits = cast("Iterable[bytes]", response.streaming_content)
            response.streaming_content = _made_inside(bits, tenant_id)
        return response


def _is_made_later(response: HttpResponseBase) -> TypeGuard[StreamingHttpResponse]:
    """Tell whether rows are asked for after the request; those of a file are not."""
    return isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse)


def _made_inside(bits: Iterable[bytes], tenant_id: int) -> Iterator[bytes]:
    """Yield each bit, made on the side of a company; between them nobody stands there."""
    made = iter(bits)
    while True:
        with inside(tenant_id):
            bit = next(made, None)
        if bit is None:
            return
        yield bit
