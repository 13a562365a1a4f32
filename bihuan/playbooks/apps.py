from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlaybooksConfig(AppConfig):
    name = "bihuan.playbooks"
    label = "playbooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.org.stores import Store, stores
        from bihuan.playbooks.access import bytes_of_files

        # Their bytes are rows, so they go with the rows.
        store = Store(
            label=_("Files of plays"), count=bytes_of_files, files=lambda tenant: iter(())
        )
        stores("playbooks", store)
