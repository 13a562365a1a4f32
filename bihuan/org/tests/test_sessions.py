"""Whoever leaves is signed out in time, and told why; whoever works is not disturbed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from bihuan.base import clock
from tests.make import make_login, make_person

pytestmark = pytest.mark.django_db
PAGE = "/goals/mine/"


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(make_login(make_person("lin"), "lin"))
    assert client.get(PAGE).status_code == 200
    return client


def status_after(client: Client, minutes: int, **headers: str) -> int:
    with clock.pretended(clock.now() + timedelta(minutes=minutes)):
        return client.get(PAGE, headers=headers).status_code


def test_who_works_on_stays_for_twelve_hours(signed_in: Client) -> None:
    found = [status_after(signed_in, minutes) for minutes in range(0, 721, 60)]
    assert found == [200] * 12 + [302]
    assert "十二小时" in signed_in.get("/accounts/login/").content.decode()


def test_who_is_away_for_three_hours_is_signed_out_and_comes_back_to_the_page(
    signed_in: Client,
) -> None:
    assert status_after(signed_in, 179) == 200
    with clock.pretended(clock.now() + timedelta(minutes=179 + 181)):
        answer = signed_in.get(PAGE)
        assert answer.headers["Location"] == f"/accounts/login/?next={PAGE}"
        assert "三小时" in signed_in.get(answer.headers["Location"]).content.decode()


def test_a_page_that_listens_keeps_no_session_alive(signed_in: Client) -> None:
    assert status_after(signed_in, 170, accept="text/event-stream") == 200
    assert status_after(signed_in, 181) == 302


def test_who_signs_in_again_is_told_nothing_of_it_any_more(signed_in: Client) -> None:
    assert status_after(signed_in, 200) == 302
    login = make_login(make_person("wang"), "wang")
    signed_in.force_login(login)
    signed_in.get(PAGE)
    signed_in.logout()
    assert "三小时" not in signed_in.get("/accounts/login/").content.decode()
