"""How programs say who they are: a personal token, or the session of a page."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from bihuan.org import actions
from bihuan.org.access import enter, openings
from bihuan.org.middleware import refuse_if_read_only
from bihuan.org.models import Person


class TokenAuth(HttpBearer):
    """A personal API token in ``Authorization: Bearer …``."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        person = actions.use_token(token)
        if person is not None:
            enter(request, person, openings(person))
            refuse_if_read_only(request, person.tenant_id)
        return person


class SessionAuth(APIKeyCookie):
    """The session of a signed-in person, for pages that call the API; guarded by CSRF."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Person | None:
        if getattr(request, "person", None) is None:
            return None
        found: Person | None = super().__call__(request)
        return found

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        return getattr(request, "person", None)
