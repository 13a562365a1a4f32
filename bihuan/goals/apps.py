from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


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
        self._name_deeds()

    def _name_deeds(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "quota.set": _("Set a target"),
                "quota.ended": _("Ended a target"),
                "quotas.set": _("Set targets from a file"),
                "quotas.reverted": _("Took targets of a file back"),
                "goal.rated": _("Set how a goal is rated"),
                "profile.saved": _("Saved a profile of weights"),
                "profile.ended": _("Ended a profile of weights"),
                "cycle.opened": _("Opened a cycle"),
                "cycle.closed": _("Closed a cycle"),
                "cycle.published": _("Published a cycle"),
                "receipt.acknowledged": _("Acknowledged targets"),
                "diagnosis.changed": _("Changed a reason"),
                "diagnosis.restored": _("Restored a reason"),
                "reason.withdrawn": _("Withdrew a word on a reason"),
                "market_event.filed": _("Filed a market event"),
                "market_event.ended": _("Ended a market event"),
                "market_model.set": _("Set the model of market events"),
                "cycle.goal_added": _("Added a goal to a cycle"),
                "cycle.goal_dropped": _("Dropped a goal of a cycle"),
                "cycle.goal_changed": _("Changed a goal of a cycle"),
                "cycle.filled": _("Filled a cycle in"),
                "cycle.restored": _("Restored a revision of a cycle"),
                "cycle.reweighed": _("Weighed a goal anew"),
                "cycle.seasons_set": _("Set the seasons of a goal"),
                "cycle.weighed": _("Weighed the goals of a cycle"),
                "cycle.profile_applied": _("Applied a profile of weights"),
                "cycle.reconciled": _("Reconciled the goals of a cycle"),
                "cycle.organisation_followed": _("Let a cycle follow the organisation"),
                "cycle.undone": _("Undid an edit of a cycle"),
                "reason.confirmed": _("Confirmed a reason"),
                "reason.corrected": _("Corrected a reason"),
                "reason.added": _("Added a reason"),
                "cycle.split_by_even": _("Split a goal evenly"),
                "cycle.split_by_history": _("Split a goal by history"),
                "cycle.split_by_potential": _("Split a goal by potential"),
            },
            [
                journal.Subject(
                    label="goals.quota", word=_("Target"), opens=journal.page("goals:quota")
                ),
                journal.Subject(
                    label="goals.cycle", word=_("Cycle"), opens=journal.page("goals:cycle")
                ),
                journal.Subject(
                    label="goals.marketevent",
                    word=_("Market event"),
                    opens=journal.page("goals:market_event"),
                ),
                journal.Subject(label="goals.revision", word=_("Published targets")),
                journal.Subject(label="goals.market_reckoning", word=_("Market event")),
            ],
        )
