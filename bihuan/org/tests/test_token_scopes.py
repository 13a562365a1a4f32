"""What a token with scopes opens, and that it can give itself no more."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from bihuan.org import actions
from bihuan.org.api.signing import area_of
from bihuan.org.domain.grant import AREAS, ScopesMissing, ScopeUnknown
from bihuan.org.models import ApiToken, Person
from tests.make import make_admin
from tests.matrix.routes import operations

pytestmark = pytest.mark.django_db

OPEN = {"openapi.json"}
"""What whoever asks is told."""


def client_of(person: Person, *scopes: str) -> Client:
    _token, secret = actions.make_token(person=person, name="program", scopes=scopes, by=person)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def unit(client: Client) -> int:
    body = json.dumps({"code": "n", "name": "North", "kind": "team"})
    return client.post("/api/v1/org/units", body, content_type="application/json").status_code


@pytest.mark.parametrize(
    ("scopes", "reading", "writing"),
    [
        (["*"], 200, 201),
        (["*:read"], 200, 403),
        (["org:read"], 200, 403),
        (["org:write"], 200, 201),
        (["facts:write"], 403, 403),
    ],
)
def test_a_token_opens_what_its_scopes_say(scopes: list[str], reading: int, writing: int) -> None:
    client = client_of(make_admin(), *scopes)
    assert client.get("/api/v1/org/units").status_code == reading
    assert unit(client) == writing


def test_a_refusal_names_the_scope_that_is_lacking() -> None:
    answer = client_of(make_admin(), "facts:write").get("/api/v1/org/units")
    assert (answer.status_code, answer.json()["code"]) == (403, "org.scope_lacking")
    assert "org:read" in answer.json()["message"]


def test_a_token_with_scopes_makes_none_that_may_more() -> None:
    admin = make_admin()
    body = json.dumps({"name": "more", "scopes": ["*"]})
    client = client_of(admin, "org:write")
    answer = client.post("/api/v1/org/tokens", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "org.scope_lacking")
    assert ApiToken.objects.filter(name="more").count() == 0
    full = client_of(admin, "*").post("/api/v1/org/tokens", body, content_type="application/json")
    assert full.status_code == 201


def test_scopes_that_are_none_are_refused() -> None:
    admin = make_admin()
    with pytest.raises(ScopeUnknown):
        actions.make_token(person=admin, name="x", scopes=["fact:write"], by=admin)
    with pytest.raises(ScopesMissing):
        actions.make_token(person=admin, name="x", scopes=[], by=admin)
    assert not ApiToken.objects.exists()


def test_every_operation_lies_in_an_area_and_every_area_has_one() -> None:
    found = {area_of(f"/{route}") for route, _method in operations()}
    assert found - OPEN == set(AREAS)
