"""What allauth asks this house: who may sign up, how passwords change, what is told of it."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core import signing
from django.http import HttpRequest, HttpResponse

from bihuan.base import clock
from bihuan.org import actions
from bihuan.org.middleware import note_session
from bihuan.org.models import Login

DEVICE_COOKIE = "device"
DEVICE_SALT = "bihuan.org.device"
DEVICE_SECONDS = 180 * 24 * 60 * 60


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by administrators; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Login) -> None:
        super().login(request, user)
        note_session(request, began=clock.now(), seen=clock.now())

    def set_password(self, user: Login, password: str) -> None:
        """Keep a new password; whoever is signed in elsewhere is signed out."""
        super().set_password(user, password)
        actions.password_changed(login=user, here=self.request.session.session_key)

    def post_login(self, request: HttpRequest, user: Login, **kwargs: Any) -> HttpResponse:
        """Remember the device, so that strangers who fail cannot lock its owner out of it."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not _is_known(request, user.username):
            value = signing.dumps([user.username, secrets.token_hex(8)], salt=DEVICE_SALT)
            response.set_cookie(
                DEVICE_COOKIE,
                value,
                max_age=DEVICE_SECONDS,
                secure=request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return under what failures are counted: the account, and a device it knows apart."""
        login = str(credentials.get("email") or credentials.get("username") or "").lower()
        known = _is_known(request, login)
        return f"{login}/{known}" if known else login


def _is_known(request: HttpRequest, login: str) -> str:
    """Return what stands for a device on which this login signed in before; else nothing."""
    try:
        name, number = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_SECONDS
        )
    except (signing.BadSignature, ValueError):
        return ""
    return str(number) if name.lower() == login else ""
