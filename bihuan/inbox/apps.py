from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "bihuan.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Actions need the models, which are there only now.
        from bihuan.inbox import channels
        from bihuan.inbox.access import bytes_of_files, files_of, is_kept_elsewhere
        from bihuan.inbox.actions.pressing import NOTICES, PROPOSALS, TASKS
        from bihuan.inbox.actions.telling import tell
        from bihuan.inbox.channels.mail import Mail
        from bihuan.inbox.queries.kind import TASK
        from bihuan.org import uses
        from bihuan.org.stores import Store, stores

        uses.register_teller(tell)
        uses.register(TASK)
        stores(
            "task-files",
            Store(
                label=_("Files of tasks"),
                count=bytes_of_files,
                files=files_of,
                is_shared=is_kept_elsewhere,
            ),
        )
        channels.register(Mail())
        channels.register_thing(NOTICES)
        channels.register_thing(TASKS)
        channels.register_thing(PROPOSALS)
