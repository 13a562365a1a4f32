"""The second wall between companies: PostgreSQL itself shows a company its own rows only.

The first wall is ``visible_to`` and ``access``: whoever forgets to ask it shows too much. Behind
it stands a role of the database, ``bihuan_app``, that owns nothing. As soon as a door knows for
which company it works it takes that role on, and from then on the policies of the tables hold:

    doors       take the role on, and give it back whatever happens
    policies    the condition of each table, made from the models
    building    brings role, grants and policies into the database
    deciding    whether the wall stands in an installation

What works over all companies (commands, migrations, backups, the worker's own doings) is the
owner, to whom no policy applies; a request steps out by ``as_owner(why)`` alone. What the wall does
not stop is said in ADR 42.
"""

from __future__ import annotations

from bihuan.base.wall.doors import as_owner, copying, inside, take_on

__all__ = ["as_owner", "copying", "inside", "take_on"]
