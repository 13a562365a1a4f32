"""A weight profile that somebody else changed while one had its form open."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.goals import actions
from bihuan.goals.models import WeightProfile
from bihuan.goals.tests.company import make_company
from tests.make import make_login

pytestmark = pytest.mark.django_db


def test_what_was_typed_of_a_profile_outlives_what_others_save_meanwhile(
    client: Client,
) -> None:
    company = make_company()
    client.force_login(make_login(company.boss))
    first = actions.save_profile(
        name="推新品", factors=[("goal", "signed_amount", "3")], by=company.boss, note="一季度"
    )
    second = actions.change_profile(
        profile=first, name="推新品", factors=[("goal", "signed_amount", "2")], by=company.boss
    )
    opened = reverse("goals:change_profile", args=[first.pk])
    here = reverse("goals:change_profile", args=[second.pk])
    assert client.get(opened)["Location"] == here
    mine = {
        "name": "主推新品",
        "note": "",
        "axis-0": "goal",
        "key-0": "签约额",
        "factor-0": "4",
    }
    late = client.post(opened, mine)
    page = late.content.decode()
    assert (late.status_code, late.context["saves_at"]) == (422, here)
    assert 'value="主推新品"' in page
    assert 'value="4"' in page
    assert "当前的值：推新品" in page
    assert "当前的值：目标权重 签约额 × 2" in page
    assert "note" not in late.context["form"].errors, "both say the same there"
    assert [each.pk for each in WeightProfile.objects.filter(ended_at=None)] == [second.pk]
    assert client.post(late.context["saves_at"], mine).status_code == 302
    third = WeightProfile.objects.get(ended_at=None)
    assert (third.name, third.follows_id) == ("主推新品", second.pk)
    actions.end_profile(profile=third, by=company.boss)
    assert client.get(opened).status_code == 404
    gone = client.post(here, mine)
    assert (gone.status_code, gone.context["saves_at"]) == (422, reverse("goals:add_profile"))
    assert 'value="4"' in gone.content.decode()
    assert client.post(gone.context["saves_at"], mine).status_code == 302
    assert WeightProfile.objects.get(ended_at=None).follows is None
