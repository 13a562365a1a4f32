from __future__ import annotations

from django.urls import path

from bihuan.inbox.views import delivering, doing, living, looking, wishing

app_name = "inbox"
urlpatterns = [
    path("", looking.inbox, name="list"),
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
