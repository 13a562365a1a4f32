"""What somebody reads when something went wrong: a sentence, what to do, and a way back."""

from __future__ import annotations

import html
import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from bihuan.org.domain.role import Role
from tests.make import make_login, make_person

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug")


urlpatterns = [path("broken/", broken), path("", include("bihuan.urls"))]
handler500 = "bihuan.web.views.server_error"


def test_a_stranger_and_a_person_get_the_same_404_in_their_own_frame(client: Client) -> None:
    alone = client.get("/nowhere/")
    client.force_login(make_login(make_person("chen", role=Role.ADMIN)))
    inside = client.get("/nowhere/")
    for answer in (alone, inside):
        assert answer.status_code == 404
        assert "没有这个页面" in answer.content.decode()
    assert 'id="menu"' not in alone.content.decode()
    assert 'id="menu"' in inside.content.decode()


def test_a_wrong_method_is_explained_and_says_which_are_right(client: Client) -> None:
    answer = client.get("/look/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "不能这样打开这个页面" in answer.content.decode()


def test_a_form_that_is_too_old_says_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/look/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "页面打开得太久了" in answer.content.decode()


def test_a_refusal_shows_its_sentence_and_its_code(client: Client) -> None:
    client.force_login(make_login(make_person("chen", role=Role.ADMIN)))
    page = client.get("/org/people/999/")
    assert page.status_code == 404
    assert "没有这个人" in page.content.decode()
    assert "org.person_missing" in page.content.decode()
    part = client.get("/org/people/999/", headers={"HX-Request": "true"})
    assert part.status_code == 404
    assert "<html" not in part.content.decode()


@override_settings(ROOT_URLCONF="bihuan.web.tests.test_error_pages")
def test_a_bug_is_a_500_that_needs_nothing_that_may_be_broken(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "系统出错了" in answer.content.decode()
    assert "a bug" not in answer.content.decode()
    [number] = set(re.findall(r'<script nonce="([^"]+)"', answer.content.decode()))
    assert f"script-src 'nonce-{html.unescape(number)}'" in answer["Content-Security-Policy"]
