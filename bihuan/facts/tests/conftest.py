"""Databases of their own, for tests whose rows must really be committed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker


def parameters(**others: object) -> dict[str, Any]:
    """Return how to reach the database in use, with some words put otherwise."""
    known = connection.get_connection_params()
    kept = {name: known[name] for name in ("host", "port", "user", "password") if known.get(name)}
    return {**kept, "dbname": settings.DATABASES["default"]["NAME"], **others}


def highest_role() -> str:
    """Return the superuser of the embedded server; elsewhere the owner of the database."""
    return str(parameters()["user"]) if os.environ.get("DATABASE_URL") else "postgres"


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Work in a fresh copy of the empty test database, dropped afterwards.

    The ledger takes no TRUNCATE, so a test that commits cannot clean up behind itself.
    """
    template = settings.DATABASES["default"]["NAME"]
    name = f"{template}_own_{os.getpid()}"
    copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with django_db_blocker.unblock():
        connections.close_all()
        reach = parameters(dbname="postgres", user=highest_role())
        with psycopg.connect(**reach, autocommit=True) as server:
            server.execute(dropped)
            server.execute(copied.format(sql.Identifier(name), sql.Identifier(template)))
            settings.DATABASES["default"]["NAME"] = name
            connection.settings_dict["NAME"] = name
            try:
                yield name
            finally:
                connections.close_all()
                settings.DATABASES["default"]["NAME"] = template
                connection.settings_dict["NAME"] = template
                server.execute(dropped)


@pytest.fixture
def superuser(own_database: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Connect as the one whom no trigger stops: it can switch them off."""
    with psycopg.connect(**parameters(user=highest_role()), autocommit=True) as owner:
        yield owner
