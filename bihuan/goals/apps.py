from __future__ import annotations

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "bihuan.goals"
    label = "goals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Queries need the models, which are there only now.
        from bihuan.goals.actions.market.kind import MARKET_EVENT
        from bihuan.goals.queries.kinds import QUOTA
        from bihuan.goals.queries.reasons.tagging import reason_words
        from bihuan.goals.queries.using import TARGETS
        from bihuan.inbox import decisions
        from bihuan.metrics.uses import register
        from bihuan.org import uses
        from bihuan.playbooks.uses import register_words

        register(TARGETS)
        uses.register(QUOTA)
        register_words("reasons", reason_words)
        decisions.register(MARKET_EVENT)
