from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "bihuan.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal

        journal.call(
            {
                "report.made": _("Made a report"),
            },
            [
                journal.Subject(
                    label="reports.report", word=_("Report"), opens=journal.page("reports:report")
                ),
                journal.Subject(
                    label="reports.goal_health",
                    word=_("Report"),
                    opens=journal.page("reports:report"),
                ),
            ],
        )
        # Queries need the models, which are there only now.
        from bihuan.org.uses import register
        from bihuan.reports.queries.kinds import REPORT

        register(REPORT)
