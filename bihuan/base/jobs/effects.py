"""Effects that happen once, however often a job is run.

A worker may die after its work and before it could say so, or be paused so long
that its job is given to another; so a job runs at least once. An effect is one all
the same when it claims a key in the transaction in which it happens: the claim and
the effect stand or fall together, and a second one waits for the first and finds
the key taken.
"""

from __future__ import annotations

from django.db import connection

from bihuan.base import clock

CLAIM = """
    INSERT INTO base_effect (key, claimed_at) VALUES (%s, %s) ON CONFLICT (key) DO NOTHING
"""


def once(key: str) -> bool:
    """Return whether the effect of this key is still to happen, and claim it.

    Call it inside the transaction of the effect: undone with it, kept with it.
    """
    assert connection.in_atomic_block, "claim an effect in the transaction in which it happens"
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [key, clock.now()])
        return bool(cursor.rowcount == 1)
