"""Changing what is looked for: by whom, with what kept, and what is refused."""

from __future__ import annotations

import pytest

from bihuan.goals.actions import reasons as actions
from bihuan.goals.actions.reasons.diagnosing import DiagnosisNames, DiagnosisNotOurs, DiagnosisTaken
from bihuan.goals.domain.reason.diagnosis import Diagnosis, plain, read_diagnosis
from bihuan.goals.domain.reason.probe import ParametersWrong
from bihuan.goals.models import DiagnosisVersion
from bihuan.goals.queries.reasons import (
    built_in,
    diagnosis_lines,
    diagnosis_named,
    reasons_of,
)
from bihuan.goals.tests.team import Team, choice, tags
from bihuan.org.access import NotYourRole
from bihuan.org.domain.role import Role
from tests.make import make_admin, make_person

pytestmark = pytest.mark.django_db


def changed(**parameters: str) -> Diagnosis:
    raw = plain(built_in()["visits_low"])
    raw["parameters"] = {
        "metric": "visits",
        "periods": "8",
        "begins": "0.2",
        "full": "0.6",
    } | parameters
    return read_diagnosis(raw)


def test_a_change_is_kept_beside_what_it_replaces(team: Team) -> None:
    admin = make_admin()
    actions.change_diagnosis(diagnosis=changed(begins="0.1"), note="sharper", by=admin)
    actions.change_diagnosis(diagnosis=changed(begins="0.3"), by=admin)
    kept = list(DiagnosisVersion.objects.order_by("number"))
    assert [(each.number, each.ended_at is None) for each in kept] == [(1, False), (2, True)]
    assert diagnosis_named(team.tenant, "visits_low").number == 2
    actions.restore_diagnosis(code="visits_low", by=admin)
    assert diagnosis_named(team.tenant, "visits_low").diagnosis == built_in()["visits_low"]
    assert DiagnosisVersion.objects.count() == 2
    made = actions.change_diagnosis(diagnosis=changed(begins="0.4"), by=admin)
    assert made.number == 3


def test_a_trial_changes_nothing(team: Team) -> None:
    asked = choice(team, by=team.boss, of=team.lin)
    tried = reasons_of(asked, trial=changed(metric="calls"))
    assert "visits_low" not in tags(tried)
    assert tags(reasons_of(asked))[0] == "visits_low"
    assert not DiagnosisVersion.objects.exists()


def test_a_reason_of_ones_own_is_looked_for(team: Team) -> None:
    admin = make_admin()
    own = read_diagnosis({**plain(changed()), "code": "own_visits", "name_zh": "自建"})
    actions.add_diagnosis(diagnosis=own, by=admin)
    assert "own_visits" in tags(reasons_of(choice(team, by=team.boss, of=team.lin)))
    assert diagnosis_lines(team.tenant)[-1].diagnosis.code == "own_visits"
    with pytest.raises(DiagnosisTaken):
        actions.add_diagnosis(diagnosis=own, by=admin)
    with pytest.raises(DiagnosisNotOurs):
        actions.restore_diagnosis(code="own_visits", by=admin)


def test_what_is_not_there_is_refused(team: Team) -> None:
    admin = make_admin()
    with pytest.raises(actions.DiagnosisSame):
        actions.change_diagnosis(diagnosis=built_in()["visits_low"], by=admin)
    with pytest.raises(DiagnosisNames):
        actions.change_diagnosis(diagnosis=changed(metric="nonsense"), by=admin)
    with pytest.raises(ParametersWrong):
        changed(begins="0.9")
    assert not DiagnosisVersion.objects.exists()


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.HRBP, Role.CLERK])
def test_only_administrators_and_quality_change_what_is_looked_for(team: Team, role: Role) -> None:
    person = make_person("somebody", unit=team.unit, role=role)
    with pytest.raises(NotYourRole):
        actions.change_diagnosis(diagnosis=changed(begins="0.1"), by=person)
    with pytest.raises(NotYourRole):
        actions.add_diagnosis(diagnosis=changed(begins="0.1"), by=person)
    with pytest.raises(NotYourRole):
        actions.restore_diagnosis(code="visits_low", by=person)
    assert not DiagnosisVersion.objects.exists()
