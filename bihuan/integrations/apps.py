from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "bihuan.integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The tool needs the models, which are there only now.
        from bihuan.base.following import after_sealing
        from bihuan.inbox import channels
        from bihuan.integrations.access import bytes_of_files, files_of
        from bihuan.integrations.actions import ask_to_tell
        from bihuan.integrations.chat import ChatChannel
        from bihuan.integrations.wecom.tool import WeCom
        from bihuan.org.stores import Store, stores

        store = Store(label=_("Files of imports"), count=bytes_of_files, files=files_of)
        stores("uploads", store)

        channels.register(ChatChannel(WeCom()))
        after_sealing(ask_to_tell)
        from bihuan.integrations.actions import ageing
        from bihuan.integrations.models import UPLOADS
        from bihuan.integrations.queries.owning import whose_upload
        from bihuan.privacy.channels import files_belong, keep_for_a_time
        from bihuan.privacy.domain.retention import Kept

        # Files of an import are the company's, and whoever is erased takes none of them along.
        files_belong(UPLOADS, whose_upload)
        keep_for_a_time(Kept.UPLOADS, ageing.FILES)
        self._name_deeds()

    def _name_deeds(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "import.begun": _("Began an import"),
                "import.brought": _("Brought files"),
                "import.claimed": _("Started an import"),
                "import.dropped": _("Dropped an import"),
                "import.landed": _("Landed an import"),
                "import.mapped": _("Mapped the columns of an import"),
                "import.reverted": _("Took an import back"),
                "import.stopped": _("Noted that an import stopped"),
                "chat.addresses_set": _("Set who is who in the chat"),
                "wecom.set": _("Set up WeCom"),
                "webhook.changed": _("Changed a webhook"),
                "webhook.made": _("Made a webhook"),
                "webhook.removed": _("Removed a webhook"),
                "webhook.replayed": _("Had events sent to a webhook again"),
                "webhook.secret_rotated": _("Gave a webhook another secret"),
                "webhook.switched_off": _("Switched a webhook off that took nothing for days"),
                "webhook.tried": _("Tried a webhook"),
            },
            [
                journal.Subject(
                    label="integrations.import",
                    word=_("Import"),
                    opens=journal.page("integrations:import"),
                ),
                journal.Subject(
                    label="integrations.webhook",
                    word=_("Webhook"),
                    opens=journal.page("webhooks:webhook"),
                ),
                journal.Subject(label="integrations.webhookdelivery", word=_("Webhook")),
            ],
        )
