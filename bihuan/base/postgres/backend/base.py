"""A connection that breaks on its way and is made anew must not come back as the owner."""

from __future__ import annotations

from django.db.backends.postgresql import base

from bihuan.base.wall import doors


class DatabaseWrapper(base.DatabaseWrapper):
    def init_connection_state(self) -> None:
        super().init_connection_state()
        doors.arrive(self.connection)
