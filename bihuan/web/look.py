"""In which language and colours somebody sees the pages: their login says so, else a cookie."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bihuan.base.cookies import cookie
from bihuan.org.models import Login

LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"
YEAR = 365 * 24 * 60 * 60


def language_of(request: HttpRequest) -> str:
    """Return the language of a request: the login's, the cookie's, else Chinese."""
    login = _login(request)
    wanted = login.language if login else request.COOKIES.get(cookie(LANGUAGE_COOKIE), "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def theme_of(request: HttpRequest) -> str:
    """Return the theme of a request: the login's, the cookie's, else that of the device."""
    login = _login(request)
    wanted = login.theme if login else request.COOKIES.get(cookie(THEME_COOKIE), "")
    return wanted if wanted in Login.Theme.values else Login.Theme.AUTO.value


def remember(response: HttpResponse, *, language: str, theme: str) -> None:
    """Keep both for the sign-in page, where nobody is known yet."""
    for name, value in ((LANGUAGE_COOKIE, language), (THEME_COOKIE, theme)):
        response.set_cookie(
            cookie(name), value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.HTTPS
        )


def _login(request: HttpRequest) -> Login | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, Login) and user.is_authenticated else None
