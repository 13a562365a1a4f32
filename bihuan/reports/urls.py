from __future__ import annotations

from django.urls import path

from bihuan.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:report_id>/", views.report, name="report"),
    path("<int:report_id>/print/", views.paper, name="paper"),
    path("<int:report_id>/report.pdf", views.pdf, name="pdf"),
    path("<int:report_id>/report.xlsx", views.export, name="export"),
]
