from __future__ import annotations

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "bihuan.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.base import checks

        checks.register_all()
