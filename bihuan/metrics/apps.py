from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "bihuan.metrics"
    label = "metrics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Queries need the models, which are there only now.
        from bihuan.metrics.queries.tagging import metric_words
        from bihuan.playbooks.uses import register_words

        register_words("metrics", metric_words)
        self._name_deeds()

    def _name_deeds(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "metric.drafted": _("Drafted a metric"),
                "metric.redrafted": _("Changed the draft of a metric"),
                "metric.checked": _("Checked a metric"),
                "metric.approved": _("Approved a metric"),
                "metric.sent_back": _("Sent a metric back"),
                "metric.withdrawn": _("Withdrew the draft of a metric"),
                "card.sent": _("Sent the card of a metric"),
                "card.reminded": _("Reminded people of a metric's card"),
                "card.read": _("Confirmed a metric's card"),
                "period.closed": _("Closed a period"),
                "period.reopened": _("Opened a closed period again"),
            },
            [
                journal.Subject(label="metrics.metricversion", word=_("Metric")),
            ],
        )
