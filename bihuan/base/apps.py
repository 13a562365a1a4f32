from __future__ import annotations

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "bihuan.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.base import checks
        from bihuan.base.backup import in_step
        from bihuan.base.journal.sealing import FOLDER

        in_step(folder=FOLDER, table="base_journalblock")
        checks.register_all()
