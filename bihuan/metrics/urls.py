from __future__ import annotations

from django.urls import path

from bihuan.metrics import views

app_name = "metrics"
urlpatterns = [
    path("", views.metrics, name="list"),
    path("explore/", views.explore, name="explore"),
    path("explore/figures.xlsx", views.export, name="export"),
    path("<slug:key>/", views.card, name="card"),
]
