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
        from bihuan.integrations.access import bytes_of_files, files_of
        from bihuan.integrations.chat import ChatChannel
        from bihuan.integrations.wecom.tool import WeCom
        from bihuan.org.stores import Store, stores

        store = Store(label=_("Files of imports"), count=bytes_of_files, files=files_of)
        stores("uploads", store)

        channels.register(ChatChannel(WeCom()))
