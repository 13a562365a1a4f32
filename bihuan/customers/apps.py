from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "bihuan.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal
        from bihuan.facts.models import Member

        journal.refer(rows={"account": journal.names_in(Member)})
        journal.call(
            {
                "account.merged": _("Joined two accounts"),
                "account.uscc_set": _("Set a credit code"),
                "accounts.told_apart": _("Said that two accounts differ"),
                "accounts.not_told_apart": _("Withdrew that two accounts differ"),
                "conversation.recorded": _("Wrote down a conversation"),
                "conversation.erased": _("Erased a conversation"),
                "recording.kept": _("Kept a recording"),
                "recording.discarded": _("Discarded a recording"),
                "recording.erased": _("Erased the sound of a recording"),
                "contact.added": _("Wrote down a contact"),
                "contact.handed_over": _("Handed a contact over"),
                "contact.ended": _("Ended a contact"),
                "account.unmerged": _("Parted two joined accounts"),
            },
            [
                journal.Subject(
                    label="facts.member",
                    word=_("Customer"),
                    opens=journal.page("customers:customer"),
                ),
                journal.Subject(
                    label="customers.contact",
                    word=_("Contact"),
                    opens=journal.page("customers:contact"),
                ),
            ],
        )
        # Queries need the models, which are there only now.
        from bihuan.customers.queries.kinds import CONVERSATION, CUSTOMER
        from bihuan.org import uses

        uses.register(CUSTOMER)
        uses.register(CONVERSATION)
        # The sound of a conversation goes when the name of who was erased goes out of it.
        from bihuan.customers.actions import erase_sounds_of, erase_sounds_of_texts
        from bihuan.privacy import channels

        channels.go_with("customers.Conversation", erase_sounds_of)
        channels.go_with("ai.AiText", erase_sounds_of_texts)
        from bihuan.customers.actions.ageing import SOUNDS, WORDS
        from bihuan.privacy.domain.retention import Kept

        channels.keep_for_a_time(Kept.CONVERSATIONS, WORDS)
        channels.keep_for_a_time(Kept.SOUNDS, SOUNDS)
        from bihuan.customers.queries.bringing import sounds_brought

        channels.bring_files(sounds_brought)
