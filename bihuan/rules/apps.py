from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


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
        self._name_deeds()

    def _name_deeds(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "rule.drafted": _("Drafted a rule"),
                "rule.redrafted": _("Changed the draft of a rule"),
                "rule.put_in_force": _("Put a rule in force"),
                "rule.withdrawn": _("Withdrew the draft of a rule"),
                "alert.acknowledged": _("Took note of an alert"),
                "alert.noted": _("Said something on an alert"),
                "alert.closed": _("Closed an alert"),
                "rules.evaluated": _("Looked at all rules"),
            },
            [
                journal.Subject(label="rules.ruleversion", word=_("Rule")),
                journal.Subject(
                    label="rules.alert", word=_("Alert"), opens=journal.page("rules:alert")
                ),
            ],
        )
