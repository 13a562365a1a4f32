from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.test import Client

from bihuan.org import actions
from bihuan.org.access import PersonMissing, TenantMissing, TenantUnclear
from bihuan.org.commands import org
from bihuan.org.domain.role import Role
from tests.make import make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db


def run(*arguments: str, typed: str = "") -> str:
    answer = CliRunner().invoke(org, arguments, input=typed, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_tree_is_printed_and_as_json_a_list_of_rows() -> None:
    east = make_unit("east", kind="region")
    make_person("boss", unit=east, role=Role.MANAGER)
    assert run("tree") == "company acme (1)\n  east (1) boss\n"
    root, row = json.loads(run("tree", "--json"))
    assert root["parent"] is None
    assert row == {
        "unit": "east",
        "name": "east",
        "kind": "region",
        "parent": "root",
        "heads": ["boss"],
        "people": 1,
    }


def test_a_token_is_printed_and_works() -> None:
    lin = make_person("lin")
    secret = run("token", "lin", "--name", "import").strip()
    assert actions.use_token(secret) == lin


def test_a_login_is_opened_with_a_password_typed_given_or_made() -> None:
    for name in ("typed", "given", "made"):
        make_person(name)
    run("login", "typed", "--username", "typed", typed="zeven-appels-9\n")
    run("login", "given", "--username", "given", "--password", "zeven-appels-9")
    made = run("login", "made", "--username", "made", typed="\n").splitlines()[-1]
    for username, password in [("typed", "zeven-appels-9"), ("given", "zeven-appels-9")]:
        assert Client().login(username=username, password=password)
    assert Client().login(username="made", password=made)


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(TenantMissing):
        run("tree")
    make_tenant()
    with pytest.raises(PersonMissing):
        run("token", "nobody", "--name", "x")
    make_tenant("second")
    with pytest.raises(TenantUnclear):
        run("tree")
    assert "company second" in run("tree", "--tenant", "second")
