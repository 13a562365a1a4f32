from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "bihuan.integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The tool needs the models, which are there only now.
        from bihuan.inbox import channels
        from bihuan.integrations.access import bytes_of_files
        from bihuan.integrations.chat import ChatChannel
        from bihuan.integrations.wecom.tool import WeCom
        from bihuan.org.uses import stores

        stores("imports", label=_("Files of imports"), count=bytes_of_files)

        channels.register(ChatChannel(WeCom()))
