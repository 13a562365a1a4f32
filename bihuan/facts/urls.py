from __future__ import annotations

from django.urls import path

from bihuan.facts.views import doing, looking

app_name = "facts"
urlpatterns = [
    path("", looking.facts, name="list"),
    path("export.xlsx", looking.export, name="export"),
    path("ledger/", doing.ledger, name="ledger"),
    path("kinds/", doing.kinds, name="kinds"),
    path("kinds/add/", doing.new_kind, name="add_kind"),
    path("rows/<int:row_id>/", looking.source_row, name="source_row"),
    path("members/<int:member_id>/", looking.member, name="member"),
    path("<int:seq>/", looking.fact, name="fact"),
    path("<int:seq>/reverse/", doing.reverse_fact, name="reverse"),
]
