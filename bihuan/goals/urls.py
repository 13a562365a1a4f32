from __future__ import annotations

from django.urls import path

from bihuan.goals.views import diagnoses, dilution, heatmap, market, quotas, reasons

app_name = "goals"
urlpatterns = [
    path("heatmap/", heatmap.team, name="team"),
    path("heatmap/units/<int:unit_id>/", heatmap.team, name="unit"),
    path("heatmap/units/<int:unit_id>/export.xlsx", heatmap.team_export, name="unit_export"),
    path("heatmap/people/<int:person_id>/", heatmap.person, name="person"),
    path("heatmap/people/<int:person_id>/export.xlsx", heatmap.person_export, name="person_export"),
    path("heatmap/overview/", heatmap.overview, name="overview"),
    path("heatmap/overview/<int:unit_id>/", heatmap.overview, name="unit_overview"),
    path("heatmap/cell/", heatmap.cell, name="cell"),
    path("heatmap/cell/facts/", heatmap.cell_facts, name="cell_facts"),
    path("heatmap/cell/reasons/", reasons.reasons, name="reasons"),
    path("heatmap/cell/reasons/say/", reasons.say, name="say_word"),
    path("heatmap/cell/reasons/<int:seq>/withdraw/", reasons.withdraw, name="withdraw_word"),
    path("reasons/", diagnoses.listing, name="diagnoses"),
    path("reasons/export.xlsx", diagnoses.export, name="diagnoses_export"),
    path("reasons/add/", diagnoses.add, name="add_diagnosis"),
    path("reasons/<slug:code>/", diagnoses.one, name="diagnosis"),
    path("reasons/<slug:code>/change/", diagnoses.change, name="change_diagnosis"),
    path("reasons/<slug:code>/restore/", diagnoses.restore, name="restore_diagnosis"),
    path("dilution/", dilution.tree, name="dilution"),
    path("dilution/units/<int:unit_id>/", dilution.tree, name="unit_dilution"),
    path("dilution/units/<int:unit_id>/rows/", dilution.rows, name="dilution_rows"),
    path("dilution/units/<int:unit_id>/export.xlsx", dilution.export, name="dilution_export"),
    path("dilution/people/<int:person_id>/", dilution.person, name="chain"),
    path("market/", market.listing, name="market_events"),
    path("market/add/", market.add, name="add_market_event"),
    path("market/add/preview/", market.preview, name="market_preview"),
    path("market/model/", market.model, name="market_model"),
    path("market/<int:event_id>/", market.one, name="market_event"),
    path("market/<int:event_id>/export.xlsx", market.export, name="market_export"),
    path(
        "market/<int:event_id>/reckonings/<int:reckoning_id>/carry-out/",
        market.carry_out,
        name="market_carry_out",
    ),
    path("targets/", quotas.listing, name="quotas"),
    path("targets/add/", quotas.add, name="add_quota"),
    path("targets/<int:quota_id>/", quotas.one, name="quota"),
    path("targets/<int:quota_id>/change/", quotas.change, name="change_quota"),
    path("targets/<int:quota_id>/end/", quotas.end, name="end_quota"),
]
