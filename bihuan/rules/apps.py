from __future__ import annotations

from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "bihuan.rules"
    label = "rules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Actions need the models, which are there only now.
        from bihuan.inbox import decisions, uses
        from bihuan.org.uses import register as register_thing
        from bihuan.playbooks.uses import register_cause
        from bihuan.rules.actions.hearing import TASK_KINDS
        from bihuan.rules.actions.responding.asking import KINDS
        from bihuan.rules.actions.responding.packing import CAUSE
        from bihuan.rules.queries.kinds import ALERT

        for task_kind in TASK_KINDS:
            uses.register(task_kind)
        for kind in KINDS:
            decisions.register(kind)
        register_cause(CAUSE)
        register_thing(ALERT)
