from __future__ import annotations

from django.urls import path

from bihuan.metrics.views import (
    cards,
    closings,
    comparing,
    editing,
    looking,
    pending,
    versions,
)

app_name = "metrics"
urlpatterns = [
    path("", looking.metrics, name="list"),
    path("explore/", looking.explore, name="explore"),
    path("explore/figures.xlsx", looking.export, name="export"),
    path("pending/", pending.waiting, name="pending"),
    path("pending/export.xlsx", pending.waiting_export, name="pending_export"),
    path("closings/", closings.closings, name="closings"),
    path("closings/<int:closing_id>/", closings.closing, name="closing"),
    path("closings/<int:closing_id>/reopen/", closings.reopen, name="reopen"),
    path("new/", editing.new_metric, name="new"),
    path("new/file/", editing.upload, name="upload"),
    path("cards/<int:copy_id>/read/", cards.read, name="read_card"),
    path("<slug:key>/", looking.card, name="card"),
    path("<slug:key>/card/", cards.card, name="sheet"),
    path("<slug:key>/card/send/", cards.send, name="send_cards"),
    path("<slug:key>/receipts/", cards.receipts_page, name="receipts"),
    path("<slug:key>/receipts/export.xlsx", cards.receipts_export, name="receipts_export"),
    path("<slug:key>/receipts/remind/", cards.remind, name="remind"),
    path("<slug:key>/versions/new/", editing.new_version, name="new_version"),
    path("<slug:key>/versions/<int:number>/", versions.one, name="version"),
    path("<slug:key>/versions/<int:number>/edit/", editing.edit, name="edit"),
    path("<slug:key>/versions/<int:number>/check/", versions.check, name="check"),
    path("<slug:key>/versions/<int:number>/approve/", versions.approve, name="approve"),
    path("<slug:key>/versions/<int:number>/send-back/", versions.send_back, name="send_back"),
    path("<slug:key>/versions/<int:number>/withdraw/", versions.withdraw, name="withdraw"),
    path("<slug:key>/versions/<int:number>/definition.yaml", versions.document, name="document"),
    path("<slug:key>/versions/<int:number>/difference/", comparing.difference, name="difference"),
    path("<slug:key>/versions/<int:number>/difference/facts.xlsx", comparing.export, name="moved"),
]
