from __future__ import annotations

from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "bihuan.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.base import journal
        from bihuan.base.jobs.registry import guard_by
        from bihuan.org.access import refuse_when_read_only, require_open

        journal.guard_by(refuse_when_read_only)
        guard_by(require_open)
