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
        from bihuan.facts.queries import FACT, OPPORTUNITY
        from bihuan.org import uses

        uses.register(FACT)
        uses.register(OPPORTUNITY)
        from bihuan.base.backup import in_step

        in_step(folder="anchors", table="facts_block")
        self._name_deeds()
        self._say_stores()

    def _say_stores(self) -> None:
        """Say which files are a company's own, to go with it."""
        from bihuan.facts.reader.anchors import anchors_of
        from bihuan.facts.replica import files_of_replica
        from bihuan.org.stores import Store, stores

        stores("anchors", Store(label=_("Anchors of the ledger"), count=None, files=anchors_of))
        stores(
            "replica",
            Store(label=_("Replica"), count=None, files=files_of_replica, is_derived=True),
        )

    def _name_deeds(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal
        from bihuan.facts.queries import page_of_fact

        journal.call(
            {
                "batch.begun": _("Began a batch of facts"),
                "batch.reverted": _("Took a batch of facts back"),
                "kind.added": _("Added a kind of fact"),
                "fact.reversed": _("Took a fact back"),
                "fact.recorded": _("Recorded a fact"),
                "fact.revised": _("Revised a fact"),
            },
            [
                journal.Subject(label="facts.fact", word=_("Fact"), opens=page_of_fact),
                journal.Subject(label="facts.batch", word=_("Batch")),
            ],
        )
        from bihuan.facts.actions.ageing import ROWS
        from bihuan.privacy.channels import keep_for_a_time
        from bihuan.privacy.domain.retention import Kept

        keep_for_a_time(Kept.SOURCE_ROWS, ROWS)
