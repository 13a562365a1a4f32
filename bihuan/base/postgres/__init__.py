"""The database server that comes with the product, and how to reach it or another.

    database_settings()   where the database is; starts nothing
    ensure_running(home)  starts the embedded server unless it runs, and holds on to it
    release(home)         lets go of it; the last to let go waits until it has stopped

``DATABASE_URL`` points to any PostgreSQL from 15 on instead; then nothing is
started. Above the connection there is no difference.

**Who keeps the server alive.** Every process that uses it holds a shared lock on
one file, the lease. A supervisor, the parent of the server, waits for the
exclusive lock on that file: it gets it when the last user is gone, however it
went, and then stops the server. The kernel drops the locks of a process that is
killed, so no count can go wrong. A server that is killed is started again by the
supervisor; a supervisor that is killed takes the server with it.
"""

from __future__ import annotations

from bihuan.base.postgres.address import database_settings
from bihuan.base.postgres.running import ensure_running, release

__all__ = ["database_settings", "ensure_running", "release"]
