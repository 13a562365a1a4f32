"""Customers and deals drawn at random, what they say of themselves, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from bihuan.customers.actions import merge_accounts
from bihuan.facts.models import Member
from bihuan.org import actions as org
from bihuan.org.models import Tenant
from bihuan.rules.tests.reference import RawFact
from tests.make import make_member

ACCOUNTS, DEALS = 7, 9
TIERS = ("A", "B", "c", "")
STAFF = ("1,200", "120", "7", "many", "")
STAGES = ("first", "offer", "talks")
NEW_YEAR = date(2026, 1, 1)


@dataclass(frozen=True)
class Members:
    """The customers and deals of a company: their names, attributes, and whose they are."""

    accounts: Sequence[int]
    deals: Sequence[int]
    merged: Mapping[int, int]
    codes: Mapping[int, str]
    attributes: Mapping[int, Mapping[str, str]]

    def named(self, chance: Random, fact: RawFact) -> RawFact:
        """Return a fact that most often names a customer, and now and then a deal."""
        account = chance.choice(self.accounts) if chance.random() < 0.85 else 0
        deal = fact.deal or (chance.choice(self.deals) if chance.random() < 0.4 else 0)
        return replace(fact, account=account, deal=deal)


def put_held(chance: Random, tenant: Tenant) -> Members:
    """Put customers and deals into a company; two of the customers go by other accounts."""
    accounts = [make_member(f"c{n}", tenant=tenant) for n in range(ACCOUNTS)]
    deals = [make_member(f"d{n}", dimension="opportunity", tenant=tenant) for n in range(DEALS)]
    for member in (*accounts, *deals):
        drawn = {
            "tier": chance.choice(TIERS),
            "staff": chance.choice(STAFF),
            "since": (NEW_YEAR + timedelta(days=chance.randint(-60, 240))).isoformat(),
            "keeper": chance.choice(["", "p1", "p4", "nobody"]),
        }
        member.attributes = {name: text for name, text in drawn.items() if text}
        member.save()
    robot = org.robot_of(tenant)
    into = {accounts[1]: accounts[0], accounts[2]: accounts[0], accounts[3]: accounts[4]}
    for account, customer in into.items():
        merge_accounts(account=account, into=customer, reason="drawn", by=robot)
    every: list[Member] = [*accounts, *deals]
    return Members(
        accounts=[each.pk for each in accounts],
        deals=[each.pk for each in deals],
        merged={account.pk: customer.pk for account, customer in into.items()},
        codes={each.pk: each.code for each in every},
        attributes={each.pk: each.attributes for each in every},
    )


def field_leaf(chance: Random, subject: str) -> dict[str, Any]:
    """Return a look at one field, with what is asked of it drawn from what is said."""
    numbers: dict[str, tuple[int, int]] = {
        "person": {"tenure_days": (0, 500)},
        "account": {"age_days": (0, 200), "attribute.staff": (1, 1500)},
        "opportunity": {"age_days": (0, 200), "amount": (0, 900)},
    }[subject]
    every: dict[str, dict[str, Sequence[str]]] = {
        "person": {"role": ("rep", "manager"), "unit_kind": ("team", "company"), "code": ("p1",)},
        "account": {"attribute.tier": ("A", "b", "C"), "code": ("c1", "c2", "c4")},
        "opportunity": {"stage": STAGES, "attribute.tier": ("A", "b"), "name": ("d1", "d3")},
    }
    texts = every[subject]
    draw = chance.random()
    if draw < 0.1:
        return _leaf(chance.choice(list(texts)), "text", "empty")
    if draw < 0.55:
        name = chance.choice(list(texts))
        op = chance.choice(["equals", "one_of", "contains"])
        count = 1 if op == "equals" else chance.randint(1, len(texts[name]))
        return _leaf(name, "text", op, chance.sample(list(texts[name]), count))
    if draw < 0.8 or subject == "person":
        name = chance.choice(list(numbers))
        limit = str(chance.randint(*numbers[name]))
        return _leaf(name, "number", chance.choice(["at_least", "at_most", "equals"]), [limit])
    op = chance.choice(["past", "coming", "at_least", "at_most"])
    if op in ("past", "coming"):
        return {**_leaf("attribute.since", "date", op), "days": chance.randint(1, 90)}
    limit = (NEW_YEAR + timedelta(days=chance.randint(0, 180))).isoformat()
    return _leaf("attribute.since", "date", op, [limit])


def _leaf(name: str, kind: str, op: str, values: Sequence[str] = ()) -> dict[str, Any]:
    return {"kind": "field", "field": name, "type": kind, "op": op, "values": list(values)}
