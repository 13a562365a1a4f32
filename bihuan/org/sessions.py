"""Sessions as rows that say whose they are, so that each can be shown and ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as Rows

from bihuan.org.models import Login, OpenSession

BEGAN, SEEN, ENDED = "began", "seen", "ended"
ADDRESS, DEVICE = "address", "device"


class SessionStore(Rows):
    """Keeps beside a session what is shown of it."""

    @classmethod
    def get_model_class(cls) -> type[OpenSession]:
        return OpenSession

    def create_model_instance(self, data: Mapping[str, Any]) -> OpenSession:
        made = OpenSession(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]  # of Django
            session_data=self.encode(dict(data)),
            expire_date=self.get_expiry_date(),
        )
        made.login_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        made.began_at, made.seen_at = _instant(data, BEGAN), _instant(data, SEEN)
        made.address, made.device = data.get(ADDRESS) or None, data.get(DEVICE, "")
        return made


def _instant(data: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(data[name]) if name in data else None


def has_factor(login: Login) -> bool:
    """Tell whether a login has a second factor; codes for emergencies alone are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=login, type__in=kinds).exists())
