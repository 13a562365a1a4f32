"""Why the embedded server cannot be had, in words for whoever starts it."""

from __future__ import annotations

from bihuan.kernel.errors import Conflict, Invalid, Missing, gettext_noop


class DatabaseUrlInvalid(Invalid):
    """Names the fault and never the address, which holds a password."""

    code = "base.database_url_invalid"
    says = gettext_noop(
        "DATABASE_URL cannot be used: %(fault)s. "
        "Write postgresql://user:password@host:5432/name?sslmode=require."
    )


class PostgresMissing(Missing):
    code = "base.postgres_missing"
    says = gettext_noop(
        "No PostgreSQL from %(oldest)s on was found on this machine. "
        "Install one, or point DATABASE_URL to one elsewhere."
    )


class PostgresNewer(Conflict):
    code = "base.postgres_newer"
    says = gettext_noop(
        "The database in %(folder)s was made by PostgreSQL %(found)s, "
        "and the newest here is %(known)s. Install PostgreSQL %(found)s or a newer Bihuan; "
        "nothing was changed."
    )


class PostgresOlder(Conflict):
    code = "base.postgres_older"
    says = gettext_noop(
        "The database in %(folder)s was made by PostgreSQL %(found)s, which is not here. "
        "Install PostgreSQL %(found)s, write the data out with its pg_dump, move the folder away, "
        "start Bihuan once and read the data in with psql; nothing was changed."
    )


class PostgresFolderForeign(Conflict):
    code = "base.postgres_folder_foreign"
    says = gettext_noop(
        "%(folder)s belongs to another user. Start Bihuan as the user who owns it, "
        "or choose another folder with BIHUAN_HOME."
    )


class PostgresFolderBroken(Conflict):
    code = "base.postgres_folder_broken"
    says = gettext_noop(
        "%(folder)s is not empty and holds no PostgreSQL database. Move it away and start again."
    )


class PostgresNotHere(Conflict):
    code = "base.postgres_not_here"
    says = gettext_noop(
        "The embedded database runs on Linux and macOS. "
        "On this system, point DATABASE_URL to a PostgreSQL server."
    )


class PostgresNotStarted(Conflict):
    code = "base.postgres_not_started"
    says = gettext_noop("The embedded database did not start. The end of %(log)s says:\n%(said)s")
