"""What must be true once others can reach the installation, each with an id.

    base.E012  people would sign in without encryption
    base.E013  cookies could be read on the way, by scripts, or sent along from elsewhere
    base.E014  each process counts for itself: guesses and limits are counted in the cache
    base.E015  passwords would be kept by a hash that is quickly tried
    base.E016  the policy of content is off, or lets scripts run that no page names
    base.E017  forms are accepted from elsewhere, or from pages without encryption
    base.E018  requests may go out to any address of the house
    base.E019  the token for figures can be guessed
    base.E020  the key for backups is not there, or others may read it
    base.E021  others may write into the home
    base.W001  people sign in without encryption, because PLAIN_HTTP says so
    base.W002  every page would lead to itself: no proxy says that it came by HTTPS
    base.W003  messages lead to an address that nobody else can open, or without encryption
    base.W004  the way to the database is not encrypted
    base.W005  the way to the mail server is not encrypted

Others can reach it when ``ALLOWED_HOSTS`` names more than this machine. On a machine of one's
own, a trial without a certificate harms nobody, and starts without a word. What is an error is
refused by ``bihuan up``; a warning is only said, because it depends on whose network it is.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.base.home import home

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver"}
HERE = {"localhost", "127.0.0.1", "::1", ""}
SHORTEST_TOKEN = 20
OWN_CACHES = ("locmem.LocMemCache", "dummy.DummyCache")
SLOW_HASHES = {"argon2", "scrypt", "bcrypt_sha256", "pbkdf2_sha256"}
POLICY_MIDDLEWARE = "csp.middleware.CSPMiddleware"
ENCRYPTED = {"require", "verify-ca", "verify-full"}


def is_exposed() -> bool:
    """Tell whether others than this machine can reach the installation."""
    return not set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be so: its id, how it is seen, what it is and what to do."""

    id: str
    is_there: Callable[[], bool]
    says: Promise
    hint: Promise

    def told(self) -> CheckMessage:
        kind = checks.Error if ".E" in self.id else checks.Warning
        return kind(str(self.says), hint=str(self.hint), id=self.id)


def check_exposure(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[CheckMessage]:
    """Look for all that is harmless on one's own machine and is not where others come."""
    if not is_exposed():
        return []
    return [fault.told() for fault in FAULTS if fault.is_there()]


def check_backup_key(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[CheckMessage]:
    """Refuse a key for backups that is missing: they would fail at night, one after the other."""
    return [BACKUP_KEY.told()] if BACKUP_KEY.is_there() else []


def others_may(path: Path, bits: int) -> bool:
    """Tell whether anybody but its owner may do with a file what these bits say."""
    return bool(stat.S_IMODE(path.stat().st_mode) & bits)


def _is_plain() -> bool:
    return not settings.SESSION_COOKIE_SECURE


def _are_cookies_open() -> bool:
    is_sent_along = settings.SESSION_COOKIE_SAMESITE not in ("Lax", "Strict")
    is_half_secure = settings.SESSION_COOKIE_SECURE and not settings.CSRF_COOKIE_SECURE
    return is_sent_along or is_half_secure or not settings.SESSION_COOKIE_HTTPONLY


def _is_hash_quick() -> bool:
    from django.contrib.auth.hashers import get_hashers

    return get_hashers()[0].algorithm not in SLOW_HASHES


def _is_policy_open() -> bool:
    given: Mapping[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = [str(word) for words in given.values() for word in words]
    is_unsafe = any("unsafe" in word for word in allowed) or "script-src" not in given
    return is_unsafe or POLICY_MIDDLEWARE not in settings.MIDDLEWARE


def _are_forms_open() -> bool:
    origins = settings.CSRF_TRUSTED_ORIGINS
    is_plain = settings.HTTPS and any(not origin.startswith("https://") for origin in origins)
    return is_plain or any("*" in origin for origin in origins)


def _is_way_out_open() -> bool:
    return any(_is_everything(allowed) for allowed in settings.OUTBOUND_ALLOWED)


def _is_everything(allowed: str) -> bool:
    try:
        return ip_network(allowed, strict=False).prefixlen == 0
    except ValueError:  # The name of a host.
        return allowed in ("*", "")


def _is_backup_key_unfit() -> bool:
    path = Path(settings.BACKUP_KEY_FILE)
    return bool(settings.BACKUP_KEY_FILE) and (not path.is_file() or others_may(path, 0o077))


def _is_away(host: str) -> bool:
    """Tell whether a host is another machine; what begins with a slash is a socket of this one."""
    return host not in HERE and not host.startswith("/")


def _is_database_plain() -> bool:
    database = settings.DATABASES["default"]
    mode = database.get("OPTIONS", {}).get("sslmode", "")
    return _is_away(str(database.get("HOST", ""))) and mode not in ENCRYPTED


def _is_mail_plain() -> bool:
    is_encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    return settings.MAIL_IS_ON and _is_away(settings.EMAIL_HOST) and not is_encrypted


def _do_messages_lead_nowhere() -> bool:
    parts = urlsplit(settings.PUBLIC_URL)
    return parts.hostname in HERE or (settings.HTTPS and parts.scheme != "https")


BACKUP_KEY = Fault(
    "base.E020",
    _is_backup_key_unfit,
    _("The key for backups is not there, or others may read it."),
    _("Put 32 bytes or more into the file that BACKUP_KEY_FILE names, and chmod 600 it."),
)
FAULTS = (
    Fault(
        "base.E012",
        lambda: _is_plain() and not settings.PLAIN_HTTP,
        _("People would sign in without encryption."),
        _(
            "Put a proxy with HTTPS in front, and set HTTPS=True and BEHIND_PROXY=True. "
            "For a trial in a closed network: PLAIN_HTTP=True."
        ),
    ),
    Fault(
        "base.E013",
        _are_cookies_open,
        _("Cookies could be read on the way or by scripts, or be sent along from elsewhere."),
        _("Leave the cookie settings as they come, and set HTTPS=True."),
    ),
    Fault(
        "base.E014",
        lambda: settings.CACHES["default"]["BACKEND"].endswith(OWN_CACHES),
        _("Each process keeps a cache of its own, so wrong passwords are counted apart."),
        _("Use a cache that all processes share: the database, as it comes, or Redis."),
    ),
    Fault(
        "base.E015",
        _is_hash_quick,
        _("Passwords would be kept by a hash that is quickly tried."),
        _("Put Argon2PasswordHasher first in PASSWORD_HASHERS."),
    ),
    Fault(
        "base.E016",
        _is_policy_open,
        _("The policy of content is off, or lets scripts run that no page names."),
        _("Leave CONTENT_SECURITY_POLICY and CSPMiddleware as they come."),
    ),
    Fault(
        "base.E017",
        _are_forms_open,
        _("Forms are accepted from anywhere, or from pages without encryption."),
        _("Name each origin in CSRF_TRUSTED_ORIGINS, as https://sales.example.com."),
    ),
    Fault(
        "base.E018",
        _is_way_out_open,
        _("Requests may go out to any address of the house."),
        _("Name in OUTBOUND_ALLOWED only the networks and hosts that are really asked."),
    ),
    Fault(
        "base.E019",
        lambda: 0 < len(settings.METRICS_TOKEN) < SHORTEST_TOKEN,
        _("The token for figures can be guessed."),
        _("Set METRICS_TOKEN to 20 random characters or more, or leave it out."),
    ),
    Fault(
        "base.E021",
        lambda: others_may(home(), 0o022),
        _("Others may write into the home: files, anchors and keys lie there."),
        _("chmod 700 the folder that BIHUAN_HOME names."),
    ),
    Fault(
        "base.W001",
        lambda: _is_plain() and settings.PLAIN_HTTP,
        _("People sign in without encryption: whoever listens in the network reads along."),
        _("Good for a trial only. Put a proxy with HTTPS in front, and set HTTPS=True."),
    ),
    Fault(
        "base.W002",
        lambda: settings.HTTPS and not settings.BEHIND_PROXY,
        _("HTTPS is on, but no proxy is trusted to say so: every page would lead to itself."),
        _("Set BEHIND_PROXY=True, and let the proxy set X-Forwarded-Proto and X-Forwarded-For."),
    ),
    Fault(
        "base.W003",
        _do_messages_lead_nowhere,
        _("Messages lead to an address that others cannot open, or without encryption."),
        _("Set PUBLIC_URL to the address that people type, as https://sales.example.com."),
    ),
    Fault(
        "base.W004",
        _is_database_plain,
        _("The way to the database is not encrypted."),
        _("Add sslmode=verify-full (or require) to DATABASE_URL, unless that network is yours."),
    ),
    Fault(
        "base.W005",
        _is_mail_plain,
        _("The way to the mail server is not encrypted: links for new passwords go there."),
        _("Set EMAIL_USE_TLS=True (port 587) or EMAIL_USE_SSL=True (port 465)."),
    ),
)
