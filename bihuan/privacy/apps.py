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
                "subject.erased": _("Erased somebody's personal data"),
                "petition.asked": _("Asked for a decision on personal data"),
                "petition.agreed": _("Agreed to a request about personal data"),
                "petition.declined": _("Declined a request about personal data"),
                "petition.withdrawn": _("Withdrew a request about personal data"),
                "petition.done": _("Carried out a request about personal data"),
                "hold.placed": _("Placed a hold on personal data"),
                "hold.lifted": _("Lifted a hold on personal data"),
                "copy.removed": _("Removed a copy of somebody's data"),
                "retention.set": _("Set how long something is kept"),
                "retention.ended": _("Let go of what was kept long enough"),
                "consent.noted": _("Noted a consent"),
                "consent.withdrawn": _("Noted that a consent was withdrawn"),
                "personal_data.shown": _("Opened personal data in full"),
                "master_key.rotated": _("Changed the key of the vault"),
            },
            [
                journal.Subject(label="privacy.consent", word=_("Consent")),
                journal.Subject(label="privacy.hold", word=_("Hold on personal data")),
                journal.Subject(label="privacy.petition", word=_("Request about personal data")),
                journal.Subject(label="privacy.sensitiveread", word=_("Look at personal data")),
                journal.Subject(label="privacy.subject", word=_("Personal data of somebody")),
            ],
        )
        # Whoever was erased is erased again in what a backup brings back.
        from bihuan.base.backup import after_restore
        from bihuan.privacy.actions.erasing import replay
        from bihuan.privacy.vault import checking

        after_restore(replay)
        from bihuan.privacy.actions.retaining import OWN
        from bihuan.privacy.channels import keep_for_a_time

        for kept, shelf in OWN.items():
            keep_for_a_time(kept, shelf)
        from bihuan.org.stores import Store, files_below, stores
        from bihuan.privacy.channels import files_belong, whose_copy
        from bihuan.privacy.models import COPIES, copy_path

        files_belong(COPIES, whose_copy)
        stores(
            COPIES,
            Store(
                label=_("Copies of personal data"),
                count=None,
                files=lambda tenant: files_below(copy_path(tenant.pk, 0).parent),
                is_derived=True,
            ),
        )
        checking.register_all()
