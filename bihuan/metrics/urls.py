from __future__ import annotations

from django.urls import path

from bihuan.metrics.views import closings, looking, pending

app_name = "metrics"
urlpatterns = [
    path("", looking.metrics, name="list"),
    path("explore/", looking.explore, name="explore"),
    path("explore/figures.xlsx", looking.export, name="export"),
    path("pending/", pending.waiting, name="pending"),
    path("pending/export.xlsx", pending.waiting_export, name="pending_export"),
    path("closings/", closings.closings, name="closings"),
    path("closings/<int:closing_id>/", closings.closing, name="closing"),
    path("closings/<int:closing_id>/reopen/", closings.reopen, name="reopen"),
    path("<slug:key>/", looking.card, name="card"),
]
