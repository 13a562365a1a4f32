"""Whether the master key is where it should be, before anything is opened with it.

privacy.E001  others may read the file of the master key
privacy.E002  the master key that personal data needs is not here
privacy.E003  the master key lies in the folder of the backups
privacy.W001  the master key lies on the disk of the database that it protects
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connection
from django.utils.translation import gettext

from bihuan.base.exposure import is_exposed, others_may
from bihuan.base.refusals import sentence
from bihuan.base.safe_start import STARTING
from bihuan.kernel.errors import Conflict
from bihuan.privacy.models import IndexKey, SubjectKey
from bihuan.privacy.vault.master import given_keys, key_path, master_keys


def register_all() -> None:
    """Put the checks into force; called once when the app is ready."""
    checks.register(check_key_place, STARTING)
    checks.register(check_key_is_here, checks.Tags.database)


def check_key_place(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[CheckMessage]:
    """Refuse a key file that others may read, or that is copied with what it protects."""
    path = key_path()
    if not path.exists():
        return []
    found: list[CheckMessage] = []
    if others_may(path, 0o077):
        text = gettext("Others may read %(path)s.") % {"path": path}
        found.append(checks.Error(text, hint=f"chmod 600 {path}", id="privacy.E001"))
    if settings.BACKUP_FOLDER and path.is_relative_to(Path(settings.BACKUP_FOLDER).resolve()):
        text = gettext("The master key of personal data lies in the folder of the backups.")
        hint = gettext("Set BACKUP_FOLDER to a folder that does not hold the home.")
        found.append(checks.Error(text, hint=hint, id="privacy.E003"))
    if is_exposed() and _is_beside_database() and not given_keys():
        text = gettext("The master key lies on the disk of the database that it protects.")
        hint = gettext(
            "Let it come from elsewhere: BIHUAN_MASTER_KEY, or BIHUAN_MASTER_KEY_COMMAND, which "
            "asks a key service."
        )
        found.append(checks.Warning(text, hint=hint, id="privacy.W001"))
    return found


def check_key_is_here(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **options: object,
) -> list[CheckMessage]:
    """Refuse to go on without a key that sealed what is kept: it would stay closed."""
    if not databases or not _has_tables():
        return []
    rows = (SubjectKey.objects, IndexKey.objects)
    needed = {name for kept in rows for name in kept.values_list("master", flat=True).distinct()}
    if not needed:
        return []
    try:
        for name in sorted(needed):
            master_keys().named(name)
    except Conflict as refusal:
        return [checks.Error(sentence(refusal), id="privacy.E002")]
    return []


def _is_beside_database() -> bool:
    return str(settings.DATABASES["default"].get("HOST", "")).startswith("/")


def _has_tables() -> bool:
    return SubjectKey._meta.db_table in connection.introspection.table_names()
