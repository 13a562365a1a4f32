from __future__ import annotations

from django.urls import path

from bihuan.playbooks.views import exchanging, packs, reading, writing

app_name = "playbooks"
urlpatterns = [
    path("", reading.listing, name="list"),
    path("export.xlsx", reading.listing_export, name="export"),
    path("plays/add/", writing.add, name="add"),
    path("plays/preview/", writing.preview, name="preview"),
    path("plays/<int:play_id>/", reading.play, name="play"),
    path("plays/<int:play_id>/change/", writing.change, name="change"),
    path("plays/<int:play_id>/publish/", writing.publish, name="publish"),
    path("plays/<int:play_id>/retire/", writing.retire, name="retire"),
    path("plays/<int:play_id>/restore/", writing.restore, name="restore"),
    path("plays/<int:play_id>/give/", writing.give, name="give"),
    path("plays/<int:play_id>/versions/", reading.versions, name="versions"),
    path("plays/<int:play_id>/files/<str:digest>/", reading.file, name="file"),
    path("plays/<int:play_id>/pick/", packs.pick, name="pick"),
    path("packs/", packs.packs, name="packs"),
    path("packs/export.xlsx", packs.packs_export, name="packs_export"),
    path("packs/<int:pack_id>/", packs.pack, name="pack"),
    path("packs/<int:pack_id>/<int:position>/open/", packs.open_item, name="open"),
    path("packs/<int:pack_id>/<int:position>/use/", packs.use_item, name="use"),
    path("packs/<int:pack_id>/<int:position>/rate/", packs.rate_item, name="rate"),
    path("effect/", reading.effect, name="effect"),
    path("effect/export.xlsx", reading.effect_export, name="effect_export"),
    path("bundle/", exchanging.bundle, name="bundle"),
    path("bundle.zip", exchanging.bundle_export, name="bundle_export"),
]
