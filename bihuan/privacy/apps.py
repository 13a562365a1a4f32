from __future__ import annotations

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "bihuan.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have whoever was erased erased again in what a backup brings back."""
        from bihuan.base.backup import after_restore
        from bihuan.privacy.actions.erasing import replay

        after_restore(replay)
