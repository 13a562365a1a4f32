"""How a page does what its form asks for, and shows a refusal on the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from bihuan.kernel.errors import Conflict, DomainError, Invalid
from bihuan.org.access import PersonRequest

T = TypeVar("T")


def attempt(request: PersonRequest, form: forms.Form, deed: Callable[[], T]) -> T | None:
    """Do what a form asks for; a refusal is shown on the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return deed()
    except (Invalid, Conflict) as error:
        form.add_error(None, told(request, error))
        return None


def told(request: PersonRequest, error: DomainError) -> str:
    """Return what a refusal says, with moments as the clocks of the company showed them."""
    zone = ZoneInfo(request.tenant.time_zone)
    params = {
        name: value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, datetime)
        else value
        for name, value in error.params.items()
    }
    return gettext(error.says) % params


def form_page(request: PersonRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    """Show a form; one that was sent and refused answers 422."""
    return render(request, template, dict(context), status=422 if request.method == "POST" else 200)


def tell(request: PersonRequest, deed: Callable[[], object], said: str) -> bool:
    """Do what a button asks for; what came of it is said on the page that comes next."""
    try:
        deed()
    except (Invalid, Conflict) as error:
        messages.error(request, told(request, error))
        return False
    messages.success(request, said)
    return True
