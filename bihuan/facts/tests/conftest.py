"""Databases of their own, for tests whose rows must really be committed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

Server = psycopg.Connection[tuple[Any, ...]]


def parameters(**others: object) -> dict[str, Any]:
    """Return how to reach the database in use, with some words put otherwise."""
    known = connection.get_connection_params()
    kept = {name: known[name] for name in ("host", "port", "user", "password") if known.get(name)}
    return {**kept, "dbname": settings.DATABASES["default"]["NAME"], **others}


def address() -> str:
    """Return the database in use as ``DATABASE_URL`` spells it, for other processes."""
    reach = parameters()
    password = f":{reach['password']}" if reach.get("password") else ""
    place = f"localhost:{reach['port']}/{reach['dbname']}?host={reach['host']}"
    return f"postgresql://{reach['user']}{password}@{place}"


def highest_role() -> str:
    """Return the superuser of the embedded server; elsewhere the owner of the database."""
    return str(parameters()["user"]) if os.environ.get("DATABASE_URL") else "postgres"


@contextmanager
def database(name: str, template: str) -> Iterator[None]:
    """Work in a new database, as a copy of another, and drop it afterwards."""
    before = settings.DATABASES["default"]["NAME"]
    dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    copied = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
    owner = str(parameters()["user"])
    connections.close_all()
    reach = parameters(dbname="postgres", user=highest_role())
    with psycopg.connect(**reach, autocommit=True) as server:
        server.execute(dropped)
        server.execute(copied.format(*map(sql.Identifier, (name, template, owner))))
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connections.close_all()
            settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before
            server.execute(dropped)


@pytest.fixture(scope="session")
def empty_database(
    django_db_setup: str | None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database with all tables and no rows, to copy from, which no session ever uses.

    PostgreSQL copies no database somebody is connected to, and a browser test may have left
    a session behind; so it is never the suite's own.
    """
    if django_db_setup is not None:
        yield django_db_setup
        return
    made = settings.DATABASES["default"]["NAME"]
    name = f"test_empty_{os.getpid()}"
    with django_db_blocker.unblock(), database(name, "template1"):
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = made
        yield name


@pytest.fixture
def own_database(empty_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Work in a fresh copy of the empty database, dropped afterwards.

    The ledger takes no TRUNCATE, so a test that commits cannot clean up behind itself.
    """
    name = f"test_own_{os.getpid()}"
    with django_db_blocker.unblock(), database(name, empty_database):
        yield name


@pytest.fixture
def superuser(own_database: str) -> Iterator[Server]:
    """Connect as the one whom no trigger stops: it can switch them off."""
    with psycopg.connect(**parameters(user=highest_role()), autocommit=True) as owner:
        yield owner
