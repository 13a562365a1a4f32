from __future__ import annotations

from django.urls import path

from bihuan.tenants.views import plan

app_name = "tenants"
urlpatterns = [
    path("plan/", plan.plan, name="plan"),
    path("plan/export.xlsx", plan.plan_export, name="plan_export"),
]
