"""Formula: how a metric is reckoned, in words that a salesperson can check.

>>> from bihuan.metrics.domain.definition import read_definition
>>> net_sales = read_definition({
...     "key": "net_sales", "group": "orders", "unit": "money", "better": "higher",
...     "name_zh": "净销售额", "name_en": "Net sales", "about_zh": "…", "about_en": "…",
...     "measure": [
...         {"sum": "amount", "where": {"field": "kind", "op": "eq", "value": "order.placed"}},
...         {"sum": "amount", "sign": -1, "where": {"all": [
...             {"field": "kind", "op": "eq", "value": "order.returned"},
...             {"field": "amount", "op": "gt", "value": 0}]}}]})
>>> for line in formula(net_sales, "zh-hans", {"order.placed": "下单"}).of:
...     print(line)
“金额”之和，其中类型为下单
− “金额”之和，其中类型为order.returned且金额大于0
>>> formula(net_sales, "en", {}).of[0]
'sum of amount where kind is order.placed'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.metrics.domain.condition import (
    All,
    AnyOf,
    FieldValue,
    Leaf,
    Not,
    Op,
    Operand,
    ParameterValue,
)
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import FIELDS
from bihuan.metrics.domain.gate import LAST, OWN, Gates
from bihuan.metrics.domain.measure import Measure, Over, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How one language says the parts of a formula."""

    sum: str
    count: str
    distinct: str
    first: str
    days: str
    where: str
    to_date: str
    both: str
    either: str
    never: str
    gated: str
    on_last: str
    on_own: str
    on_gate: str
    metric: str
    group: str
    leaf: str
    comma: str
    ops: Mapping[Op, str]


CHINESE = _Words(
    sum="“{}”之和",
    count="事实条数",
    distinct="不同“{}”的个数",
    first="首次出现的“{}”个数",
    days="从“{}”到“{}”的天数之和",
    where="{}，其中{}",
    to_date="{}（从头累计至期末）",
    both="且",
    either="或",
    never="并非（{}）",
    gated="{}；须{}全部到位，{}",
    on_last="按最后一项到位之日计入",
    on_own="按本身的业务日期计入",
    on_gate="按“{}”到位之日计入",
    metric="指标“{}”",
    group="（{}）",
    leaf="{}{}{}",
    comma="、",
    ops={
        Op.EQ: "为",
        Op.NE: "不为",
        Op.IN: "属于",
        Op.NOT_IN: "不属于",
        Op.LT: "小于",
        Op.LTE: "不大于",
        Op.GT: "大于",
        Op.GTE: "不小于",
        Op.IS_SET: "有值",
        Op.IS_EMPTY: "为空",
    },
)
ENGLISH = _Words(
    sum="sum of {}",
    count="number of facts",
    distinct="number of different values of {}",
    first="number of values of {} seen for the first time",
    days="sum of the days from {} to {}",
    where="{} where {}",
    to_date="{}, from the beginning to the end of the period",
    both=" and ",
    either=" or ",
    never="not ({})",
    gated="{}; once all of these are there: {}; {}",
    on_last="counted on the day the last one came",
    on_own="counted on its own business day",
    on_gate="counted on the day of “{}”",
    metric="the metric “{}”",
    group="({})",
    leaf="{} {} {}",
    comma=", ",
    ops={
        Op.EQ: "is",
        Op.NE: "is not",
        Op.IN: "is one of",
        Op.NOT_IN: "is none of",
        Op.LT: "is less than",
        Op.LTE: "is at most",
        Op.GT: "is more than",
        Op.GTE: "is at least",
        Op.IS_SET: "is given",
        Op.IS_EMPTY: "is not given",
    },
)


@dataclass(frozen=True, slots=True)
class Formula:
    """The lines that are added up and, for a ratio, those it is divided by."""

    of: tuple[str, ...]
    to: tuple[str, ...]
    is_complement: bool


def formula(definition: MetricDefinition, language: str, kinds: Mapping[str, str]) -> Formula:
    """Return a metric's formula in Chinese, or in English for any other language.

    ``kinds`` gives the labels of kinds of facts in that language.
    """
    teller = _Teller(definition, kinds, is_chinese=language.startswith("zh"))
    return Formula(
        of=tuple(teller.lines(definition.numerator)),
        to=tuple(teller.lines(definition.denominator)),
        is_complement=definition.ratio is not None and definition.ratio.complement,
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells the terms and conditions of one metric in one language."""

    definition: MetricDefinition
    kinds: Mapping[str, str]
    is_chinese: bool

    @property
    def words(self) -> _Words:
        return CHINESE if self.is_chinese else ENGLISH

    def lines(self, measure: Measure) -> list[str]:
        lines = []
        for number, term in enumerate(measure):
            sign = "− " if term.sign < 0 else "+ " if number else ""
            lines.append(sign + self._term(term))
        return lines

    def _term(self, term: Term) -> str:
        told = self._what(term)
        if term.where is not None:
            told = self.words.where.format(told, self._condition(term.where))
        if term.over is Over.TO_DATE:
            told = self.words.to_date.format(told)
        return told if term.gates is None else self._gated(told, term.gates)

    def _gated(self, told: str, gates: Gates) -> str:
        labels = {
            need.key: need.label_zh if self.is_chinese else need.label_en for need in gates.needs
        }
        day = {LAST: self.words.on_last, OWN: self.words.on_own}.get(
            gates.counts_on, self.words.on_gate.format(labels.get(gates.counts_on, ""))
        )
        return self.words.gated.format(told, self.words.comma.join(labels.values()), day)

    def _what(self, term: Term) -> str:
        if term.sum is not None:
            return self.words.sum.format(self._field(term.sum))
        if term.days_between is not None:
            return self.words.days.format(*map(self._field, term.days_between))
        if term.distinct is not None:
            return self.words.distinct.format(self._field(term.distinct))
        if term.metric is not None:
            return self.words.metric.format(term.metric)
        if term.first is not None:
            return self.words.first.format(self._field(term.first))
        return self.words.count

    def _field(self, name: str) -> str:
        field = FIELDS[name]
        return field.label_zh if self.is_chinese else field.label_en

    def _condition(self, condition: All | AnyOf | Not | Leaf) -> str:
        match condition:
            case All():
                return self.words.both.join(map(self._inner, condition.parts))
            case AnyOf():
                return self.words.either.join(map(self._inner, condition.parts))
            case Not():
                return self.words.never.format(self._condition(condition.part))
            case Leaf():
                values = self.words.comma.join(
                    self._value(each, condition.field) for each in _each(condition.value)
                )
                told = self._field(condition.field), self.words.ops[condition.op], values
                return self.words.leaf.format(*told).rstrip()

    def _inner(self, part: All | AnyOf | Not | Leaf) -> str:
        told = self._condition(part)
        return self.words.group.format(told) if isinstance(part, All | AnyOf) else told

    def _value(self, value: Operand, field: str) -> str:
        match value:
            case FieldValue():
                return self._field(value.field)
            case ParameterValue():
                given = {each.name: each for each in self.definition.parameters}[value.parameter]
                label = given.label_zh if self.is_chinese else given.label_en
                return f"{label} ({given.value:,})"
            case _:
                return self.kinds.get(str(value), str(value)) if field == "kind" else str(value)


def _each(value: Operand) -> tuple[Operand, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
