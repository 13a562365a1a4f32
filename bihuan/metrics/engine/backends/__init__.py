"""The engines that figures are reckoned on, behind one small interface.

    answer(tenant, question)   put a question to the engine that ANALYTICS_URL names

A question is given a ``Reading`` and puts statements to it. Whatever the engine,
they see a table ``facts`` in the shape of the replica, with every committed fact
up to one number, the side tables that the asker keeps there, and whole numbers
come back as ``int``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from django.conf import settings

from bihuan.base.analytics import Engine, address_of
from bihuan.metrics.engine.backends.reading import Backend, Days, Reading
from bihuan.org.models import Tenant

T = TypeVar("T")

__all__ = ["Backend", "Days", "Reading", "answer", "backend_at"]


def answer(tenant: Tenant, question: Callable[[Reading], T], *, of_few: bool = False) -> T:
    """Put a question to the engine that figures are reckoned on.

    One that is of few people is quicker answered by the indexes of the ledger
    than by going through columns, so where the replica is the engine, the ledger
    is asked.
    """
    url = settings.ANALYTICS_URL
    if of_few and url == Engine.DUCKDB:
        url = Engine.POSTGRESQL.value
    return backend_at(url).answer(tenant, question)


@lru_cache(maxsize=8)
def backend_at(url: str) -> Backend:
    """Return the engine at an address. Its driver is imported only where it is asked for."""
    address = address_of(url)
    match address.engine:
        case Engine.DUCKDB:
            from bihuan.metrics.engine.backends.on_duckdb import DuckDB

            return DuckDB()
        case Engine.POSTGRESQL:
            from bihuan.metrics.engine.backends.on_postgresql import PostgreSQL

            return PostgreSQL(alias=address.alias)
        case Engine.SPARK:
            from bihuan.metrics.engine.backends.on_spark import Spark

            return Spark(master=address.master)
