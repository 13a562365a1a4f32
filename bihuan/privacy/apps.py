from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "bihuan.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "subject.changed": _("Changed personal data"),
                "master_key.rotated": _("Changed the key of the vault"),
            }
        )
        # Whoever was erased is erased again in what a backup brings back.
        from bihuan.base.backup import after_restore
        from bihuan.privacy.actions.erasing import replay

        after_restore(replay)
