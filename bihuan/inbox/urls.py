from __future__ import annotations

from django.urls import path

from bihuan.inbox.views import delivering, doing, looking

app_name = "inbox"
urlpatterns = [
    path("", looking.inbox, name="list"),
    path("notices/", looking.notices, name="notices"),
    path("notices/export.xlsx", looking.notices_export, name="notices_export"),
    path("notices/read/", doing.read_all, name="read_all"),
    path("notices/<int:notice_id>/open/", doing.open_notice, name="open"),
    path("notices/<int:notice_id>/read/", doing.read, name="read"),
    path("d/<uuid:stable_id>/", delivering.delivered, name="delivered"),
    path("proposals/", looking.proposals, name="proposals"),
    path("proposals/export.xlsx", looking.proposals_export, name="proposals_export"),
    path("proposals/<int:proposal_id>/", doing.proposal, name="proposal"),
    path("proposals/<int:proposal_id>/withdraw/", doing.withdraw, name="withdraw"),
]
