from __future__ import annotations

from django.urls import path

from bihuan.lineage import views

app_name = "lineage"
urlpatterns = [
    path("", views.home, name="home"),
    path("metrics/<slug:key>/", views.metric, name="metric"),
    path("number/", views.number, name="number"),
    path("number/facts.xlsx", views.number_export, name="number_export"),
    path("facts/<int:seq>/", views.fact, name="fact"),
    path("facts/<int:seq>/cells.xlsx", views.fact_export, name="fact_export"),
    path("columns/", views.column, name="column"),
    path("columns/metrics.xlsx", views.column_export, name="column_export"),
]
