"""Brings the wall into the database: the role, its rights, and the policy of each table.

Done after every migration and whenever something is found missing, by the owner of the tables. What
is as it should be is not touched: an ``ALTER TABLE`` waits for whoever uses the table.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256

from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from bihuan.base.wall.policies import Policy, policies

NAME = "bihuan_company"
"""What a policy is called, on every table."""
RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
THERE = """
    SELECT c.relname, c.relrowsecurity, obj_description(p.oid, 'pg_policy'),
        has_table_privilege(to_regrole('bihuan_app'), c.oid, 'INSERT')
    FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = %s
    WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
"""
IS_READY = """
    SELECT to_regrole('bihuan_app') IS NOT NULL
        AND pg_has_role(to_regrole('bihuan_app'), 'MEMBER')
"""
CREATE_ROLE = "CREATE ROLE bihuan_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
JOIN_ROLE = "GRANT bihuan_app TO CURRENT_USER"
GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO bihuan_app",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO bihuan_app",
    "ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO bihuan_app",
    f"ALTER DEFAULT PRIVILEGES GRANT {RIGHTS} ON TABLES TO bihuan_app",
    f"GRANT {RIGHTS} ON ALL TABLES IN SCHEMA {{schema}} TO bihuan_app",
)


def raise_wall() -> bool:
    """Bring the wall up to the models; tell whether there is a role that it holds back.

    All of it or nothing: doors take the role on as soon as they see that it has rights.
    """
    has_role = _has_role()
    with transaction.atomic():
        there, missing = _there(), _missing()
        for policy in missing:
            _put(policy)
        if has_role and not all(granted for _, _, granted in there.values()):
            _grant()
    return has_role


def is_whole() -> bool:
    """Tell whether every table has its policy, and the role its rights where there is one."""
    return not _missing() and not (
        is_ready() and not all(granted for _, _, granted in _there().values())
    )


def is_ready() -> bool:
    """Tell whether the role is there and may be taken on."""
    with connection.cursor() as cursor:
        cursor.execute(IS_READY)
        return bool(cursor.fetchone() == (True,))


def unguarded() -> list[str]:
    """Return the tables that lack their policy."""
    return [policy.table for policy in _missing()]


def _missing() -> list[Policy]:
    there = _there()
    return [
        policy
        for policy in policies()
        if policy.table in there and there[policy.table][:2] != (True, _digest(policy))
    ]


def _there() -> dict[str, tuple[bool, str | None, bool | None]]:
    """Return of each table whether it is guarded, by which policy, and whether the role has it."""
    with connection.cursor() as cursor:
        cursor.execute(THERE, [NAME])
        return {table: (is_on, said, granted) for table, is_on, said, granted in cursor.fetchall()}


def _digest(policy: Policy) -> str:
    """Return what tells one policy from another; the database keeps it in its own words."""
    return sha256(f"{policy.shown}\n{policy.written}".encode()).hexdigest()


def _put(policy: Policy) -> None:
    names = {"table": sql.Identifier(policy.table), "name": sql.Identifier(NAME)}
    steps = (
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        "DROP POLICY IF EXISTS {name} ON {table}",
        "CREATE POLICY {name} ON {table} USING ({shown}) WITH CHECK ({written})",
        "COMMENT ON POLICY {name} ON {table} IS {digest}",
    )
    with connection.cursor() as cursor:
        for step in steps:
            cursor.execute(
                sql.SQL(step).format(
                    **names,
                    shown=sql.SQL(policy.shown),
                    written=sql.SQL(policy.written),
                    digest=sql.Literal(_digest(policy)),
                )
            )


def _grant() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        [schema] = cursor.fetchone()
        for step in GRANTS:
            cursor.execute(sql.SQL(step).format(schema=sql.Identifier(schema)))


def _has_role() -> bool:
    """Make the role, and become a member of it, where this may be done."""
    for step in (CREATE_ROLE, JOIN_ROLE):
        if is_ready():
            return True
        # Another process may have made it, or an operator has to; both are seen by asking again.
        with suppress(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(step)
    return is_ready()
