"""How programs say who they are: a personal token, or the session of a page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from bihuan.base.wall import as_owner, take_on
from bihuan.org import actions
from bihuan.org.access import enter, openings
from bihuan.org.domain.grant import EVERYTHING, ScopeLacking, covers
from bihuan.org.middleware import refuse_if_read_only
from bihuan.org.models import ApiToken, Person

API_ROOT = "/api/v1/"
READING_METHODS = {"GET", "HEAD", "OPTIONS"}


class TokenAuth(HttpBearer):
    """A personal API token in ``Authorization: Bearer …``."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        with as_owner("whose token it is tells the company"):
            known = actions.token_in_use(token)
        if known is None:
            return None
        require_scope(known, request)
        take_on(known.person.tenant_id)
        enter(request, known.person, openings(known.person))
        refuse_if_read_only(request, known.person.tenant_id)
        request.token_scopes = known.scopes  # type: ignore[attr-defined]  # for this API alone
        return known.person


def area_of(path: str) -> str:
    """Return the part of the API an address belongs to."""
    return path.removeprefix(API_ROOT).partition("/")[0]


def require_scope(token: ApiToken, request: HttpRequest) -> None:
    """Refuse what a token was not made for, whatever its person may do."""
    area, writes = area_of(request.path_info), request.method not in READING_METHODS
    if not covers(token.scopes, area=area, writes=writes):
        raise ScopeLacking(scope=f"{area}:{'write' if writes else 'read'}")


def require_full_token(request: HttpRequest) -> None:
    """Refuse a token with scopes to make another one: it could give that one more."""
    scopes = getattr(request, "token_scopes", None)
    if scopes is not None and EVERYTHING not in scopes:
        raise ScopeLacking(scope=EVERYTHING)


class SessionAuth(APIKeyCookie):
    """The session of a signed-in person, for pages that call the API; guarded by CSRF."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Person | None:
        if getattr(request, "person", None) is None:
            return None
        found: Person | None = super().__call__(request)
        return found

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        return getattr(request, "person", None)
