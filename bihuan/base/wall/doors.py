"""Taking the role of a company on, and giving it back.

    with inside(7): ...                 this company's rows and no others
    with as_owner("why"): ...           within that, for a moment, every company's
    with doorway(): take_on(7); ...     for a door that knows the company only on its way

Where one stands is kept in the session of the database and in a variable of the context, in step:
both change here and nowhere else. It is said below Django, so it counts as no question of a page.

A transaction that is rolled back takes back what was said in it. Blocks are nested, so it takes it
back to what held where it began; and one that is broken, in which nothing can be said any more, has
yet to be rolled back by whoever began it. A connection that cannot be put right is closed; one that
is made anew on its way is brought to where its maker stands (``base.postgres.backend``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.pq import TransactionStatus

from bihuan.base.wall.deciding import GIVE_BACK, statement_for

_INSIDE: ContextVar[int | None] = ContextVar("wall_inside", default=None)
"""The company on whose side of the wall this runs; ``None`` is the owner, outside."""
_DOORWAY: ContextVar[bool] = ContextVar("wall_doorway", default=False)
"""Whether somebody stands ready to give back what is taken on."""


class RowOfAnother(TypeError):
    """Code would write rows of another company. Always a bug."""


def where() -> int | None:
    """Return the company on whose side this runs; nothing for the owner."""
    return _INSIDE.get()


@contextmanager
def doorway() -> Iterator[None]:
    """Let a company's side be taken within, and leave it at the end, however it ends."""
    token = _DOORWAY.set(True)
    before = _INSIDE.get()
    try:
        yield
    finally:
        _DOORWAY.reset(token)
        _step(before)


def take_on(tenant_id: int) -> None:
    """Stand on the side of a company from here to the end of the doorway."""
    assert _DOORWAY.get(), "somebody has to give it back: come in by the doorway"
    if tenant_id == _INSIDE.get():
        return
    _step(None)
    statement = statement_for(tenant_id, is_asked=True)
    if statement is None:
        return
    connection.ensure_connection()
    if _say(statement):
        _INSIDE.set(tenant_id)


@contextmanager
def inside(tenant_id: int) -> Iterator[None]:
    """Run as a company does: its rows are there and no others, for reading and for writing."""
    with doorway():
        take_on(tenant_id)
        yield


@contextmanager
def as_owner(why: str) -> Iterator[None]:
    """Step outside for what needs the rows of other companies; ``why`` is listed by a test."""
    assert why, "whoever steps outside says why"
    before = _INSIDE.get()
    try:
        _step(None)
        yield
    finally:
        _step(before)


@contextmanager
def copying(tenant_id: int) -> Iterator[None]:
    """Step outside to ``COPY`` a company's rows in, for which PostgreSQL has no policies.

    What the policy would ask, whether they are its own, is asked here.
    """
    if where() not in (None, tenant_id):
        raise RowOfAnother(tenant_id)
    with as_owner("COPY knows no policies"):
        yield


def arrive(session: psycopg.Connection[tuple[object, ...]]) -> None:
    """Bring a connection that was just made to where its maker stands."""
    inside_of = _INSIDE.get()
    statement = None if inside_of is None else statement_for(inside_of, is_asked=False)
    if statement is not None:
        session.execute(statement)


def _step(tenant_id: int | None) -> None:
    """Go where somebody stood before, unless they stand there.

    What cannot be said is said by whatever connection comes next.
    """
    if tenant_id == _INSIDE.get():
        return
    _INSIDE.set(tenant_id)
    statement = GIVE_BACK if tenant_id is None else statement_for(tenant_id, is_asked=False)
    if statement is None or connection.connection is None:
        return
    try:
        _say(statement)
    except psycopg.Error:
        connection.close()


def _say(statement: sql.Composed) -> int:
    """Say it to the database, and return how many rows it answers.

    A broken transaction hears nothing: whoever began it rolls it back to what held there.
    """
    session: psycopg.Connection[tuple[object, ...]] = connection.connection
    if session.info.transaction_status == TransactionStatus.INERROR:
        return 0
    return session.execute(statement).rowcount
