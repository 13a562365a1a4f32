from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "bihuan.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Queries need the models, which are there only now.
        from bihuan.org.uses import register
        from bihuan.reports.queries.kinds import REPORT

        register(REPORT)
