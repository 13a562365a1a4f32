from __future__ import annotations

from django.urls import path

from bihuan.tenants.views import leaving, plan, signing_up

app_name = "tenants"
urlpatterns = [
    path("sign-up/", signing_up.sign_up, name="sign_up"),
    path("sign-up/<str:secret>/", signing_up.confirm, name="confirm"),
    path("plan/", plan.plan, name="plan"),
    path("plan/export.xlsx", plan.plan_export, name="plan_export"),
    path("exports/", leaving.exports, name="exports"),
    path("exports/make/", leaving.ask_for_export, name="ask_for_export"),
    path("exports/<int:export_id>/fetch/", leaving.fetch_export, name="fetch_export"),
    path("leave/", leaving.leave, name="leave"),
    path("leave/agree/", leaving.agree, name="agree"),
    path("leave/withdraw/", leaving.withdraw, name="withdraw"),
    path("leave/confirm/<str:secret>/", leaving.confirm_deletion, name="confirm_deletion"),
]
