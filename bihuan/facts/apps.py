from __future__ import annotations

from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "bihuan.facts"
    label = "facts"
    default_auto_field = "django.db.models.BigAutoField"
