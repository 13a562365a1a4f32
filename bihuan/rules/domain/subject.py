"""Subject: what a rule judges, one by one, and what each kind of it says of itself.

    person       somebody who sits somewhere that morning
    unit         a unit with everybody below it
    account      a customer, whichever of its accounts a fact names
    opportunity  a deal that has been opened and is neither won nor lost

Customers and deals are named by facts: they are looked at from their first fact on, and
lie with somebody, the owner, who sits in a unit that morning.

>>> Subject.ACCOUNT.is_held, Subject.UNIT.is_held
(True, False)

Beside what the company's own data says of customers and deals, each kind of subject has
fields of its own:

>>> [each.name for each in FIELDS[Subject.OPPORTUNITY]]
['code', 'name', 'age_days', 'stage', 'amount']
>>> attribute_of("attribute.tier"), attribute_of("stage")
('tier', '')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bihuan.rules.domain.field import FieldType

ATTRIBUTE = "attribute."
"""What stands before the name of something that the company's own data says."""


class Subject(StrEnum):
    """What a rule judges, one by one."""

    PERSON = "person"
    UNIT = "unit"
    ACCOUNT = "account"
    OPPORTUNITY = "opportunity"

    @property
    def is_held(self) -> bool:
        """Tell whether it is named by facts and lies with somebody."""
        return self in (Subject.ACCOUNT, Subject.OPPORTUNITY)


@dataclass(frozen=True, slots=True)
class OwnField:
    """Something that every subject of a kind says of itself."""

    name: str
    type: FieldType
    label_zh: str
    label_en: str


_CODE = OwnField("code", FieldType.TEXT, "编码", "Code")
_NAME = OwnField("name", FieldType.TEXT, "名称", "Name")

FIELDS: Mapping[Subject, tuple[OwnField, ...]] = {
    Subject.PERSON: (
        _CODE,
        OwnField("name", FieldType.TEXT, "姓名", "Name"),
        OwnField("role", FieldType.TEXT, "角色", "Role"),
        OwnField("unit_kind", FieldType.TEXT, "所在组织类型", "Kind of unit"),
        OwnField("tenure_days", FieldType.NUMBER, "在岗天数", "Days in the company"),
    ),
    Subject.UNIT: (
        _CODE,
        _NAME,
        OwnField("unit_kind", FieldType.TEXT, "组织类型", "Kind of unit"),
    ),
    Subject.ACCOUNT: (
        _CODE,
        _NAME,
        OwnField("age_days", FieldType.NUMBER, "建立往来天数", "Days since the first fact"),
    ),
    Subject.OPPORTUNITY: (
        _CODE,
        _NAME,
        OwnField("age_days", FieldType.NUMBER, "商机已开启天数", "Days since it was opened"),
        OwnField("stage", FieldType.TEXT, "当前阶段", "Stage"),
        OwnField("amount", FieldType.NUMBER, "商机金额", "Amount"),
    ),
}


def attribute_of(field: str) -> str:
    """Return which attribute of the company's own data a field reads; nothing for own ones."""
    return field.removeprefix(ATTRIBUTE) if field.startswith(ATTRIBUTE) else ""
