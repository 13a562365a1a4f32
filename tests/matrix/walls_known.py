"""Where the matrix turns red when a rule falls, and what else stands where it does not.

Every rule that ``walls`` finds stands here or among the walls that
``tests/test_permission_matrix.py`` fells in a way of their own; one that does not fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping

TURNS_RED: Mapping[str, str] = {
    "advice.access.may_make_weekly": "advice/weekly/",
    "advice.access.require_maker": "api/v1/advice/weekly",
    "advice.access.weekly_seen": "advice/weekly/<int:report_id>/",
    "advice.access.weekly_visible_to": "advice/weekly/",
    "advice.models.WeeklyReportQuerySet.visible_to": "advice/weekly/<int:report_id>/",
    "ai.access.text_seen": "api/v1/ai/texts/{text_id}",
    "customers.access.contact_seen": "customers/contacts/<int:contact_id>/",
    "customers.access.contacts_visible_to": "customers/contacts/",
    "customers.access.conversation_seen": "customers/conversations/<int:conversation_id>/erase/",
    "customers.access.customer_seen": "customers/<int:account_id>/",
    "customers.access.distinction_seen": "customers/apart/<int:distinction_id>/withdraw/",
    "customers.access.is_merge_seen": "customers/merges/",
    "customers.access.merge_seen": "api/v1/customers/merges/{seq}/undo",
    "customers.access.require_may_change_contact": "api/v1/contacts/{contact_id}",
    "customers.access.require_may_erase": "customers/conversations/<int:conversation_id>/erase/",
    "customers.access.require_may_part": "customers/merges/<int:seq>/undo/",
    "customers.models.ConversationQuerySet.visible_to": (
        "customers/conversations/<int:conversation_id>/erase/"
    ),
    "facts.access.fact_seen": "facts/<int:seq>/",
    "facts.access.member_seen": "facts/members/<int:member_id>/",
    "facts.access.source_row_seen": "facts/rows/<int:row_id>/",
    "facts.models.FactQuerySet.visible_to": "facts/",
    "goals.access.cycle_seen": "goals/cycles/<int:cycle_id>/",
    "goals.access.cycles_visible_to": "goals/cycles/",
    "goals.access.draft_seen": "goals/cycles/<int:cycle_id>/",
    "goals.access.event_seen": "goals/market/<int:event_id>/",
    "goals.access.events_visible_to": "api/v1/goals/market/events/{event_id}",
    "goals.access.may_carry_out": (
        "goals/market/<int:event_id>/reckonings/<int:reckoning_id>/carry-out/"
    ),
    "goals.access.may_file_events": "goals/market/add/",
    "goals.access.may_judge": "goals/heatmap/cell/reasons/say/",
    "goals.access.profile_seen": "goals/profiles/<int:profile_id>/end/",
    "goals.access.quota_seen": "goals/targets/<int:quota_id>/",
    "goals.access.receipt_seen": "goals/mine/receipts/<int:receipt_id>/",
    "goals.access.reckoning_seen": (
        "goals/market/<int:event_id>/reckonings/<int:reckoning_id>/carry-out/"
    ),
    "goals.access.require_carries_out": (
        "goals/market/<int:event_id>/reckonings/<int:reckoning_id>/carry-out/"
    ),
    "goals.access.require_files_events": "api/v1/goals/market/events",
    "goals.access.require_prover": "api/v1/goals/verify",
    "goals.access.sees_drafts": "goals/cycles/<int:cycle_id>/",
    "goals.access.settable_people": "goals/targets/add/",
    "goals.access.team_seen": "goals/heatmap/units/<int:unit_id>/",
    "goals.models.quota.QuotaQuerySet.visible_to": "goals/targets/",
    "inbox.access.delivery_seen": "inbox/deliveries/<int:delivery_id>/retry/",
    "inbox.access.file_seen": "inbox/tasks/<int:task_id>/files/<int:file_id>/",
    "inbox.access.is_theirs": "inbox/tasks/<int:task_id>/done/",
    "inbox.access.leads": "inbox/tasks/<int:task_id>/hand-over/",
    "inbox.access.may_answer_for": "api/v1/inbox/proposals/{proposal_id}/answer",
    "inbox.access.may_call_off": "inbox/tasks/<int:task_id>/call-off/",
    "inbox.access.may_hand_over": "inbox/tasks/<int:task_id>/hand-over/",
    "inbox.access.may_withdraw": "inbox/proposals/<int:proposal_id>/withdraw/",
    "inbox.access.people_given_to": "inbox/tasks/new/",
    "inbox.access.people_handed_to": "inbox/tasks/<int:task_id>/hand-over/",
    "inbox.access.proposal_seen": "inbox/proposals/<int:proposal_id>/",
    "inbox.access.require_may_call_off": "api/v1/inbox/tasks/{task_id}/call-off",
    "inbox.access.require_may_hand_over": "api/v1/inbox/tasks/{task_id}/hand-over",
    "inbox.access.require_may_withdraw": "api/v1/inbox/proposals/{proposal_id}/withdraw",
    "inbox.access.require_own": "inbox/tasks/<int:task_id>/done/",
    "inbox.access.task_seen": "inbox/tasks/<int:task_id>/",
    "inbox.models.notice.NoticeQuerySet.visible_to": "inbox/notices/",
    "inbox.models.proposal.ProposalQuerySet.visible_to": "inbox/proposals/",
    "inbox.models.task.TaskQuerySet.visible_to": "api/v1/inbox/tasks",
    "integrations.access.import_seen": "api/v1/imports/{import_id}",
    "integrations.access.webhook_delivery_seen": (
        "webhooks/<int:webhook_id>/<int:delivery_id>/replay/"
    ),
    "integrations.access.webhook_seen": "webhooks/<int:webhook_id>/",
    "metrics.access.require_approver_of": "api/v1/metrics/{key}/versions/{number}/approve",
    "metrics.access.require_writer_of": "api/v1/metrics/{key}/versions",
    "metrics.models.CardCopyQuerySet.visible_to": "api/v1/metrics/cards",
    "org.access.delegation_seen": "org/delegations/<int:delegation_id>/end/",
    "org.access.job_watched": "org/jobs/<int:job_id>/progress/",
    "org.access.people_visible_to": "org/people/",
    "org.access.person_seen": "org/people/<int:person_id>/",
    "org.access.require_admin_of": "api/v1/org/people",
    "org.access.require_role": "org/people/<int:person_id>/leave/",
    "org.access.seat_seen": "org/seats/<int:seat_id>/end/",
    "org.access.seats_visible_to": "org/people/<int:person_id>/",
    "org.access.share_seen": "org/shares/<int:share_id>/end/",
    "org.access.token_seen": "org/tokens/<int:token_id>/revoke/",
    "org.access.unit_seen": "org/units/<int:unit_id>/",
    "org.domain.scope.Scope.covers": "goals/cycles/<int:cycle_id>/",
    "org.domain.scope.Scope.covers_as_manager": "api/v1/goals/quotas",
    "org.domain.scope.Scope.covers_figures": "goals/heatmap/units/<int:unit_id>/",
    "playbooks.access.may_change": "playbooks/plays/<int:play_id>/change/",
    "playbooks.access.pack_seen": "playbooks/packs/<int:pack_id>/",
    "playbooks.access.play_seen": "playbooks/plays/<int:play_id>/",
    "playbooks.access.plays_visible_to": "playbooks/plays/<int:play_id>/",
    "playbooks.access.require_may_change": "playbooks/plays/<int:play_id>/change/",
    "playbooks.access.require_own_pack": "playbooks/packs/<int:pack_id>/<int:position>/rate/",
    "playbooks.models.handed.HandedOutQuerySet.visible_to": "playbooks/packs/",
    "customers.access.may_speak_for": "customers/contacts/<int:contact_id>/copy/",
    "customers.access.require_may_speak_for": "customers/contacts/<int:contact_id>/copy/",
    "privacy.access.petition_seen": "privacy/requests/<int:petition_id>/withdraw/",
    "reports.access.report_seen": "reports/<int:report_id>/",
    "reports.access.reports_visible_to": "reports/",
    "reports.access.require_maker": "api/v1/reports/goal-health",
    "rules.access.alert_seen": "rules/alerts/<int:alert_id>/",
    "rules.access.may_end": "rules/alerts/<int:alert_id>/close/",
    "rules.access.require_may_end": "rules/alerts/<int:alert_id>/close/",
    "rules.access.require_writer_of": "api/v1/rules/{key}/versions",
    "rules.models.AlertQuerySet.visible_to": "rules/alerts/",
}
"""A route of the matrix at which it is seen that a rule allows everything."""

OTHERS_STAND: Mapping[str, str] = {
    "customers.access.customers_visible_to": (
        "rests on accounts_visible_to, which is felled on its own"
    ),
    "customers.access.distinctions_visible_to": "a list of what distinction_seen shows one by one",
    "customers.access.may_change_contact": (
        "only shows the buttons: require_may_change_contact decides"
    ),
    "customers.access.sees_in_full": "a sight of the field map, compared with docs/visibility.md",
    "customers.access.require_may_join": (
        "who joins administers or leads both, and sees no other account to name"
    ),
    "facts.access.kinds_brought": "the kinds of one's own company, told to all of it",
    "goals.access.edit_seen": "looks into a cycle that draft_seen opened",
    "goals.access.goal_seen": "looks into a cycle that draft_seen opened",
    "goals.access.node_seen": "returns a key, checked against nodes_visible",
    "goals.access.nodes_visible": "a filter of keys, over draft_seen",
    "goals.access.person_in": "the cell's own reckoning keeps to the scope as well",
    "goals.access.revision_seen": "looks into a cycle that cycle_seen opened",
    "goals.access.settable_units": "offers units in a form; require_manager_of decides",
    "inbox.access.delivery_brought": "the action asserts whose it is: it raises before it answers",
    "inbox.access.notice_seen": "the action asserts whose it is: it raises before it answers",
    "inbox.access.is_kept_elsewhere": "asked when a company's files go: held by tests of leaving",
    "inbox.access.require_adds": "whoever sees a task may add to it: it falls only with task_seen",
    "inbox.access.require_may_give": (
        "the form offers nobody else, and the API looks the owner up among the led"
    ),
    "metrics.access.card_seen": "the action asserts whose it is: it raises before it answers",
    "org.access.is_only_company": "tells how many companies there are, and nothing of them",
    "org.access.require_manager_of": (
        "the quota's own rule and the roles of the page stand before it"
    ),
    "org.access.may_still_listen": "asked while a page listens: held by tests of open sessions",
    "org.access.provider_seen": (
        "the roles of the page stand before it; held by tests of the providers"
    ),
    "playbooks.access.changed_by": "a condition inside plays_visible_to",
    "playbooks.access.file_seen": "looks into a play that play_seen opened",
    "playbooks.access.item_seen": "looks into a pack that pack_seen opened",
    "playbooks.access.play_coded": "by code, what play_seen shows by number",
    "playbooks.access.version_seen": "looks into a play that play_seen opened",
    "playbooks.access.versions_visible_to": "looks into a play that play_seen opened",
    "customers.access.consent_seen": "looks into a contact that contact_seen opened",
    "privacy.access.may_fetch": "held by the tests of copies: the world has none to fetch",
    "privacy.access.require_may_fetch": "held by the tests of copies: the world has none to fetch",
    "privacy.access.hold_seen": "the roles of the page stand before it",
    "privacy.access.require_may_ask": "the roles of the page stand before it",
    "privacy.access.require_may_decide": "the roles of the page stand before it",
    "privacy.access.subject_seen": "subjects have no number that one could guess: a random one",
    "privacy.access.require_may_keep": (
        "asked where a contact is written, behind may_change_contact"
    ),
    "reports.access.readers_of": "whom the monthly job tells; no request asks",
    "reports.access.require_sight": (
        "refuses where sight_of says nothing; the roles of the page stand before it"
    ),
    "reports.access.sight_of": "what of a report one sees; held by its own tests",
    "rules.access.may_read_rules": (
        "only shows the way; the roles of the page and require_reader decide"
    ),
    "rules.access.may_try_rules": "only shows the button; the roles of the page decide",
    "rules.access.may_write_rules": "only shows the button; require_writer_of decides",
    "rules.access.require_reader": "the roles of the door stand before it",
    "rules.access.require_sees": "the doors look an alert up by alert_seen before",
    "tenants.access.export_seen": "the roles of the page stand before it; held by tests of exports",
}
"""Rules whose fall alone opens nothing that the matrix sees, and why."""
