from __future__ import annotations

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "bihuan.metrics"
    label = "metrics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Queries need the models, which are there only now.
        from bihuan.metrics.queries.tagging import metric_words
        from bihuan.playbooks.uses import register_words

        register_words("metrics", metric_words)
