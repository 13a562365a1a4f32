"""Programs that speak in clear are refused, and not led to where they should have asked.

A page that is asked for in clear is led to its encrypted address. A program follows such a lead
without anybody noticing, and its token goes over the line in clear each time. So the API says
at once that it does not listen there.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bihuan.base.refusals import API_ROOT, refusal_json
from bihuan.kernel.errors import Forbidden, gettext_noop


class NotEncrypted(Forbidden):
    code = "base.not_encrypted"
    says = gettext_noop(
        "The API is reached over HTTPS only. A token that was sent in clear may have been read: "
        "revoke it and make another."
    )


class EncryptedMiddleware:
    """Refuses a program that does not come over HTTPS, where pages are only served over it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_for_programs = request.path_info.startswith(API_ROOT)
        if settings.SECURE_SSL_REDIRECT and is_for_programs and not request.is_secure():
            return refusal_json(NotEncrypted())
        return self.get_response(request)
