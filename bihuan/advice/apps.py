from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdviceConfig(AppConfig):
    name = "bihuan.advice"
    label = "advice"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "weekly.made": _("Made the weekly report"),
            },
            [
                journal.Subject(
                    label="advice.weekly",
                    word=_("Weekly report"),
                    opens=journal.page("advice:weekly"),
                ),
            ],
        )
