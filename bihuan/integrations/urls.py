from __future__ import annotations

from django.urls import path

from bihuan.integrations.views import chat
from bihuan.integrations.views import imports as views

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

chat_patterns = (
    [
        path("wecom/", chat.wecom, name="wecom"),
        path("wecom/test/", chat.wecom_test, name="wecom_test"),
        path("wecom/callback/<uuid:public_id>/", chat.wecom_callback, name="wecom_callback"),
    ],
    "chat",
)
