"""A small company for tests of rules: who visits how often in which week is written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bihuan.base import clock
from bihuan.org.actions import root_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from bihuan.rules import actions
from bihuan.rules.domain.definition import RuleDefinition, read_definition
from bihuan.rules.models import Alert, RuleVersion
from bihuan.rules.queries import is_known
from tests.make import make_admin, make_fact, make_person, make_tenant, make_unit

FIRST = date(2026, 9, 7)
"""The Monday on which the first week begins."""
ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Team:
    tenant: Tenant
    east: Unit
    team: Unit
    head: Person
    boss: Person
    lin: Person
    mate: Person
    hrbp: Person
    quality: Person
    admin: Person


def make_team() -> Team:
    """Two reps under a boss, in a region with a head; an HRBP serves the company."""
    tenant = make_tenant()
    east = make_unit("east", under=root_of(tenant), kind="region")
    team = make_unit("team", under=east)
    return Team(
        tenant=tenant,
        east=east,
        team=team,
        head=make_person("head", unit=east, role=Role.MANAGER),
        boss=make_person("boss", unit=team, role=Role.MANAGER),
        lin=make_person("lin", unit=team),
        mate=make_person("mate", unit=team),
        hrbp=make_person("hrbp", role=Role.HRBP),
        quality=make_person("quality", role=Role.QUALITY_OFFICER),
        admin=make_admin(),
    )


def monday(number: int) -> date:
    """Return the Monday on which a week begins, counted from 0."""
    return FIRST + timedelta(weeks=number)


def visit(person: Person, counts: Sequence[int], *, first: int = 0) -> None:
    """Let somebody visit so often in each week."""
    for number, count in enumerate(counts, start=first):
        for day in range(count):
            make_fact(person, on=monday(number) + timedelta(days=day), kind="visit.logged",
                      amount=None, ref=f"{person.pk}/{number}/{day}")  # fmt: skip


def few_visits(**more: Any) -> RuleDefinition:
    """Return a rule: fewer than three visits two weeks running; well at four."""
    return read_definition(
        {
            "name_zh": "拜访过少",
            "name_en": "Too few visits",
            "when": {
                "kind": "level",
                "measure": "value",
                "metric": "visits",
                "side": "below",
                "limit": "3",
                "back": "4",
                "periods": 2,
            },
            **more,
        }
    )


def in_force(
    team: Team, definition: RuleDefinition, *, key: str = "few_visits", on: date = FIRST
) -> RuleVersion:
    """Put a rule in force from a day on."""
    with at(on):
        is_new = not is_known(team.tenant, key)
        version = actions.draft_rule(
            tenant=team.tenant, key=key, definition=definition, reason="test", by=team.admin,
            is_new=is_new,
        )  # fmt: skip
        return actions.put_in_force(version=version, valid_from=on, by=team.admin)


def at(on: date, hour: int = 7) -> Any:
    """Let it be a morning."""
    return clock.pretended(datetime.combine(on, time(hour), ZoneInfo(ZONE)))


def look(team: Team, number: int) -> actions.Evaluated:
    """Judge the rules on the morning of a week's Monday."""
    with at(monday(number)):
        return actions.evaluate_rules(tenant=team.tenant, on=monday(number))


def standing(team: Team) -> list[Mapping[str, object]]:
    """Return every alert as it stands, the oldest first."""
    return [
        {
            "rule": each.key,
            "who": each.subject_name,
            "week": (each.opened_on - FIRST).days // 7,
            "state": each.state,
        }
        for each in Alert.objects.filter(tenant=team.tenant).order_by("pk")
    ]
