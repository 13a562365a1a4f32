"""The plays the product comes with help with every metric and every reason it comes with."""

from __future__ import annotations

from collections import Counter

import pytest

from bihuan.base import clock
from bihuan.goals.queries.reasons.catalogue import built_in as built_in_reasons
from bihuan.metrics.queries.versions import built_in as built_in_metrics
from bihuan.playbooks.actions import load_starter_set, retire_play, revise_play
from bihuan.playbooks.domain.checklist import steps_of
from bihuan.playbooks.domain.choosing import Fit
from bihuan.playbooks.domain.play import Kind, PlayText, check
from bihuan.playbooks.models import Play, PlayVersion
from bihuan.playbooks.queries import as_html, pack_for
from bihuan.playbooks.reader.starter import starter_set
from tests.make import make_admin, make_tenant

SHEETS = {each.code: each for each in starter_set()}
METRICS, REASONS = list(built_in_metrics()), list(built_in_reasons())


def test_there_are_enough_of_every_kind() -> None:
    counts = Counter(each.kind for each in SHEETS.values())
    assert len(SHEETS) >= 40
    assert set(counts) == set(Kind)
    assert min(counts.values()) >= 3


@pytest.mark.parametrize("code", SHEETS)
def test_each_is_whole_and_told_in_both_languages(code: str) -> None:
    sheet = SHEETS[code]
    text = sheet.text
    assert check(text, kind=sheet.kind) == []
    assert all((text.title_zh, text.title_en, text.summary_zh, text.summary_en, text.body_zh))
    assert text.valid_until is None, "what comes with the product does not run out by itself"
    assert set(text.tags.metrics) <= set(METRICS)
    assert set(text.tags.reasons) <= set(REASONS)
    if sheet.kind is Kind.CHECKLIST:
        assert len(steps_of(text.body_zh)) >= 5
    assert "<table>" in as_html(text.body_zh) or "|" not in text.body_zh


@pytest.mark.django_db
def test_every_reason_and_every_metric_has_a_pack_of_its_own() -> None:
    tenant = make_tenant()
    assert load_starter_set(tenant=tenant) == len(SHEETS)
    today = clock.today(tenant.time_zone)
    without = {
        (metric, reason)
        for metric in METRICS
        for reason in (None, *REASONS)
        if not pack_for(tenant=tenant, metric=metric, reason=reason, today=today).items
    }
    assert without == set()
    for metric in METRICS:
        pack = pack_for(tenant=tenant, metric=metric, reason=None, today=today)
        assert pack.items[0].fit is Fit.METRIC, metric
    for reason in REASONS:
        for metric in METRICS:
            pack = pack_for(tenant=tenant, metric=metric, reason=reason, today=today)
            assert pack.items[0].fit in {Fit.EXACT, Fit.REASON}, (metric, reason)


@pytest.mark.django_db
def test_loading_again_adds_nothing_and_overwrites_nothing() -> None:
    tenant = make_tenant()
    admin = make_admin(tenant=tenant)
    load_starter_set(tenant=tenant, owner=admin)
    changed, gone = Play.objects.order_by("code")[:2]
    revise_play(play=changed, text=PlayText(title_zh="自己的话"), base=1, by=admin)
    retire_play(play=gone, by=admin)
    before = PlayVersion.objects.count()
    assert load_starter_set(tenant=tenant) == 0
    gone.refresh_from_db()
    assert (PlayVersion.objects.count(), gone.retired_at is None) == (before, False)
    assert set(Play.objects.values_list("owner__code", flat=True)) == {"admin"}
