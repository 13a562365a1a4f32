from __future__ import annotations

from django.urls import path

from bihuan.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("preferences/", views.preferences, name="preferences"),
    path("look/", views.look, name="look"),
]
