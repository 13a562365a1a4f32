"""Ends sessions in time, and finds the person behind a login, in the tenant it works in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bihuan.base import clock, wall
from bihuan.base.refusals import API_ROOT, refusal_answer, refusal_json
from bihuan.base.taking import asked_by
from bihuan.kernel.errors import Forbidden, gettext_noop
from bihuan.org.access import enter, must_have_factor, openings
from bihuan.org.domain.device import device_of
from bihuan.org.domain.opening import Openings
from bihuan.org.domain.role import Role
from bihuan.org.domain.session import NOTED_EVERY, end_of
from bihuan.org.domain.usage import headers_of, too_many
from bihuan.org.metering import Counted, count_by_person, count_by_token, take
from bihuan.org.models import Login, Person
from bihuan.org.sessions import ADDRESS, BEGAN, DEVICE, ENDED, SEEN, has_factor
from bihuan.org.standing import ReadOnly, require_open, with_terms

TENANT_KEY = "tenant"
EVENTS = "text/event-stream"


class SessionMiddleware:
    """Ends a session that was idle or open for too long; the page for signing in says why.

    A page that only listens for news keeps no session alive.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        _mind(request, request.user.last_login or clock.now())
        response = self.get_response(request)
        if request.is_secure() and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'  # What they saw leaves with them.
        return response


def _mind(request: HttpRequest, signed_in: datetime) -> None:
    now = clock.now()
    began, seen = _noted(request, BEGAN) or signed_in, _noted(request, SEEN) or signed_in
    end = end_of(began=began, seen=seen, now=now)
    if end is not None:
        logout(request)
        request.session[ENDED] = end.value
    elif now - seen >= NOTED_EVERY and EVENTS not in request.headers.get("Accept", ""):
        note_session(request, began=began, seen=now)
        request.session.pop(ENDED, None)


def note_session(request: HttpRequest, *, began: datetime, seen: datetime) -> None:
    """Keep with a session since when it is open, and when, from where and on what it was seen."""
    request.session[BEGAN], request.session[SEEN] = began.isoformat(), seen.isoformat()
    request.session[ADDRESS] = get_adapter().get_client_ip(request)
    request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))


def _noted(request: HttpRequest, key: str) -> datetime | None:
    return datetime.fromisoformat(request.session[key]) if key in request.session else None


class PersonMiddleware:
    """Sets ``person``, ``tenant``, ``roles`` and ``scope`` on the request of a signed-in login.

    Who is a program and nothing else works by token: a session opens nothing to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            person = person_for(request.user.pk, request.session.get(TENANT_KEY))
            opened = None if person is None else openings(person)
            if person is not None and opened is not None and not _is_program(opened):
                enter(request, person, opened)
                wall.take_on(person.tenant_id)
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


def _is_program(opened: Openings) -> bool:
    return bool(opened.own) and all(role is Role.INTEGRATION for role, _ in opened.own)


BEARER = "Bearer "


class UsageMiddleware:
    """Counts requests of the API, tells how many are left, and refuses what is too many.

    Whoever is not known counts for nobody: they are refused before anything is done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with asked_by(request):
            if not settings.USAGE_IS_METERED or not request.path_info.startswith(API_ROOT):
                return self.get_response(request)
            now = clock.now()
            counted = _counted(request, now)
            if counted is None:
                return self.get_response(request)
            if counted.is_over:
                response: HttpResponse = refusal_json(too_many(now))
            else:
                response = self.get_response(request)
        for name, told in headers_of(counted.stood, now=now).items():
            response[name] = told
        return response


def _counted(request: HttpRequest, now: datetime) -> Counted | None:
    said = request.headers.get("Authorization", "")
    if said.startswith(BEARER):
        return count_by_token(said.removeprefix(BEARER), now)
    person: Person | None = getattr(request, "person", None)
    return None if person is None else count_by_person(person, now)


def require_may_take(request: HttpRequest, rows: int) -> None:
    """Refuse a file when whoever asks for it has taken enough today; see ``org.apps``."""
    person: Person | None = getattr(request, "person", None)
    if person is not None and settings.USAGE_IS_METERED:
        take(person=person, rows=rows)


class FirstThings(Forbidden):
    code = "org.first_things"
    says = gettext_noop(
        "Something has to be done first: choose a password of your own, or set up the second step "
        "to sign in. Open any page, and you are led there."
    )


FREE = ("/accounts/", "/static/", "/look/", "/health/", "/inbox/live/")
"""Where one may go before what has to be done first."""


class FirstThingsMiddleware:
    """Leads to what has to be done before all else.

    A password that somebody else chose is changed, and a second factor that the company asks
    for is set up. Programs with a token are not led anywhere: they have neither.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person: Person | None = getattr(request, "person", None)
        if person is None or request.path_info.startswith(FREE):
            return self.get_response(request)
        route = first_thing(request, person)
        if not route:
            return self.get_response(request)
        if request.path_info.startswith(API_ROOT):
            return refusal_json(FirstThings())
        return HttpResponseRedirect(reverse(route))


def first_thing(request: HttpRequest, person: Person) -> str:
    """Return the route of what somebody has to do first, or nothing."""
    login = request.user
    assert isinstance(login, Login), "a person came in by a login"
    if login.password_is_given and login.has_usable_password():
        return "account_change_password"
    roles: frozenset[Role] = getattr(request, "roles", frozenset())
    if must_have_factor(person, roles) and not has_factor(login):
        return "mfa_index"
    return ""


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WORKS_ALWAYS = (
    "/accounts/",
    "/look/",
    "/org/tenant/",
    "/org/tokens/",
    "/org/security/",
    "/org/sign-in/",
    "/privacy/",
    "/company/",
    "/api/v1/company/",
)
"""Where a company whose term is over is still changed: who signs in and how, how it goes on, and
what people ask for about their own data. What is no part of this the journal refuses."""
SAME_ANYWHERE = ("/reveal/", "/sign-out/", "/reset-factors/")
"""How the addresses of the same end elsewhere: reading in full, and keeping somebody out."""


def refuse_if_read_only(request: HttpRequest, tenant_id: int) -> None:
    """Refuse a request that would change something in a company whose term is over."""
    path = request.path_info
    goes_on = path.startswith(WORKS_ALWAYS) or path.endswith(SAME_ANYWHERE)
    if request.method not in SAFE and not goes_on:
        require_open(tenant_id)


class StandingMiddleware:
    """Refuses what a signed-in person would change in a company whose term is over.

    Whoever comes with a token is asked when the token is read, by the same rule.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        person: Person | None = getattr(request, "person", None)
        try:
            if person is not None:
                refuse_if_read_only(request, person.tenant_id)
        except ReadOnly as refusal:
            return refusal_answer(request, refusal)
        return None


@wall.as_owner("a login opens people of several companies")
def person_for(login_id: int, tenant_id: int | None) -> Person | None:
    """Return the login's person in the chosen tenant, else in the first one that is open."""
    own = with_terms(Person.objects.select_related("tenant").filter(login_id=login_id))
    people = [
        person
        for person in own.order_by("tenant__name")
        if person.ended_on is None or person.ended_on > clock.today(person.tenant.time_zone)
    ]
    if not people:
        return None
    found = next((person for person in people if person.tenant_id == tenant_id), people[0])
    found.companies = [person.tenant for person in people]
    return found
