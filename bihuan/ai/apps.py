from __future__ import annotations

from django.apps import AppConfig


class AiConfig(AppConfig):
    name = "bihuan.ai"
    label = "ai"
    default_auto_field = "django.db.models.BigAutoField"
