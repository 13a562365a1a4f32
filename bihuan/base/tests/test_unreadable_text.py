"""A character that PostgreSQL keeps in no text is refused, and is no fault of ours."""

from __future__ import annotations

import pytest
from django.db import DataError
from django.test import Client

from bihuan.base.refusals import TextUnreadable, refusal_behind
from tests.make import make_admin, make_login


def test_only_that_character_is_a_refusal() -> None:
    told = refusal_behind(DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"))
    assert isinstance(told, TextUnreadable)
    assert refusal_behind(DataError("numeric field overflow")) is None


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["q", "metric"])  # Compared with a text, and with a JSON.
def test_a_search_for_it_is_refused_by_the_api(asked: str) -> None:
    client = Client()
    client.force_login(make_login(make_admin()))
    answer = client.get(f"/api/v1/playbooks/plays?{asked}=%00")
    assert (answer.status_code, answer.json()["code"]) == (422, "base.text_unreadable")
    assert client.get("/api/v1/lineage/facts/x").json() == {"detail": "Not Found"}
