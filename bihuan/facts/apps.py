from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FactsConfig(AppConfig):
    name = "bihuan.facts"
    label = "facts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let what people say of texts become facts."""
        from bihuan.ai import decisions
        from bihuan.facts.actions.texts import record_word

        decisions.register(record_word)
        from bihuan.base.backup import in_step

        in_step(folder="anchors", table="facts_block")

        from bihuan.facts.reader.anchors import anchors_of
        from bihuan.facts.replica import files_of_replica
        from bihuan.org.stores import Store, stores

        stores("anchors", Store(label=_("Anchors of the ledger"), count=None, files=anchors_of))
        stores(
            "replica",
            Store(label=_("Replica"), count=None, files=files_of_replica, is_derived=True),
        )
