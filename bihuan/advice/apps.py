from __future__ import annotations

from django.apps import AppConfig


class AdviceConfig(AppConfig):
    name = "bihuan.advice"
    label = "advice"
    default_auto_field = "django.db.models.BigAutoField"
