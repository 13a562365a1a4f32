from __future__ import annotations

from django.urls import path

from bihuan.ai import views

app_name = "ai"
urlpatterns = [
    path("", views.standing, name="standing"),
    path("texts/<int:text_id>/say/", views.say, name="say"),
    path("texts/<int:text_id>/adjust/", views.adjust, name="adjust"),
]
