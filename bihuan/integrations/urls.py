from __future__ import annotations

from django.urls import path

from bihuan.integrations import views

app_name = "integrations"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.upload, name="upload"),
    path("<int:import_id>/", views.one, name="import"),
    path("<int:import_id>/mapping/", views.mapping, name="mapping"),
    path("<int:import_id>/progress/", views.progress, name="progress"),
    path("<int:import_id>/run/", views.run, name="run"),
    path("<int:import_id>/revert/", views.revert, name="revert"),
    path("<int:import_id>/drop/", views.drop, name="drop"),
]
