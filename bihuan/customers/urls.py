from __future__ import annotations

from django.urls import path

from bihuan.customers.views import consenting, contacts, doing, hearing, looking, talking

app_name = "customers"
urlpatterns = [
    path("", looking.customers, name="list"),
    path("export.xlsx", looking.export, name="export"),
    path("duplicates/", looking.duplicates, name="duplicates"),
    path("duplicates/export.xlsx", looking.duplicates_export, name="duplicates_export"),
    path("apart/", looking.apart, name="apart"),
    path("apart/export.xlsx", looking.apart_export, name="apart_export"),
    path("apart/<int:distinction_id>/withdraw/", doing.withdraw_distinction, name="withdraw"),
    path("merges/", looking.merges, name="merges"),
    path("merges/export.xlsx", looking.merges_export, name="merges_export"),
    path("merges/<int:seq>/undo/", doing.undo_merge, name="undo"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/export.xlsx", contacts.export, name="contacts_export"),
    path("contacts/bring/", contacts.bring_contacts, name="bring_contacts"),
    path("contacts/<int:contact_id>/", contacts.contact, name="contact"),
    path("contacts/<int:contact_id>/reveal/", contacts.reveal, name="reveal_contact"),
    path("contacts/<int:contact_id>/change/", contacts.change_contact, name="change_contact"),
    path("contacts/<int:contact_id>/hand-over/", contacts.hand_over, name="hand_over_contact"),
    path("contacts/<int:contact_id>/end/", contacts.end_contact, name="end_contact"),
    path("contacts/<int:contact_id>/erase/", consenting.ask_erasure, name="erase_contact"),
    path("contacts/<int:contact_id>/copy/", consenting.ask_copy, name="copy_contact"),
    path("contacts/<int:contact_id>/consents/", consenting.add_consent, name="add_consent"),
    path(
        "contacts/<int:contact_id>/consents/<int:consent_id>/withdraw/",
        consenting.end_consent,
        name="end_consent",
    ),
    path("<int:account_id>/contacts/add/", contacts.add_contact, name="add_contact"),
    path("<int:account_id>/", looking.customer, name="customer"),
    path("<int:account_id>/conversations/", talking.conversations, name="conversations"),
    path("<int:account_id>/conversations/add/", talking.add_conversation, name="add_conversation"),
    path("<int:account_id>/summary/", talking.summary, name="summary"),
    path(
        "conversations/<int:conversation_id>/erase/",
        talking.erase_conversation,
        name="erase_conversation",
    ),
    path("<int:account_id>/recordings/add/", hearing.record, name="record"),
    path("recordings/<int:recording_id>/", hearing.recording, name="recording"),
    path("recordings/<int:recording_id>/transcribe/", hearing.transcribe, name="transcribe"),
    path("recordings/<int:recording_id>/refuse/", hearing.refuse, name="refuse"),
    path("recordings/<int:recording_id>/discard/", hearing.discard, name="discard"),
    path("recordings/<int:recording_id>/sound/", hearing.sound, name="sound"),
    path("<int:account_id>/uscc/", doing.uscc, name="uscc"),
    path("<int:account_id>/join/", looking.partners, name="join"),
    path("<int:account_id>/with/<int:other_id>/", doing.compare, name="compare"),
    path("<int:account_id>/with/<int:other_id>/apart/", doing.tell_apart, name="tell_apart"),
]
