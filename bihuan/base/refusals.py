"""Turns a DomainError into an answer, once, for pages and for the API.

A page gets ``base/refused.html``, a part of a page fetched by htmx gets
``base/_refused.html``, and whoever calls the API gets JSON. All three carry the
same sentence and, for a deed over many rows, every problem that was found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from bihuan.base.attempts import remember
from bihuan.kernel.errors import DomainError, Invalid, Problem, gettext_noop
from bihuan.kernel.masking import discreet

API_ROOT = "/api/"
Answer = TypeVar("Answer", bound=HttpResponse)
NO_TEXT = ("NUL", "unsupported Unicode escape")
"""What PostgreSQL says of a character that it keeps in no text, nor in the text of a JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidProblem:
    """A problem in the language of whoever reads it."""

    code: str
    message: str
    hint: str
    file: str
    sheet: str
    row: int | None
    column: str
    value: str


class TextUnreadable(Invalid):
    code = "base.text_unreadable"
    says = gettext_noop("A text that was sent contains a character that cannot be kept.")


def refusal_behind(error: Exception) -> DomainError | None:
    """Return the refusal that an exception is; ``None`` where it is a fault of ours."""
    if isinstance(error, DataError) and any(each in str(error) for each in NO_TEXT):
        return TextUnreadable()
    return error if isinstance(error, DomainError) else None


def sentence(error: DomainError) -> str:
    """Return what a refusal says, in the language in force."""
    return gettext(error.says) % error.params


def told(error: DomainError) -> str:
    """Return what a refusal says on a page that is for nobody in particular: without numbers.

    Beside the field in which somebody typed it, ``sentence`` says it as it is.
    """
    return gettext(error.says) % _discreet(error.params)


def _discreet(params: Mapping[str, object]) -> dict[str, object]:
    return {name: discreet(v) if isinstance(v, str) else v for name, v in params.items()}


def _problem_told(problem: Problem) -> SaidProblem:
    plain = replace(problem, params=_discreet(problem.params), value=discreet(problem.value))
    return said(plain)


def said(problem: Problem) -> SaidProblem:
    """Return a problem in the language in force."""
    return SaidProblem(
        code=problem.code,
        message=gettext(problem.says) % problem.params,
        hint=gettext(problem.hint) % problem.params if problem.hint else "",
        file=problem.file,
        sheet=problem.sheet,
        row=problem.row,
        column=problem.column,
        value=problem.value,
    )


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, named: object
    ) -> HttpResponse | None:
        """Refuse a program what no text holds; the forms of pages find nothing by it."""
        is_for_programs = request.path_info.startswith(API_ROOT)
        is_unreadable = is_for_programs and "%00" in request.META.get("QUERY_STRING", "")
        return refusal_json(TextUnreadable()) if is_unreadable else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = refusal_behind(error)
        return refusal_answer(request, refusal) if refusal is not None else None


def refusal_answer(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Return a refusal as whoever asked understands it: a page, a part of one, or JSON."""
    if request.path_info.startswith(API_ROOT):
        return refusal_json(refusal)
    return refusal_page(request, refusal)


def refusal_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the page of a refusal, or only its inner part when htmx asks for a part."""
    remember(error.code)
    context = {
        "code": error.code,
        "sentence": told(error),
        "problems": [_problem_told(problem) for problem in error.problems],
    }
    if "HX-Request" in request.headers and "HX-Boosted" not in request.headers:
        part = render_to_string("base/_refused.html", context)
        response = HttpResponse(part, status=error.status)
    else:
        response = render(request, "base/refused.html", context, status=error.status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return _with_wait(response, error)


def refusal_json(error: DomainError) -> JsonResponse:
    """Return a refusal for machines: ``code`` is stable, ``message`` is for people."""
    remember(error.code)
    body: dict[str, object] = {
        "code": error.code,
        "message": told(error),
        "params": {name: str(value) for name, value in _discreet(error.params).items()},
    }
    if error.problems:
        body["problems"] = [asdict(_problem_told(problem)) for problem in error.problems]
    return _with_wait(JsonResponse(body, status=error.status), error)


def _with_wait(answer: Answer, error: DomainError) -> Answer:
    """Say when it may be tried again, where the refusal knows."""
    if error.retry_after is not None:
        answer["Retry-After"] = str(error.retry_after)
    return answer
