from __future__ import annotations

from django.urls import path

from bihuan.advice.views import cockpit, landing, weekly

app_name = "advice"
urlpatterns = [
    path("", cockpit.cockpit, name="cockpit"),
    path("units/<int:unit_id>/", cockpit.cockpit, name="unit"),
    path("units/<int:unit_id>/export.xlsx", cockpit.export, name="export"),
    path("why/", landing.why, name="why"),
    path("gauges/", landing.gauges, name="gauges"),
    path("landing/", landing.landing, name="landing"),
    path("landing/export.xlsx", landing.export, name="landing_export"),
    path("weekly/", weekly.listing, name="weekly_list"),
    path("weekly/<int:report_id>/", weekly.weekly, name="weekly"),
    path("weekly/<int:report_id>/report.xlsx", weekly.export, name="weekly_export"),
]
