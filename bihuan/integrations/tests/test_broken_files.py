"""Broken files through the whole import: a clear reason in both languages, and nothing changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from bihuan.base.models import JournalEntry
from bihuan.facts.models import Batch, Fact, Member, SourceRow
from bihuan.goals.models import Quota
from bihuan.integrations.actions import claim_import, run_import
from bihuan.integrations.actions.bringing import begin_here
from bihuan.integrations.domain.mapping import MappingUnreadable, load_mapping
from bihuan.integrations.models import Import
from bihuan.integrations.queries import remarks
from bihuan.integrations.tests.broken_files import CASES, CURRENCY, PEOPLE, BrokenFile
from bihuan.org.actions import found_tenant, put_people, robot_of, root_of
from bihuan.org.models import Assignment, Person, Tenant, Unit

LANDS = (Fact, Member, SourceRow, Batch, Quota, Person, Unit, Assignment)


@pytest.fixture
def tenant(db: None) -> Tenant:
    tenant = found_tenant(code="orders", name="订单公司", currency=CURRENCY)
    put_people(tenant=tenant, names=dict(PEOPLE), by=robot_of(tenant))
    assert root_of(tenant)
    return tenant


def is_readable(mapping: str) -> bool:
    try:
        load_mapping(mapping)
    except MappingUnreadable:
        return False
    return True


def counts() -> list[int]:
    return [model.objects.count() for model in LANDS]


def test_there_are_fifty_of_them() -> None:
    assert len({case.name for case in CASES}) >= 50


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_file_changes_nothing_and_says_why(
    case: BrokenFile, tenant: Tenant, tmp_path: Path
) -> None:
    path = case.make(tmp_path)
    robot = robot_of(tenant)
    before = counts()
    if not is_readable(case.mapping_text):
        with pytest.raises(MappingUnreadable) as refusal:
            begin_here(label=case.name, mapping=case.mapping_text, by=robot)
        assert case.code in {problem.code for problem in refusal.value.problems}
        return
    begun = begin_here(label=case.name, mapping=case.mapping_text, by=robot)
    done = run_import(import_=claim_import(import_=begun, by=robot), path=path, by=robot)

    assert done.state == "refused"
    assert case.code in {problem["code"] for problem in done.problems}
    assert done.problem_count >= 1
    assert counts() == before
    assert not JournalEntry.objects.filter(verb="import.landed").exists()
    assert sentences(done, "zh-hans") != sentences(done, "en")
    assert all("Traceback" not in text for text in sentences(done, "en"))


def sentences(done: Import, language: str) -> list[str]:
    with translation.override(language):
        return [f"{each.sentence} {each.hint}" for each in remarks(done.problems)]
