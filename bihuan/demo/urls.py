from __future__ import annotations

from django.urls import path

from bihuan.demo import views

app_name = "demo"
urlpatterns = [path("enter/<str:ticket>/", views.enter, name="enter")]
