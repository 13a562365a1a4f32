"""Column: what one column of a plain list is for, as the browser's form says it.

A plain mapping reads one file and makes one kind of fact of each row, every
field from one column. Such a mapping can be shown as a table of choices and put
together from one again; any other is edited as text.

>>> from bihuan.integrations.domain.mapping import load_mapping
>>> mapping = load_mapping('''
... source: orders
... files: {orders: {path: orders.csv}}
... facts: [{file: orders, kind: order.placed, key: 单号, business_on: 日期, amount: 金额}]
... ''')
>>> chosen = choices_of(mapping)
>>> [(name, choice.field) for name, choice in chosen.items()]
[('单号', 'key'), ('日期', 'business_on'), ('金额', 'amount')]
>>> with_choices(mapping, kind="order.placed", choices=chosen) == mapping
True
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from dataclasses import field as made

from bihuan.integrations.domain.day import DateOrder
from bihuan.integrations.domain.mapping import Mapping, read_mapping
from bihuan.integrations.domain.mapping.expression import ColumnOf, OnMissing
from bihuan.integrations.domain.mapping.target import FactTarget
from bihuan.kernel.errors import Invalid, gettext_noop

FIELDS = {
    "key": gettext_noop("Number of the row"),
    "business_on": gettext_noop("Business day"),
    "occurred_at": gettext_noop("Time it happened"),
    "person": gettext_noop("Person"),
    "unit": gettext_noop("Unit"),
    "account": gettext_noop("Account"),
    "opportunity": gettext_noop("Opportunity"),
    "product": gettext_noop("Product"),
    "store": gettext_noop("Store"),
    "product_line": gettext_noop("Product line"),
    "region": gettext_noop("Region"),
    "tier": gettext_noop("Tier"),
    "amount": gettext_noop("Amount"),
    "currency": gettext_noop("Currency"),
    "quantity": gettext_noop("Quantity"),
}
"""What a column can be for, beside the attributes its kind declares."""


class FieldTwice(Invalid):
    code = "integrations.field_twice"
    says = gettext_noop("Two columns are said to be the same: “%(first)s” and “%(second)s”.")


class FieldLacking(Invalid):
    code = "integrations.field_lacking"
    says = gettext_noop("Say which column is the row's number and which the business day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a column is for, and how it is read."""

    field: str
    date_order: DateOrder | None = None
    on_missing: OnMissing | None = None
    values: Dict[str, str] = made(default_factory=dict)


def is_plain(mapping: Mapping) -> bool:
    """Return whether a mapping can be shown as a table of choices."""
    others = (mapping.units, mapping.people, mapping.members, mapping.quotas)
    if len(mapping.files) != 1 or len(mapping.facts) != 1 or any(others):
        return False
    target, spec = mapping.facts[0], next(iter(mapping.files.values()))
    if target.each or target.when is not None or target.extra or spec.lookups:
        return False
    filled = [each for each in _expressions(target).values() if each is not None]
    return all(isinstance(each, ColumnOf) and "." not in each.column for each in filled)


def _expressions(target: FactTarget) -> dict[str, object]:
    named: dict[str, object] = {name: getattr(target, name) for name in FIELDS if name != "key"}
    keys = target.key if len(target.key) == 1 else [None]
    return {"key": keys[0], **named, **target.attributes}


def choices_of(mapping: Mapping) -> dict[str, Choice]:
    """Return what each column of a plain mapping is for."""
    spec = next(iter(mapping.files.values()))
    found = {}
    for name, expression in _expressions(mapping.facts[0]).items():
        if isinstance(expression, ColumnOf):
            read = spec.columns.get(expression.column)
            found[expression.column] = Choice(
                field=name,
                date_order=read.date_order if read else None,
                on_missing=expression.on_missing,
                values={**expression.values, **(read.values if read else {})},
            )
    return found


def with_choices(mapping: Mapping, *, kind: str, choices: Dict[str, Choice]) -> Mapping:
    """Return a plain mapping with other choices; raises where they cannot be meant."""
    taken: dict[str, str] = {}
    for column, choice in choices.items():
        if choice.field in taken:
            raise FieldTwice(first=taken[choice.field], second=column)
        taken[choice.field] = column
    if not {"key", "business_on"} <= set(taken):
        raise FieldLacking()
    content = mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    alias, spec = next(iter(content["files"].items()))
    content["files"] = {alias: {**spec, "columns": _columns(mapping, choices)}}
    content["facts"] = [_fact(alias, kind, taken, choices)]
    return read_mapping(content)


def _columns(mapping: Mapping, choices: Dict[str, Choice]) -> dict[str, object]:
    spec = next(iter(mapping.files.values()))
    made: dict[str, object] = {}
    for column, choice in choices.items():
        kept = spec.columns.get(column)
        read = kept.model_dump(mode="json", exclude_defaults=True) if kept else {}
        read |= {"date_order": choice.date_order} if choice.date_order else {}
        read["values"] = dict(choice.values)
        said = {name: value for name, value in read.items() if value}
        if said:
            made[column] = said
    return made


def _fact(
    alias: str, kind: str, taken: Dict[str, str], choices: Dict[str, Choice]
) -> dict[str, object]:
    fact: dict[str, object] = {"file": alias, "kind": kind}
    attributes: dict[str, object] = {}
    for name, column in taken.items():
        missing = choices[column].on_missing
        value = {"column": column, **({"on_missing": missing.value} if missing else {})}
        (fact if name in FIELDS else attributes)[name] = value
    return {**fact, **({"attributes": attributes} if attributes else {})}
