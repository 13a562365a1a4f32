from __future__ import annotations

from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    name = "bihuan.playbooks"
    label = "playbooks"
    default_auto_field = "django.db.models.BigAutoField"
