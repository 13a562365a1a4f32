"""An import that does not fit into the company's plan says which row is the first that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.integrations.actions import claim_import, run_import
from bihuan.integrations.actions.bringing import begin_here
from bihuan.integrations.domain.progress import State
from bihuan.org import actions
from bihuan.org.domain.plan import Limits
from bihuan.org.models import Person
from tests.make import make_admin, make_tenant

pytestmark = pytest.mark.django_db
MAPPING = """
source: hr
files: {people: {path: "people.csv"}}
people:
  - {file: people, code: no, name: name}
"""


def test_five_hundred_people_where_a_hundred_are_allowed(tmp_path: Path) -> None:
    tenant, admin = make_tenant(), make_admin()
    plan = actions.put_plan(code="s", name_zh="小", name_en="Small", limits=Limits(people=100))
    actions.subscribe(tenant=tenant, plan=plan, until=None, by=actions.robot_of(tenant))
    lines = "\n".join(f"E{n},林{n}" for n in range(1, 501))
    (tmp_path / "people.csv").write_text(f"no,name\n{lines}\n", encoding="utf-8")
    asked = begin_here(label="people.csv", mapping=MAPPING, by=admin)
    done = run_import(import_=claim_import(import_=asked, by=admin), path=tmp_path, by=admin)
    assert done.state == State.REFUSED.value
    [problem] = done.problems
    assert (problem["code"], problem["row"], problem["value"]) == (
        "org.too_many_people",
        101,
        "E100",
    )
    assert problem["params"] == {"limit": "100", "used": "100", "over": "401"}
    assert Person.objects.filter(is_robot=False).count() == 1
