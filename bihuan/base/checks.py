"""What must be true before the system starts, each with an id.

    base.E001  the secret key is too short to be a secret
    base.E002  others may read the key file
    base.E003  DEBUG on a host that others can reach: error pages show everything
    base.E004  any host name is accepted
    base.E005  the business time zone does not exist
    base.E006  a table that is written once has lost what protects it
    base.E007  the database is older than PostgreSQL 15
    base.E008  ANALYTICS_URL names no engine that is known
    base.E009  the engine of ANALYTICS_URL needs what is not installed
    base.E010  others could listen on the way to AI_URL, or it names no model
    base.E011  the database was changed by a newer version of the code
    base.E030, base.W030  the wall between companies is not whole; see ``base.wall.checking``

What must be true once others can reach the installation is in ``bihuan.base.exposure``.

E006, E007 and E011 look into the database and run with ``check --database default``
and before every ``migrate``. They fail closed: a table whose protection cannot
be seen counts as unprotected.
"""

from __future__ import annotations

import stat
from collections.abc import Sequence
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext

from bihuan.base.analytics import AnalyticsUrlInvalid, Engine, address_of, missing_for_spark
from bihuan.base.append_only import AppendOnlyModel
from bihuan.base.exposure import check_backup_key, check_exposure, is_exposed
from bihuan.base.home import home
from bihuan.base.safe_start import STARTING
from bihuan.base.schema import unknown_migrations
from bihuan.base.wall.checking import check_wall

SHORTEST_KEY = 50
OLDEST_POSTGRESQL = 150000

# Bits of pg_trigger.tgtype. Only an ALWAYS trigger without column list or condition counts.
ROW, BEFORE, DELETE, UPDATE, TRUNCATE = 1, 2, 8, 16, 32
GUARDS = """
    SELECT t.tgtype FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = to_regclass(%s) AND t.tgenabled = 'A' AND NOT t.tgisinternal
    AND t.tgqual IS NULL AND t.tgattr::text = '' AND p.prosrc LIKE '%%RAISE EXCEPTION%%'
"""


def register_all() -> None:
    """Put the checks into force; called once when the app is ready."""
    for check in (
        *(check_secret_key, check_key_file, check_hosts, check_time_zone, check_analytics),
        *(check_language_service, check_backup_key),
    ):
        checks.register(check, STARTING)
    checks.register(check_exposure, checks.Tags.security)
    for database_check in (check_written_once, check_server_version, check_not_newer, check_wall):
        checks.register(database_check, checks.Tags.database)


def check_secret_key(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[CheckMessage]:
    key = settings.SECRET_KEY
    if settings.DEBUG or (len(key) >= SHORTEST_KEY and not key.startswith("django-insecure")):
        return []
    hint = gettext(
        "Set SECRET_KEY to %(count)s random characters, or unset it: one is made once."
    ) % {"count": SHORTEST_KEY}
    return [checks.Error(gettext("SECRET_KEY is too weak."), hint=hint, id="base.E001")]


def check_key_file(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[CheckMessage]:
    path = home() / "secret_key"
    if not path.exists() or not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return []
    text = gettext("Others may read %(path)s.") % {"path": path}
    return [checks.Error(text, hint=f"chmod 600 {path}", id="base.E002")]


def check_hosts(app_configs: Sequence[AppConfig] | None, **options: object) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG and is_exposed():
        text = gettext("DEBUG is on, and others can reach this: error pages show everything.")
        hint = gettext("Set DEBUG=False, or ALLOWED_HOSTS to localhost only.")
        found.append(checks.Error(text, hint=hint, id="base.E003"))
    if any(host.strip() in ("*", ".", "") for host in settings.ALLOWED_HOSTS):
        hint = gettext("Name the hosts in ALLOWED_HOSTS, separated by commas.")
        found.append(checks.Error(gettext("Any host name is accepted."), hint=hint, id="base.E004"))
    return found


def check_language_service(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[CheckMessage]:
    if not settings.AI_URL:
        return []
    parts = urlsplit(settings.AI_URL)
    is_here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if settings.AI_MODEL and parts.hostname and (parts.scheme == "https" or is_here):
        return []
    hint = gettext("Write AI_URL as https://…/v1 (http only for this machine), and set AI_MODEL.")
    return [checks.Error(gettext("AI_URL and AI_MODEL do not fit."), hint=hint, id="base.E010")]


def check_time_zone(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[CheckMessage]:
    zone = settings.BUSINESS_TIME_ZONE
    if zone in available_timezones():
        return []
    text = gettext("There is no time zone %(zone)s.") % {"zone": repr(zone)}
    hint = gettext("Set BUSINESS_TIME_ZONE to a name such as Asia/Shanghai.")
    return [checks.Error(text, hint=hint, id="base.E005")]


def check_analytics(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[CheckMessage]:
    """Refuse an engine for figures that is not known or cannot run here."""
    try:
        address = address_of(settings.ANALYTICS_URL)
    except AnalyticsUrlInvalid as refusal:
        return [checks.Error(str(refusal), id="base.E008")]
    missing = missing_for_spark() if address.engine is Engine.SPARK else ""
    if not missing:
        return []
    text = gettext("ANALYTICS_URL asks a Spark cluster, which needs %(missing)s.") % {
        "missing": missing
    }
    return [checks.Error(text, id="base.E009")]


def check_written_once(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **options: object,
) -> list[CheckMessage]:
    """Refuse to start on a ledger whose rows could be changed."""
    return [
        checks.Error(
            gettext("%(table)s can be changed: no trigger refuses %(deeds)s.")
            % {"table": table, "deeds": ", ".join(missing)},
            hint=gettext(
                "Restore the database from a backup and compare: somebody removed the trigger."
            ),
            id="base.E006",
        )
        for alias in databases or []
        for table in _finished_tables(connections[alias])
        if (missing := unguarded(connections[alias], table))
    ]


def check_server_version(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **options: object,
) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int")
            (version,) = cursor.fetchone()
        if version < OLDEST_POSTGRESQL:
            text = gettext("The database is older than PostgreSQL 15: %(name)s.") % {"name": alias}
            found.append(checks.Error(text, id="base.E007"))
    return found


def check_not_newer(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **options: object,
) -> list[CheckMessage]:
    """Refuse to work on tables that a newer version of the code has changed."""
    return [
        checks.Error(
            gettext("The database was changed by a newer version: %(unknown)s.")
            % {"unknown": ", ".join(unknown[:5])},
            hint=gettext("Install that version, or restore a backup from before."),
            id="base.E011",
        )
        for alias in databases or []
        if (unknown := unknown_migrations(connections[alias]))
    ]


def unguarded(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """Return the deeds that no trigger refuses on a table."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDS, [connection.ops.quote_name(table)])
        kinds = [kind for (kind,) in cursor.fetchall() if kind & BEFORE]
    deeds = {"UPDATE": UPDATE | ROW, "DELETE": DELETE | ROW, "TRUNCATE": TRUNCATE}
    return [deed for deed, bits in deeds.items() if not any(k & bits == bits for k in kinds)]


def _finished_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the append-only tables whose app has run all its migrations.

    ``migrate`` checks before it works: halfway through, a table may rightly lack
    what the next migration brings, and refusing then would block the cure.
    """
    loader = MigrationLoader(connection)
    waiting = {app for app, name in set(loader.disk_migrations) - set(loader.applied_migrations)}
    written_once: list[type[models.Model]] = [
        model
        for model in apps.get_models()
        if issubclass(model, AppendOnlyModel) and model._meta.app_label not in waiting
    ]
    return [model._meta.db_table for model in written_once]
