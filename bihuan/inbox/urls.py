from __future__ import annotations

from django.urls import path

from bihuan.inbox.views import (
    delivering,
    doing,
    living,
    looking,
    steps,
    tasking,
    tasks,
    wishing,
)

app_name = "inbox"
urlpatterns = [
    path("", looking.inbox, name="list"),
    path("tasks/export.xlsx", looking.tasks_export, name="tasks_export"),
    path("tasks/new/", tasking.new, name="task_new"),
    path("tasks/<int:task_id>/", tasks.task, name="task"),
    path("tasks/<int:task_id>/items/<int:place>/", tasks.item, name="task_item"),
    path("tasks/<int:task_id>/comment/", tasks.comment, name="task_comment"),
    path("tasks/<int:task_id>/files/", tasks.attach, name="task_attach"),
    path("tasks/<int:task_id>/files/<int:file_id>/", tasks.download, name="task_file"),
    path("tasks/<int:task_id>/wake/", tasks.wake, name="task_wake"),
    path("tasks/<int:task_id>/reopen/", tasks.reopen, name="task_reopen"),
    path("tasks/<int:task_id>/snooze/", tasking.snooze, name="task_snooze"),
    path("tasks/<int:task_id>/hand-over/", tasking.hand_over, name="task_hand_over"),
    path("tasks/<int:task_id>/done/", tasking.finish, name="task_done"),
    path("tasks/<int:task_id>/call-off/", tasking.call_off, name="task_call_off"),
    path("escalation/", steps.escalation, name="escalation"),
    path("escalation/edit/", steps.edit, name="escalation_edit"),
    path("escalation/reset/", steps.reset, name="escalation_reset"),
    path("notices/", looking.notices, name="notices"),
    path("notices/export.xlsx", looking.notices_export, name="notices_export"),
    path("notices/read/", doing.read_all, name="read_all"),
    path("notices/<int:notice_id>/open/", doing.open_notice, name="open"),
    path("notices/<int:notice_id>/read/", doing.read, name="read"),
    path("d/<int:delivery_id>/", delivering.delivered, name="delivered"),
    path("live/", living.live, name="live"),
    path("settings/", wishing.own, name="wishes"),
    path("settings/company/", wishing.company, name="company_wishes"),
    path("deliveries/", delivering.deliveries, name="deliveries"),
    path("deliveries/export.xlsx", delivering.deliveries_export, name="deliveries_export"),
    path("deliveries/retry/", delivering.retry_all, name="deliveries_retry_all"),
    path("deliveries/test/", delivering.test, name="deliveries_test"),
    path("deliveries/<int:delivery_id>/retry/", delivering.retry, name="delivery_retry"),
    path("deliveries/<int:delivery_id>/discard/", delivering.discard, name="delivery_discard"),
    path("proposals/", looking.proposals, name="proposals"),
    path("proposals/export.xlsx", looking.proposals_export, name="proposals_export"),
    path("proposals/<int:proposal_id>/", doing.proposal, name="proposal"),
    path("proposals/<int:proposal_id>/withdraw/", doing.withdraw, name="withdraw"),
]
