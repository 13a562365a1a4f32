from __future__ import annotations

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "bihuan.integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The tool needs the models, which are there only now.
        from bihuan.inbox import channels
        from bihuan.integrations.chat import ChatChannel
        from bihuan.integrations.wecom.tool import WeCom

        channels.register(ChatChannel(WeCom()))
