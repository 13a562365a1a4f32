from __future__ import annotations

from django.urls import path

from bihuan.rules.views import alerts

app_name = "rules"
urlpatterns = [
    path("alerts/", alerts.listing, name="alerts"),
    path("alerts/export.xlsx", alerts.export, name="alerts_export"),
    path("alerts/by-team.xlsx", alerts.teams_export, name="teams_export"),
    path("alerts/<int:alert_id>/", alerts.one, name="alert"),
    path("alerts/<int:alert_id>/acknowledge/", alerts.acknowledge, name="acknowledge"),
    path("alerts/<int:alert_id>/say/", alerts.say, name="say"),
    path("alerts/<int:alert_id>/close/", alerts.close, name="close"),
]
