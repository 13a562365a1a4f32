from __future__ import annotations

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    name = "bihuan.tenants"
    label = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "export.asked": _("Asked for an export of everything"),
                "export.made": _("Made an export of everything"),
                "export.fetched": _("Fetched an export of everything"),
                "deletion.asked": _("Asked to delete the company"),
                "deletion.confirmed": _("Agreed to delete the company"),
                "deletion.withdrawn": _("Withdrew that the company is deleted"),
            },
            [
                journal.Subject(
                    label="tenants.export",
                    word=_("Export of everything"),
                    opens=lambda pk: reverse("tenants:exports"),
                ),
                journal.Subject(
                    label="tenants.deletion",
                    word=_("Deletion of the company"),
                    opens=lambda pk: reverse("tenants:leave"),
                ),
                journal.Subject(label="tenants.ends", word=_("Plan of the company")),
                journal.Subject(label="tenants.goes", word=_("Deletion of the company")),
            ],
        )
        # An export of one company is none of the others' to look into.
        from bihuan.privacy.channels import files_belong
        from bihuan.tenants.queries.owning import whose_export

        files_belong("exports", whose_export)
