from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "bihuan.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.base import journal
        from bihuan.base.jobs.registry import guard_by
        from bihuan.org.standing import refuse_when_read_only, require_open
        from bihuan.org.stores import Store, anchors_of_journal, stores

        journal.guard_by(refuse_when_read_only)
        guard_by(require_open)
        stores(
            "journal",
            Store(label=_("Anchors of the journal"), count=None, files=anchors_of_journal),
        )
