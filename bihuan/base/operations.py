"""Operations of the API that are asked for a header, and done whole or not at all.

An operation has two sides. Its view is called once it is known who asks and what for: there a
header is looked at. Around it lies its run, which ends with the answer: there the
transaction of a deed ends too. What wraps both says so below the route of an operation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, TypeVar, cast

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja.decorators import decorate_view
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

F = TypeVar("F", bound=Callable[..., object])
Run = Callable[..., HttpResponseBase]
Then = Callable[[HttpRequest, HttpResponseBase], None]


def wrapped(
    view: F,
    made: Callable[..., object],
    around: Callable[[Run], Run],
    *,
    header: Mapping[str, object] | None = None,
) -> F:
    """Return a view with what was made of it, and its run with what lies around it.

    The description of the API says that the operation wants the header.
    """
    # The names in its annotations are those of its own module.
    made.__signature__ = signature(view, eval_str=True)  # type: ignore[attr-defined]
    if header is not None:
        contribute_operation_callback(made, _wanting(header))
    return cast(F, decorate_view(around)(made))


def _wanting(header: Mapping[str, object]) -> Callable[[Operation], None]:
    def document(operation: Operation) -> None:
        operation.openapi_extra = {**(operation.openapi_extra or {}), "parameters": [header]}

    return document


def whole(then: Then | None = None) -> Callable[[Run], Run]:
    """Do a deed, and then what belongs to it, in one transaction; a refusal leaves nothing."""

    def around(run: Run) -> Run:
        @wraps(run)
        def done(request: HttpRequest, **given: Any) -> HttpResponseBase:
            with transaction.atomic():
                answer = run(request, **given)
                if answer.status_code >= 400:
                    transaction.set_rollback(True)
                elif then is not None:
                    then(request, answer)
            return answer

        return done

    return around
