from __future__ import annotations

from django.urls import path

from bihuan.org.views import (
    backups,
    doing,
    jobs,
    journal,
    lending,
    looking,
    oidc,
    own,
    saml,
    security,
    seeing,
    signing_in,
    usage,
)

saml_patterns = [
    path("login/", saml.begin, name="saml_login"),
    path("acs/", saml.take, name="saml_acs"),
    path("acs/finish/", saml.finish, name="saml_finish_acs"),
    path("metadata/", saml.metadata, name="saml_metadata"),
]
"""Named as allauth names them, for it leads to the first of them by itself."""

oidc_patterns = [
    path("login/", oidc.login, name="openid_connect_login"),
    path("login/callback/", oidc.callback, name="openid_connect_callback"),
]

app_name = "org"
urlpatterns = [
    path("", looking.tree, name="tree"),
    path("usage/", usage.usage, name="usage"),
    path("usage/export.xlsx", usage.usage_export, name="usage_export"),
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
    path("security/", security.security, name="security"),
    path("security/sessions/end-others/", security.end_others, name="end_other_sessions"),
    path("security/sessions/<str:mark>/end/", security.end_one, name="end_session"),
    path("sign-in/", signing_in.signing_in, name="signing_in"),
    path("sign-in/providers/add/", signing_in.add_provider, name="add_provider"),
    path("sign-in/providers/add-saml/", signing_in.add_saml, name="add_saml"),
    path("sign-in/providers/<int:provider_id>/", signing_in.provider, name="provider"),
    path("people/<int:person_id>/reset-factors/", security.reset_factors, name="reset_factors"),
    path("people/<int:person_id>/sign-out/", security.sign_out, name="sign_out"),
    path("people/<int:person_id>/shut/", security.shut, name="shut_login"),
    path("people/<int:person_id>/reopen/", security.reopen, name="reopen_login"),
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
    path("journal/", journal.journal, name="journal"),
    path("journal/export.xlsx", journal.journal_export, name="journal_export"),
    path("journal/<int:entry_id>/", journal.journal_entry, name="journal_entry"),
    path("settings/", doing.settings, name="settings"),
]
