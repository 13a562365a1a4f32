"""Facts: what the rows of a file become in the ledger.

One row makes a fact for each part whose condition it meets. A fact needs what
its kind needs; a key names the row for good, so that the same row brought again
is the same fact, and no key may stand twice.

>>> from bihuan.integrations.domain.landing import land
>>> from bihuan.integrations.domain.mapping import load_mapping
>>> from bihuan.integrations.domain.table import Table
>>> mapping = load_mapping('''
... source: crm
... files: {deals: {path: deals.csv}}
... facts:
...   - file: deals
...     key: id
...     person: seller
...     opportunity: id
...     each:
...       - {kind: opportunity.opened, business_on: opened}
...       - kind: opportunity.won
...         when: {column: stage, is: Won}
...         business_on: closed
...         amount: value
... ''')
>>> deals = Table(
...     file="deals.csv", columns=("id", "seller", "stage", "opened", "closed", "value"),
...     header_line=1, lines=(2, 3),
...     rows=(("A", "Lin", "Won", "2024-03-01", "2024-04-01", "100"),
...           ("B", "Lin", "Open", "2024-03-02", None, None)),
... )
>>> landing = land(mapping, [deals], Known(people={"Lin": ("E1",)}, currency="CNY"))
>>> [(fact.part, fact.source_ref, fact.person) for fact in landing.facts]
[('opened', 'A', 'E1'), ('won', 'A', 'E1'), ('opened', 'B', 'E1')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bihuan.facts.domain.attribute import AttributeType, AttributeValue
from bihuan.facts.domain.kind import Kind
from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.landing.cells import Value
from bihuan.integrations.domain.landing.directory import Directory
from bihuan.integrations.domain.landing.draft import FactDraft, Known
from bihuan.integrations.domain.landing.evaluation import holds
from bihuan.integrations.domain.landing.feed import KEY_REPEATED, Feed, Want
from bihuan.integrations.domain.landing.field import DROPPED, Field, FieldRule
from bihuan.integrations.domain.landing.report import Report
from bihuan.integrations.domain.mapping.expression import Expression, Unknown, label_of
from bihuan.integrations.domain.mapping.target import FactFields, FactTarget

KIND_UNKNOWN = Fault(
    "mapping.kind_unknown",
    gettext_noop("There is no kind of fact called “%(kind)s”."),
    gettext_noop("Correct the kind in the mapping, or add it to the company's own kinds."),
)
ATTRIBUTE_UNKNOWN = Fault(
    "mapping.attribute_unknown",
    gettext_noop("A fact of kind %(kind)s has no attribute “%(attribute)s”. It has: %(known)s."),
    gettext_noop("Put it under “extra”, which keeps it without reckoning with it."),
)
FIELD_NEEDED = Fault(
    "mapping.field_needed",
    gettext_noop("A fact of kind %(kind)s needs “%(field)s”, and the mapping does not say it."),
    gettext_noop("Name the column for it in the mapping."),
)
NEGATIVE = Fault(
    "mapping.negative",
    gettext_noop("%(value)s in %(column)s is negative; %(kind)s may not be."),
    gettext_noop("Returns are facts of kind order.returned with a positive amount."),
)
CURRENCY_UNKNOWN = Fault(
    "mapping.currency_unknown",
    gettext_noop("“%(value)s” is not a currency."),
    gettext_noop("Write three letters, such as CNY, or map the value in the mapping."),
)
CURRENCY_DIFFERS = Fault(
    "mapping.currency_differs",
    gettext_noop("The amount is in %(value)s; this company reckons in %(own)s."),
    gettext_noop("Convert it before importing, or multiply it by a rate in the mapping."),
)
CURRENCIES = {
    "人民币": "CNY", "元": "CNY", "RMB": "CNY", "¥": "CNY", "￥": "CNY",
    "美元": "USD", "$": "USD", "欧元": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP",
    "日元": "JPY", "港币": "HKD", "港元": "HKD",
}  # fmt: skip
REFERENCES = ("person", "unit", "account", "opportunity", "product", "store")
TEXTS = ("product_line", "region", "tier")
LONGEST = {"person": 200, "unit": 200, "product_line": 80, "region": 80, "tier": 80}
WANTS = {
    AttributeType.TEXT: Want.TEXT,
    AttributeType.NUMBER: Want.NUMBER,
    AttributeType.DAY: Want.DAY,
}


@dataclass(frozen=True, slots=True)
class Places:
    """What facts refer to: the directories, and what is known of the company."""

    directories: Mapping[str, Directory]
    known: Known
    currency: str
    report: Report


class Maker:
    """Makes the facts of one part of a target, row by row."""

    def __init__(self, feed: Feed, fields: FactFields, kind: Kind, places: Places) -> None:
        self.feed, self.fields, self.kind, self.places = feed, fields, kind, places
        self.passes = holds(feed, fields.when)
        self.key = [self._field("key", each, is_needed=True) for each in fields.key]
        self.columns = {
            name: self._field(name, expression)
            for name in (*REFERENCES, *TEXTS, "amount", "quantity", "currency")
            if (expression := getattr(fields, name)) is not None
        }
        self.days = {
            name: self._field(name, expression, is_needed=True)
            for name in ("business_on", "occurred_at")
            if (expression := getattr(fields, name)) is not None
        }
        self.attributes = {
            name: self._attribute(name, expression)
            for name, expression in fields.attributes.items()
            if kind.attribute(name) is not None
        }
        self.extra = {name: self._field(name, each) for name, each in fields.extra.items()}

    def _field(self, name: str, expression: Expression, *, is_needed: bool = False) -> Field:
        wants = {"amount": Want.NUMBER, "quantity": Want.NUMBER}
        wants |= {"business_on": Want.DAY, "occurred_at": Want.INSTANT}
        rule = FieldRule(
            want=wants.get(name, Want.TEXT),
            is_needed=is_needed or name in self.kind.needs,
            makes=self.kind.code,
            longest=LONGEST.get(name, 200),
            is_code=name in REFERENCES or name == "key",
        )
        return Field(self.feed, name, expression, rule)

    def _attribute(self, name: str, expression: Expression) -> Field:
        attribute = self.kind.attribute(name)
        assert attribute is not None, "only declared attributes are read"
        rule = FieldRule(
            want=WANTS[attribute.type],
            is_needed=attribute.is_required,
            makes=self.kind.code,
            longest=80 if not attribute.column.startswith("text_") else 200,
        )
        return Field(self.feed, name, expression, rule)

    def make(self, row: int) -> FactDraft | None:
        """Return the fact of a row, or nothing when it makes none."""
        taken = {
            "key": [field.take(row) for field in self.key],
            "days": [field.take(row) for field in self.days.values()],
            "columns": [field.take(row) for field in self.columns.values()],
            "attributes": [field.take(row) for field in self.attributes.values()],
            "extra": [field.take(row) for field in self.extra.values()],
        }
        values = dict(zip(self.columns, taken["columns"], strict=True))
        codes = self._codes(row, values)
        amount = self._amount(row, values.get("amount"))
        currency = self._currency(row, values.get("currency"))
        if codes is None or currency is None or any(DROPPED in each for each in taken.values()):
            return None
        if amount is DROPPED:
            return None
        days = dict(zip(self.days, taken["days"], strict=True))
        attributes = dict(zip(self.attributes, taken["attributes"], strict=True))
        extra = dict(zip(self.extra, taken["extra"], strict=True))
        instant = days.get("occurred_at")
        on = days.get("business_on", instant)
        assert isinstance(on, date), "a day is needed and was read"
        return FactDraft(
            kind=self.kind.code,
            business_on=on.date() if isinstance(on, datetime) else on,
            source_ref="-".join(str(part) for part in taken["key"]),
            part=self.fields.part or "",
            origin=self.feed.origins[row],
            occurred_at=instant if isinstance(instant, datetime) else None,
            amount=amount if isinstance(amount, Decimal) else None,
            currency=currency if isinstance(amount, Decimal) else "",
            quantity=_number(values.get("quantity")),
            attributes={name: _attribute(value) for name, value in attributes.items()},
            extra={name: str(value) for name, value in extra.items() if value is not None},
            **codes,
            **{name: _text(values.get(name)) for name in TEXTS},
        )

    def _codes(self, row: int, values: Mapping[str, Value]) -> dict[str, str] | None:
        """Return the codes a row refers to; nothing when one of them is not to be found."""
        codes: dict[str, str] = {}
        is_whole = True
        for name in REFERENCES:
            value = values.get(name)
            if not isinstance(value, str):
                continue
            directory = self.places.directories[name]
            expression = self.columns[name].expression
            code = directory.code_of(
                value,
                self.feed.origins[row],
                self.columns[name].label,
                may_create=_may_create(directory, expression),
            )
            codes[name] = code or ""
            is_whole = is_whole and code is not None
        return codes if is_whole else None

    def _amount(self, row: int, value: Value) -> Value:
        if isinstance(value, Decimal) and value < 0 and not self.kind.may_be_negative:
            self.places.report.add(
                NEGATIVE.at(
                    self.feed.origins[row],
                    column=self.columns["amount"].label,
                    value=f"{value:f}",
                    kind=self.kind.code,
                )
            )
            return DROPPED
        return value

    def _currency(self, row: int, value: Value) -> str | None:
        own = self.places.currency
        if not isinstance(value, str):
            return own
        code = CURRENCIES.get(value, value.upper())
        fault = None
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            fault = CURRENCY_UNKNOWN
        elif own and code != own:
            fault = CURRENCY_DIFFERS
        if fault is None:
            return code
        column = self.columns["currency"].label
        self.places.report.add(
            fault.at(self.feed.origins[row], column=column, value=value, own=own)
        )
        return None


def _may_create(directory: Directory, expression: Expression) -> bool:
    if directory.dimension in ("person", "unit"):
        return False
    if expression.unknown is not None:
        return expression.unknown is Unknown.CREATE
    return directory.may_create


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Value) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _attribute(value: Value) -> AttributeValue:
    return value if isinstance(value, str | Decimal | date) else None


def makers(target: FactTarget, feed: Feed, places: Places) -> list[Maker]:
    """Return a maker for each part of a target whose mapping holds together."""
    made = []
    for fields in target.parts():
        kind = places.known.kinds.get(fields.kind)
        if kind is None:
            places.report.add(KIND_UNKNOWN.at(value=fields.kind, kind=fields.kind))
        elif _holds_together(fields, kind, places.report):
            made.append(Maker(feed, fields, kind, places))
    return made


def _holds_together(fields: FactFields, kind: Kind, report: Report) -> bool:
    has_day = fields.business_on is not None or fields.occurred_at is not None
    lacking = [name for name in sorted(kind.needs) if getattr(fields, name) is None]
    lacking += [] if fields.key else ["key"]
    lacking += [] if has_day else ["business_on"]
    for name in lacking:
        report.add(FIELD_NEEDED.at(column=name, kind=kind.code, field=name))
    unknown = [name for name in fields.attributes if kind.attribute(name) is None]
    declared = ", ".join(each.name for each in kind.attributes) or "–"
    for name in unknown:
        report.add(
            ATTRIBUTE_UNKNOWN.at(column=name, kind=kind.code, attribute=name, known=declared)
        )
    return not lacking and not unknown


def facts_of(
    target: FactTarget,
    feed: Feed,
    places: Places,
    refs: dict[tuple[str, str], Origin],
    *,
    limit: int,
) -> list[FactDraft]:
    """Return the facts of a target, in the order of the rows."""
    parts = makers(target, feed, places)
    made: list[FactDraft] = []
    for row in range(min(feed.length, limit)):
        for maker in parts:
            if not maker.passes[row]:
                continue
            draft = maker.make(row)
            if draft is not None and _is_first(draft, maker, refs):
                made.append(draft)
    return made


def row_refs_of(target: FactTarget, feed: Feed, places: Places) -> list[str]:
    """Return the reference of every row, those that make no fact among them.

    A row that made a fact before and makes none now is found by it.
    """
    parts = makers(target, feed, places)
    if not parts:
        return []
    taken = ([field.take(row) for field in parts[0].key] for row in range(feed.length))
    return ["-".join(str(part) for part in key) for key in taken if DROPPED not in key]


def _is_first(draft: FactDraft, maker: Maker, refs: dict[tuple[str, str], Origin]) -> bool:
    key = (draft.source_ref, draft.part)
    first = refs.setdefault(key, draft.origin)
    if first is draft.origin:
        return True
    column = ", ".join(label_of(each) for each in maker.fields.key)
    is_here = (first.file, first.sheet) == (draft.origin.file, draft.origin.sheet)
    line = first.line if is_here else f"{first.file}:{first.line}"
    maker.places.report.add(
        KEY_REPEATED.at(draft.origin, column=column, value=draft.source_ref, first=line)
    )
    return False
