"""What is told of the wall before the system starts.

base.E030  TENANT_WALL=on, and the role or a policy is missing: nobody would get in, or all see all
base.W030  there are several companies, and nothing but our own code keeps them apart
"""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db import DEFAULT_DB_ALIAS, connection

from bihuan.base.wall.building import is_ready, unguarded
from bihuan.base.wall.policies import tenant_model

SHOWN = 5
AGAIN = "Start Bihuan once more: each start puts up what is missing."
HINT = (
    "As a superuser of the server: CREATE ROLE bihuan_app NOLOGIN NOBYPASSRLS; "
    "GRANT bihuan_app TO the role of DATABASE_URL. Then start Bihuan once more."
)


def check_wall(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **options: object,
) -> list[CheckMessage]:
    if DEFAULT_DB_ALIAS not in (databases or []) or settings.TENANT_WALL == "off":
        return []
    if tenant_model()._meta.db_table not in connection.introspection.table_names():
        return []
    if not is_ready():
        fault = "The role bihuan_app is missing, so no wall stands between companies."
        if settings.TENANT_WALL == "on":
            return [checks.Error(fault, hint=HINT, id="base.E030")]
        return _told_to_several(fault, HINT)
    if bare := unguarded():
        return _told_to_several(f"Tables without their policy: {', '.join(bare[:SHOWN])}.", AGAIN)
    return []


def _told_to_several(fault: str, hint: str) -> list[CheckMessage]:
    """Tell it where there are companies to be kept apart; what is missing then comes by itself."""
    if tenant_model()._default_manager.count() < 2:
        return []
    return [checks.Warning(fault, hint=hint, id="base.W030")]
