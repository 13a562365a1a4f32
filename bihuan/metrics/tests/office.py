"""A small company with those who write and approve definitions, and contracts to count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bihuan.base.models import JournalEntry
from bihuan.facts.actions import record_many
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.kernel.errors import DomainError
from bihuan.kernel.period import Grain, periods
from bihuan.metrics import actions
from bihuan.metrics.models import MetricVersion
from bihuan.metrics.queries import evaluate
from bihuan.metrics.tests.company import Company
from bihuan.org.actions import Seat, place_people, put_people, root_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person

KEY = "new_contract_amount"
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


class Office(Company):
    """The small company, with three administrators and a quality officer."""

    def __init__(self) -> None:
        super().__init__()
        names = ("anna", "bo", "quinn", "rex")
        found = put_people(tenant=self.tenant, names={n: n for n in names}, by=self.robot)
        roles = {
            "anna": Role.ADMIN,
            "bo": Role.ADMIN,
            "quinn": Role.QUALITY_OFFICER,
            "rex": Role.REP,
        }
        root = root_of(self.tenant)
        place_people(
            tenant=self.tenant,
            seats={found[n].pk: [Seat(unit_id=root.pk, role=role)] for n, role in roles.items()},
            by=self.robot,
        )
        self.people = {**self.people, **found}

    @property
    def anna(self) -> Person:
        return self.people["anna"]

    def sign(self, *signed: tuple[date, str, int], person: str = "lin") -> list[Fact]:
        """Record contracts by day, category and amount."""
        count = Fact.objects.filter(tenant=self.tenant).count()
        drafts = [
            Draft(
                kind="contract.signed",
                business_on=day,
                source_ref=f"C-{count + number}",
                person_id=self.people[person].pk,
                account_id=self.members["account", "A"],
                amount=Decimal(amount),
                product_line="手术耗材" if category == "耗材" else "影像设备",
                attributes={"category": "新签" if category == "耗材" else category},
            )
            for number, (day, category, amount) in enumerate(signed)
        ]
        record_many(drafts=drafts, source=self.source, by=self.robot)
        return list(Fact.objects.filter(tenant=self.tenant).order_by("seq"))[count:]


def without_consumables() -> dict[str, object]:
    """Return new contracts without those of consumables, as plain data."""
    return {
        "key": KEY,
        "group": "signing",
        "unit": "money",
        "better": "higher",
        "name_zh": "新签合同额",
        "name_en": "New contract amount",
        "about_zh": "新签，不含耗材复购",
        "about_en": "New contracts without repeat orders of consumables",
        "measure": [
            {
                "sum": "amount",
                "where": {
                    "all": [
                        {"field": "kind", "op": "eq", "value": "contract.signed"},
                        {"field": "category", "op": "in", "value": ["新签", "new"]},
                        {"field": "product_line", "op": "ne", "value": "手术耗材"},
                    ]
                },
            }
        ],
    }


def approved(office: Office, raw: dict[str, object], valid_from: date) -> MetricVersion:
    version = actions.draft_version(
        tenant=office.tenant, raw=raw, valid_from=valid_from, reason="耗材", by=office.anna
    )
    version = actions.check_version(version=version, by=office.anna)
    return actions.approve_version(version=version, by=office.people["quinn"])


def month(office: Office, day: date, **asked: object) -> Decimal | None:
    [span] = periods(day, day + timedelta(days=1), Grain.MONTH)
    [row] = evaluate(tenant=office.tenant, metric=KEY, spans=[span], scope=None, **asked)  # type: ignore[arg-type]  # the words of a test
    return row.value


def refused(deed: Callable[[], object], code: str) -> None:
    """Check that a deed is refused with a code, and leaves no trace."""
    entries = JournalEntry.objects.count()
    states = list(MetricVersion.objects.values_list("pk", "state", "edition"))
    with pytest.raises(DomainError) as error:
        deed()
    assert error.value.code.endswith(code)
    assert JournalEntry.objects.count() == entries
    assert list(MetricVersion.objects.values_list("pk", "state", "edition")) == states
