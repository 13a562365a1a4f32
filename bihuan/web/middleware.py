"""What every page needs before a view runs, and after one refused the method."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation

from bihuan.web.look import language_of

API_ROOT = "/api/"


class LanguageMiddleware:
    """Speaks the language of the login, or of the cookie, or Chinese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            if isinstance(response, HttpResponseNotAllowed) and not response.content:
                response = _method_page(request, response)
            response.headers.setdefault("Content-Language", language)
        return response


def _method_page(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    """Put a page into an empty 405, which Django sends without a word."""
    if request.path_info.startswith(API_ROOT):
        return refused
    page = render(request, "web/errors/405.html", status=405)
    page["Allow"] = refused["Allow"]
    return page
