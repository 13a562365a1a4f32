from __future__ import annotations

from django.urls import path

from bihuan.integrations.views import chat, hooks
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

webhook_patterns = (
    [
        path("", hooks.webhooks, name="list"),
        path("new/", hooks.new, name="new"),
        path("<int:webhook_id>/", hooks.webhook, name="webhook"),
        path("<int:webhook_id>/edit/", hooks.edit, name="edit"),
        path("<int:webhook_id>/secret/", hooks.rotate, name="rotate"),
        path("<int:webhook_id>/try/", hooks.try_, name="try"),
        path("<int:webhook_id>/remove/", hooks.remove, name="remove"),
        path("<int:webhook_id>/replay/", hooks.replay, name="replay"),
        path("<int:webhook_id>/export.xlsx", hooks.export, name="export"),
        path("<int:webhook_id>/<int:delivery_id>/", hooks.delivery, name="delivery"),
        path("<int:webhook_id>/<int:delivery_id>/replay/", hooks.replay_one, name="replay_one"),
    ],
    "webhooks",
)
