from __future__ import annotations

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "bihuan.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Actions need the models, which are there only now.
        from bihuan.inbox import channels
        from bihuan.inbox.actions.pressing import NOTICES, PROPOSALS, TASKS
        from bihuan.inbox.actions.telling import tell
        from bihuan.inbox.actions.watching import tell_of_looking
        from bihuan.inbox.channels.mail import Mail
        from bihuan.inbox.queries.kind import TASK
        from bihuan.org import uses
        from bihuan.privacy.channels import watch

        uses.register_teller(tell)
        watch(tell_of_looking)
        uses.register(TASK)
        channels.register(Mail())
        channels.register_thing(NOTICES)
        channels.register_thing(TASKS)
        channels.register_thing(PROPOSALS)
