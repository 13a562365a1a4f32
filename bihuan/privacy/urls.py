from __future__ import annotations

from django.urls import path

from bihuan.privacy.views import asking, own, retaining

app_name = "privacy"
urlpatterns = [
    path("", asking.petitions, name="petitions"),
    path("export.xlsx", asking.petitions_export, name="petitions_export"),
    path("requests/<int:petition_id>/", asking.petition, name="petition"),
    path("requests/<int:petition_id>/decide/", asking.decide, name="decide"),
    path("requests/<int:petition_id>/withdraw/", asking.withdraw, name="withdraw"),
    path("requests/<int:petition_id>/hold/", asking.place_hold, name="place_hold"),
    path("holds/<int:hold_id>/lift/", asking.lift_hold, name="lift_hold"),
    path("people/<int:person_id>/erase/", asking.erase_person, name="erase_person"),
    path("subjects/<uuid:subject_id>/erase/", asking.erase_subject, name="erase_subject"),
    path("contacts/ask/", asking.ask_contacts, name="ask_contacts"),
    path("requests/<int:petition_id>/copy.zip", asking.fetch_copy, name="fetch_copy"),
    path("people/<int:person_id>/copy/", asking.copy_person, name="copy_person"),
    path("mine/copy/", own.ask_copy, name="copy"),
    path("mine/", own.mine, name="mine"),
    path("retention/", retaining.retention, name="retention"),
    path("retention/export.xlsx", retaining.retention_export, name="retention_export"),
    path("access-log/", own.reads, name="reads"),
    path("access-log/export.xlsx", own.reads_export, name="reads_export"),
]
