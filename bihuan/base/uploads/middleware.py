"""Refuses a request that is larger than anything that is accepted, before it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bihuan.base.refusals import API_ROOT, refusal_json, refusal_page
from bihuan.kernel.errors import Invalid, gettext_noop


class RequestTooLarge(Invalid):
    code = "base.request_too_large"
    status = 413
    says = gettext_noop("This is more than can be sent at once: at most %(most)s MB.")


class RequestSizeMiddleware:
    """Looks at how much a request says it brings; a server reads no more than that.

    Who is not signed in has forms of a few lines to send. A program shows its token only later.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        most = _most(request)
        if said.isascii() and said.isdigit() and int(said) <= most:
            return self.get_response(request)
        refusal = RequestTooLarge(most=most // 2**20)
        if request.path_info.startswith(API_ROOT):
            return refusal_json(refusal)
        return refusal_page(request, refusal)


def _most(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    is_known = request.path_info.startswith(API_ROOT) or (user and user.is_authenticated)
    largest: int = settings.LARGEST_REQUEST if is_known else settings.LARGEST_OF_STRANGERS
    return largest
