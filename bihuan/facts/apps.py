from __future__ import annotations

from django.apps import AppConfig


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
