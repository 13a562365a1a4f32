from __future__ import annotations

from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "bihuan.rules"
    label = "rules"
    default_auto_field = "django.db.models.BigAutoField"
