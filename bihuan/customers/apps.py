from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "bihuan.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the sound of a conversation go when the name of who was erased goes out of it."""
        from bihuan.customers.actions import erase_sounds_of, erase_sounds_of_texts
        from bihuan.privacy import channels

        channels.go_with("customers.Conversation", erase_sounds_of)
        channels.go_with("ai.AiText", erase_sounds_of_texts)
