from __future__ import annotations

from django.urls import path

from bihuan.org.views import backups, doing, jobs, lending, looking, own, seeing

app_name = "org"
urlpatterns = [
    path("", looking.tree, name="tree"),
    path("units/add/", doing.add_unit, name="add_unit"),
    path("units/<int:unit_id>/", looking.unit, name="unit"),
    path("units/<int:unit_id>/change/", doing.change_unit, name="change_unit"),
    path("people/", looking.people, name="people"),
    path("people/export.xlsx", looking.people_export, name="people_export"),
    path("people/add/", doing.add_person, name="add_person"),
    path("people/<int:person_id>/", looking.person, name="person"),
    path("people/<int:person_id>/change/", doing.change_person, name="change_person"),
    path("people/<int:person_id>/seats/", doing.assign, name="assign"),
    path("people/<int:person_id>/move/", doing.move, name="move"),
    path("people/<int:person_id>/leave/", doing.leave, name="leave"),
    path("people/<int:person_id>/login/", doing.login, name="login"),
    path("people/<int:person_id>/tokens/", own.tokens_of_program, name="tokens_of_program"),
    path("seats/<int:seat_id>/end/", doing.end_seat, name="end_seat"),
    path("tokens/", own.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", own.revoke_token, name="revoke_token"),
    path("delegations/", lending.delegations, name="delegations"),
    path("delegations/export.xlsx", lending.delegations_export, name="delegations_export"),
    path("delegations/<int:delegation_id>/end/", lending.end_delegation, name="end_delegation"),
    path("shares/", lending.shares, name="shares"),
    path("shares/export.xlsx", lending.shares_export, name="shares_export"),
    path("shares/<int:share_id>/end/", lending.take_back, name="take_back"),
    path("share/<str:kind>/<int:thing_id>/", lending.share, name="share"),
    path("seen/<str:kind>/<int:thing_id>/", seeing.who_sees, name="who_sees"),
    path(
        "seen/<str:kind>/<int:thing_id>/export.xlsx",
        seeing.who_sees_export,
        name="who_sees_export",
    ),
    path("people/<int:person_id>/sees/", seeing.what_sees, name="what_sees"),
    path(
        "people/<int:person_id>/sees/export.xlsx",
        seeing.what_sees_export,
        name="what_sees_export",
    ),
    path("tenant/", own.switch_tenant, name="switch_tenant"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/export.xlsx", jobs.jobs_export, name="jobs_export"),
    path("jobs/<int:job_id>/progress/", jobs.job_progress, name="job_progress"),
    path("jobs/<int:job_id>/retry/", jobs.retry_job, name="retry_job"),
    path("jobs/<int:job_id>/discard/", jobs.discard_job, name="discard_job"),
    path("backups/", backups.backups, name="backups"),
    path("backups/export.xlsx", backups.backups_export, name="backups_export"),
    path("backups/make/", backups.back_up, name="back_up"),
    path("settings/", doing.settings, name="settings"),
]
