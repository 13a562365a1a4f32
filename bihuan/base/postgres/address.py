"""Where the database is. Reads the environment and starts nothing."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bihuan.base.home import home_path
from bihuan.base.postgres.errors import DatabaseUrlInvalid
from bihuan.base.postgres.place import DATABASE, PORT, ROLE, Place

URL = "DATABASE_URL"
OPTIONS = {
    "application_name",
    "connect_timeout",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
}


def is_embedded() -> bool:
    """Tell whether the server that comes with the product is the one to use."""
    return not os.environ.get(URL)


def database_settings() -> dict[str, Any]:
    """Return Django's settings of the database: ``DATABASE_URL``, or the embedded server."""
    url = os.environ.get(URL)
    found = settings_of(url) if url else embedded_settings()
    return {
        "ENGINE": "bihuan.base.postgres.backend",
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
        **found,
    }


def embedded_settings() -> dict[str, Any]:
    socket_folder = str(Place(home_path()).socket_folder)
    return {"NAME": DATABASE, "USER": ROLE, "HOST": socket_folder, "PORT": PORT}


def settings_of(url: str) -> dict[str, Any]:
    """Return the settings that a database address means, or refuse what is not understood.

    >>> settings_of("postgresql://bihuan:a%2Fb@db.example:5433/sales?sslmode=require") == {
    ...     "NAME": "sales", "USER": "bihuan", "PASSWORD": "a/b", "HOST": "db.example",
    ...     "PORT": "5433", "OPTIONS": {"sslmode": "require"},
    ... }
    True
    >>> settings_of("postgresql:///sales?host=/run/postgresql")["HOST"]
    '/run/postgresql'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        query = dict(
            parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        )
    except ValueError as fault:
        raise DatabaseUrlInvalid(fault="it is not an address") from fault
    name = unquote(parts.path.removeprefix("/"))
    host = query.pop("host", "") or unquote(parts.hostname or "")
    _check(scheme=parts.scheme, name=name, unknown=sorted(set(query) - OPTIONS))
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": query,
    }


def _check(*, scheme: str, name: str, unknown: list[str]) -> None:
    if scheme not in ("postgres", "postgresql"):
        raise DatabaseUrlInvalid(fault="it does not begin with postgresql://")
    if not name or "/" in name:
        raise DatabaseUrlInvalid(fault="it must name one database after the host")
    if unknown:
        raise DatabaseUrlInvalid(fault=f"unknown settings {', '.join(unknown)}")
