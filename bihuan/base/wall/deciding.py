"""Whether the wall stands: it costs a statement, and a company alone has nobody to be kept from.

    auto   from the second company on, where the role was made   (TENANT_WALL, the usual)
    on     always; where the role is missing, nobody gets in
    off    never

It is asked anew by the very statement that takes the role on, so no process can go on without a
wall after a second company came.
"""

from __future__ import annotations

from django.conf import settings
from psycopg import sql

TAKE_ON = sql.SQL(
    "SELECT set_config('bihuan.tenant', {tenant}, false), set_config('role', 'bihuan_app', false)"
)
# The role is given its rights last of all, when every policy stands; see ``building``.
TAKE_ON_IF_IT_STANDS = sql.SQL(
    "SELECT set_config('bihuan.tenant', {tenant}, false), set_config('role', 'bihuan_app', false)"
    " WHERE has_table_privilege(to_regrole('bihuan_app'), to_regclass('org_tenant'), 'SELECT')"
    " AND pg_has_role(to_regrole('bihuan_app'), 'MEMBER')"
    " AND EXISTS (SELECT FROM org_tenant WHERE id <> {number})"
)
GIVE_BACK = sql.Composed([sql.SQL("RESET ROLE; RESET bihuan.tenant")])


def statement_for(tenant_id: int, *, is_asked: bool) -> sql.Composed | None:
    """Return how a company's side is taken: asking first whether the wall stands, or nothing."""
    if settings.TENANT_WALL == "off":
        return None
    known = {"tenant": sql.Literal(str(tenant_id)), "number": sql.Literal(tenant_id)}
    is_sure = settings.TENANT_WALL == "on" or not is_asked
    return (TAKE_ON if is_sure else TAKE_ON_IF_IT_STANDS).format(**known)
