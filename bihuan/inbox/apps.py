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
        from bihuan.inbox.actions import ageing
        from bihuan.inbox.actions.looking import ask_to_look
        from bihuan.inbox.actions.pressing import NOTICES, PROPOSALS, TASKS
        from bihuan.inbox.actions.telling import tell
        from bihuan.inbox.actions.watching import tell_of_looking
        from bihuan.inbox.channels.mail import Mail
        from bihuan.inbox.models import TaskFile
        from bihuan.inbox.queries.bringing import files_brought, whose_file
        from bihuan.inbox.queries.kind import TASK
        from bihuan.org import uses
        from bihuan.org.stores import Store, stores
        from bihuan.privacy.channels import (
            bring_files,
            files_belong,
            keep_for_a_time,
            look_by_hand,
            watch,
        )
        from bihuan.privacy.domain.retention import Kept

        uses.register_teller(tell)
        watch(tell_of_looking)
        look_by_hand(ask_to_look)
        bring_files(files_brought)
        files_belong(TaskFile.FOLDER, whose_file)
        keep_for_a_time(Kept.NOTICES, ageing.NOTICES)
        keep_for_a_time(Kept.DELIVERIES, ageing.DELIVERIES)
        keep_for_a_time(Kept.TASK_FILES, ageing.FILES)
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
        self._name_deeds()

    def _name_deeds(self) -> None:
        """Say how the deeds of this app read in the journal."""
        from bihuan.base import journal
        from bihuan.inbox.domain.task import OWN, TASK_EVENT

        journal.call(
            {
                "delivery.all_retried": _("Tried all failed deliveries again"),
                "delivery.discarded": _("Gave up a delivery"),
                "delivery.retried": _("Tried a delivery again"),
                "delivery.tested": _("Sent a message to try it out"),
                "delivery.wished": _("Chose how to be told"),
                "escalation.set": _("Set how tasks escalate"),
                "notice.lapsed": _("Let notices lapse"),
                "notice.sent": _("Sent notices"),
                "notice.settled": _("Settled notices"),
                "proposal.made": _("Put a proposal to people"),
                "proposal.answered": _("Answered a proposal"),
                "proposal.decided": _("Decided a proposal"),
                "proposal.withdrawn": _("Withdrew a proposal"),
                "task.commented": _("Commented on a task"),
                "task.done": _("Finished a task"),
                "task.filed": _("Added a file to a task"),
                "task.handed_over": _("Handed a task over"),
                "task.lapsed": _("Let a task lapse"),
                "task.made": _("Made a task"),
                "task.reopened": _("Took a task up again"),
                "task.snoozed": _("Put a task off"),
                "task.woken": _("Took up a task that was put off"),
                "task.escalated": _("Escalated a task"),
                "task.item_checked": _("Ticked a point of a task off"),
                "task.item_unchecked": _("Took a tick away"),
                "notice.reminded": _("Reminded people of a notice"),
            },
            [
                journal.Subject(
                    label="inbox.task", word=_("Task"), opens=journal.page("inbox:task")
                ),
                journal.Subject(
                    label="inbox.proposal", word=_("Proposal"), opens=journal.page("inbox:proposal")
                ),
                journal.Subject(label="inbox.notice", word=_("Notice")),
                journal.Subject(label=TASK_EVENT, word=_("Task")),
                journal.Subject(label=OWN, word=_("Task")),
                journal.Subject(label="inbox.digest", word=_("Several messages in one")),
                journal.Subject(label="privacy.reads", word=_("Look at personal data")),
            ],
        )
