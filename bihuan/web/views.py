"""The pages that belong to no single app: home, search, preferences, and what went wrong."""

from __future__ import annotations

import sys

import psycopg
from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import attempts, clock
from bihuan.base.refusals import API_ROOT
from bihuan.base.request_id import request_id
from bihuan.inbox.queries import HOME_AT_MOST, task_rows, tasks_waiting
from bihuan.metrics.queries.cards import named_cards, unread_cards
from bihuan.org.access import PersonRequest, signed_in
from bihuan.org.actions import set_preferences
from bihuan.org.domain.role import Role
from bihuan.org.models import Login
from bihuan.web import queries
from bihuan.web.forms import Look
from bihuan.web.look import language_of, remember, theme_of

SEARCH_LENGTH = 80
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
"""What the database says that is gone, by Django or, where we speak to it ourselves, by itself."""
BACK_AFTER_SECONDS = 30
DISK_FULL = "53100"
"""What PostgreSQL calls it when there is no room to write."""


@require_safe
@signed_in
def home(request: PersonRequest) -> HttpResponse:
    found = queries.home(request.person, request.scope)
    cards = named_cards(request.tenant, unread_cards(request.person), language_of(request))
    today = clock.today(request.tenant.time_zone)
    waiting = tasks_waiting(request.person, today)
    context = {
        "home": found,
        "is_admin": Role.ADMIN in request.roles,
        "cards": cards,
        "tasks": task_rows(waiting[:HOME_AT_MOST], request.scope),
        "today": today,
    }
    return render(request, "web/home.html", context)


@require_safe
@signed_in
def search(request: PersonRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:SEARCH_LENGTH]
    groups = queries.search(text, tenant=request.tenant, scope=request.scope)
    return render(request, "web/search.html", {"search_text": text, "groups": groups})


@require_safe
@signed_in
def preferences(request: PersonRequest) -> HttpResponse:
    form = Look(initial={"language": language_of(request), "theme": theme_of(request)})
    return render(request, "web/preferences.html", {"form": form})


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Keep language and theme: on the login of whoever is signed in, and in a cookie."""
    form = Look(request.POST)
    if not form.is_valid():
        return bad_request(request)
    language = form.cleaned_data["language"] or language_of(request)
    theme = form.cleaned_data["theme"] or theme_of(request)
    if isinstance(request.user, Login):
        set_preferences(login=request.user, language=language, theme=theme)
    if "said" in request.POST:
        with translation.override(language):
            messages.success(request, gettext("Your preferences are kept."))
    response = redirect(_way_back(request))
    remember(response, language=language, theme=theme)
    return response


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_ours else "/"


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/errors/400.html", status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/errors/403.html", status=403)


@requires_csrf_token
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    attempts.remember("csrf")
    return render(request, "web/errors/csrf.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path_info.startswith(API_ROOT):  # An id that is no number, say: programs read JSON.
        return JsonResponse({"detail": "Not Found"}, status=404)
    return render(request, "web/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without the database, the session or a context processor: any may be what failed."""
    fault = sys.exc_info()[1]
    is_away = isinstance(fault, AWAY)
    is_full = getattr(getattr(fault, "__cause__", None) or fault, "sqlstate", "") == DISK_FULL
    status = 503 if is_away else 500
    if request.path_info.startswith(API_ROOT):
        return _fault_for_programs(status, is_full=is_full)
    context = {
        "is_away": is_away,
        "is_full": is_full,
        "request_id": request_id(),
        "CSP_NONCE": getattr(request, "csp_nonce", ""),
    }
    return HttpResponse(render_to_string("web/errors/500.html", context), status=status)


def _fault_for_programs(status: int, *, is_full: bool) -> JsonResponse:
    """Return what pages say of a fault, with when it may be tried again."""
    code, message = "base.broken", gettext("Something broke on our side")
    if is_full:
        code, message = "base.disk_full", gettext("The disk of the server is full")
    elif status == 503:
        code, message = "base.database_away", gettext("The database does not answer")
    answer = JsonResponse(
        {"code": code, "message": message, "params": {"request": request_id()}}, status=status
    )
    if status == 503:
        answer["Retry-After"] = str(BACK_AFTER_SECONDS)
    return answer
