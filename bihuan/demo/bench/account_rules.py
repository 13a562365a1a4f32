"""A morning's rules about every customer of a large company.

They are put in force, followed for one morning and taken back, as those about people are;
the rule about people that every company starts with is switched off meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from bihuan.demo.bench.actions import CODE, END, KEY_TIER
from bihuan.demo.bench.rules import at
from bihuan.facts.models import Member
from bihuan.org.actions import robot_of
from bihuan.org.models import Tenant
from bihuan.rules import actions
from bihuan.rules.domain.definition import RuleDefinition, plain, read_definition
from bihuan.rules.queries import built_in

ON_OF_PEOPLE = "early_warning"
IS_KEY: dict[str, Any] = {
    "kind": "field",
    "field": "attribute.tier",
    "op": "equals",
    "values": [KEY_TIER],
}
TOUCHES = ["visit.logged", "call.logged", "message.exchanged"]
WHEN: tuple[dict[str, Any], ...] = (
    {"all": [IS_KEY, {"kind": "absence", "facts": TOUCHES, "days": 180}]},
    {
        "all": [
            IS_KEY,
            {"kind": "level", "measure": "value", "metric": "signed_amount", "limit": "1",
             "over": 12, "grain": "month"},
        ]
    },
    {"kind": "drop", "metric": "net_sales", "share": "0.95", "before": 6, "grain": "month"},
    {"kind": "since", "facts": ["contract.signed"], "days": 390},
    {"all": [{"kind": "dwell", "days": 390}, {"kind": "absence", "facts": TOUCHES, "days": 120}]},
)  # fmt: skip
RULES: tuple[RuleDefinition, ...] = tuple(
    read_definition(
        {"name_zh": f"规则{n}", "name_en": f"Rule {n}", "subject": "account", "when": when}
    )
    for n, when in enumerate(WHEN, start=1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What one morning of rules about customers took, and brought about."""

    accounts: int
    rules: int
    looked_at: int
    alerts: int
    ns: int


def evaluate(peak: Callable[[], object]) -> tuple[Morning, object]:
    """Judge rules about customers on the Monday after the last fact, by the deed of the job.

    Returns what it took, and the peak of memory after it.
    """
    tenant = Tenant.objects.get(code=CODE)
    with transaction.atomic():
        with at(tenant, END - timedelta(days=1)):
            _put_in_force(tenant)
        with at(tenant, END):
            began = time.perf_counter_ns()
            found = actions.evaluate_rules(tenant=tenant, on=END)
            took = time.perf_counter_ns() - began
        most = peak()
        transaction.set_rollback(True)
    accounts = Member.objects.filter(tenant=tenant, dimension=Member.Dimension.ACCOUNT.value)
    morning = Morning(
        accounts=accounts.count(),
        rules=len(RULES),
        looked_at=found.looked_at,
        alerts=len(found.opened),
        ns=took,
    )
    return morning, most


def _put_in_force(tenant: Tenant) -> None:
    robot = robot_of(tenant)
    off = read_definition({**plain(built_in()[ON_OF_PEOPLE]), "is_on": False})
    named = {f"bench_{number}": each for number, each in enumerate(RULES, start=1)}
    for key, definition in {ON_OF_PEOPLE: off, **named}.items():
        version = actions.draft_rule(
            tenant=tenant,
            key=key,
            definition=definition,
            reason="bench",
            by=robot,
            is_new=key in named,
        )
        actions.put_in_force(version=version, valid_from=END, by=robot)
