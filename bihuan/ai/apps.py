from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AiConfig(AppConfig):
    name = "bihuan.ai"
    label = "ai"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "text.made": _("Had a text made"),
                "text.adopted": _("Adopted a text"),
                "text.adjusted": _("Adjusted a text"),
                "text.refused": _("Refused a text"),
            },
            [
                journal.Subject(label="ai.aitext", word=_("Text")),
            ],
        )
        from bihuan.ai.actions.ageing import TEXTS
        from bihuan.privacy.channels import keep_for_a_time
        from bihuan.privacy.domain.retention import Kept

        keep_for_a_time(Kept.AI_TEXTS, TEXTS)
