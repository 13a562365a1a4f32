from __future__ import annotations

from django.urls import path

from bihuan.rules.views import alerts, building, rules, trying

app_name = "rules"
urlpatterns = [
    path("", rules.listing, name="list"),
    path("export.xlsx", rules.export, name="export"),
    path("new/", building.new_rule, name="new"),
    path("alerts/", alerts.listing, name="alerts"),
    path("alerts/export.xlsx", alerts.export, name="alerts_export"),
    path("alerts/by-team.xlsx", alerts.teams_export, name="teams_export"),
    path("alerts/<int:alert_id>/", alerts.one, name="alert"),
    path("alerts/<int:alert_id>/acknowledge/", alerts.acknowledge, name="acknowledge"),
    path("alerts/<int:alert_id>/say/", alerts.say, name="say"),
    path("alerts/<int:alert_id>/close/", alerts.close, name="close"),
    path("<slug:key>/", rules.one, name="rule"),
    path("<slug:key>/backtest/", trying.back_test, name="backtest"),
    path("<slug:key>/backtest/export.xlsx", trying.export, name="backtest_export"),
    path("<slug:key>/versions/new/", building.new_version, name="new_version"),
    path("<slug:key>/versions/<int:number>/", rules.version, name="version"),
    path("<slug:key>/versions/<int:number>/edit/", building.edit, name="edit"),
    path("<slug:key>/versions/<int:number>/put-in-force/", rules.put_in_force, name="put_in_force"),
    path("<slug:key>/versions/<int:number>/withdraw/", rules.withdraw, name="withdraw"),
]
