"""Field: what a definition may read of a fact, and what a figure may be broken down by.

A definition names fields, never columns of a table or free-form JSON. Each has
a type, and the type says which comparisons and which sums make sense. Money and
numbers are kept in ten-thousandths, whole, wherever figures are reckoned:

>>> FIELDS["amount"].type
<FieldType.MONEY: 'money'>
>>> scaled(Decimal("47208.5")), unscaled(472085000)
(472085000, Decimal('47208.5000'))
>>> DIMENSIONS["manager"].label_zh
'主管'

A number that has more decimals than facts keep, or more digits than a whole of
64 bits holds, is refused and never rounded:

>>> scaled(Decimal("0.00001"))
Traceback (most recent call last):
...
bihuan.metrics.domain.field.NumberBeyondScale: 0.00001 has more digits than facts keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from bihuan.kernel.errors import Invalid, gettext_noop

SCALE = 10_000
LARGEST = 2**63 - 1
EXACT = Context(prec=60)
"""Wide enough for any sum of 64-bit numbers, whatever the caller's own context is."""


class FieldType(StrEnum):
    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    WHOLE = "whole"
    DAY = "day"
    REFERENCE = "reference"


SCALED = frozenset({FieldType.MONEY, FieldType.NUMBER})
"""Types that are kept in ten-thousandths."""

NUMERIC = SCALED | {FieldType.WHOLE}


class NumberBeyondScale(Invalid):
    code = "metrics.number_beyond_scale"
    says = gettext_noop("%(number)s has more digits than facts keep.")


@dataclass(frozen=True, slots=True)
class Field:
    """Something a definition may read: its name, its column in the replica, its labels."""

    name: str
    column: str
    type: FieldType
    label_zh: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something a figure may be broken down by. A reference is an id, the rest is text."""

    name: str
    column: str
    label_zh: str
    label_en: str

    @property
    def is_reference(self) -> bool:
        return self.column.endswith("_id")


def _fields(type_: FieldType, *rows: tuple[str, str, str]) -> list[Field]:
    suffix = "_id" if type_ is FieldType.REFERENCE else ""
    return [Field(name, name + suffix, type_, zh, en) for name, zh, en in rows]


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        *_fields(
            FieldType.REFERENCE,
            ("person", "人员", "person"),
            ("unit", "组织", "unit"),
            ("account", "客户", "account"),
            ("opportunity", "商机", "opportunity"),
            ("product", "产品", "product"),
            ("store", "门店", "store"),
        ),
        *_fields(
            FieldType.TEXT,
            ("kind", "类型", "kind"),
            ("product_line", "产品线", "product line"),
            ("region", "区域", "region"),
            ("tier", "层级", "tier"),
            ("stage", "阶段", "stage"),
            ("channel", "渠道", "channel"),
            ("outcome", "结果", "outcome"),
            ("category", "类别", "category"),
            ("industry", "行业", "industry"),
            ("contract", "合同编号", "contract number"),
            *((f"text_{n}", f"文本 {n}", f"text {n}") for n in range(1, 5)),
        ),
        *_fields(
            FieldType.MONEY,
            ("amount", "金额", "amount"),
            ("list_amount", "目录价金额", "list amount"),
        ),
        *_fields(
            FieldType.NUMBER,
            ("quantity", "数量", "quantity"),
            ("minutes", "时长（分钟）", "minutes"),
            *((f"number_{n}", f"数值 {n}", f"number {n}") for n in range(1, 5)),
        ),
        *_fields(FieldType.WHOLE, ("hour", "发生时刻（时）", "hour of day")),
        *_fields(
            FieldType.DAY,
            ("business_on", "业务日期", "business day"),
            ("opened_on", "开启日期", "opening day"),
            ("due_on", "约定日期", "due day"),
            ("date_1", "日期 1", "day 1"),
            ("date_2", "日期 2", "day 2"),
        ),
    )
}

DIMENSIONS: Mapping[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("person", "person_id", "人员", "Person"),
        Dimension("manager", "manager_id", "主管", "Manager"),
        Dimension("unit", "unit_id", "组织", "Unit"),
        Dimension("region", "region", "区域", "Region"),
        Dimension("product", "product_id", "产品", "Product"),
        Dimension("product_line", "product_line", "产品线", "Product line"),
        Dimension("account", "account_id", "客户", "Account"),
        Dimension("tier", "tier", "层级", "Tier"),
        Dimension("industry", "industry", "行业", "Industry"),
        Dimension("channel", "channel", "渠道", "Channel"),
        Dimension("category", "category", "类别", "Category"),
        Dimension("store", "store_id", "门店", "Store"),
        Dimension("contract", "contract", "合同", "Contract"),
        Dimension("opportunity", "opportunity_id", "商机", "Opportunity"),
        Dimension("stage", "stage", "阶段", "Stage"),
        Dimension("outcome", "outcome", "结果", "Outcome"),
        Dimension("kind", "kind", "类型", "Kind"),
    )
}


def scaled(number: Decimal) -> int:
    """Return a number in ten-thousandths; one that is not whole there is refused."""
    units = number * SCALE
    if units != units.to_integral_value() or abs(units) > LARGEST:
        raise NumberBeyondScale(number=number)
    return int(units)


def unscaled(units: int) -> Decimal:
    """Return the number that a count of ten-thousandths stands for."""
    return Decimal(units).scaleb(-4, EXACT)
