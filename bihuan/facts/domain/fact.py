"""Fact: one thing that happened, as given to the ledger.

A draft says what happened, to whom and where it comes from. Two drafts with
the same content have the same digest, so the same row brought twice is one
fact:

>>> first = Draft(kind="visit.logged", business_on=date(2026, 3, 2), source_ref="A-1", person_id=7)
>>> again = Draft(kind="visit.logged", business_on=date(2026, 3, 2), source_ref="A-1", person_id=7)
>>> digest(first) == digest(again)
True

The digest leaves out where the row stood, and does not care how a number was
written:

>>> DAY = date(2026, 3, 2)
>>> one = Draft(kind="quote.sent", business_on=DAY, source_ref="9", amount=Decimal("10"))
>>> ten = Draft(kind="quote.sent", business_on=DAY, source_ref="9", amount=Decimal("10.0000"))
>>> digest(one) == digest(ten)
True
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from bihuan.facts.domain.attribute import SHORT, AttributeValue, check_number, check_text, parse
from bihuan.facts.domain.kind import Kind
from bihuan.kernel.errors import Invalid, gettext_noop

DIGITS = Decimal("0.0001")
"""Facts keep four decimals of money and quantity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A fact before it is in the ledger. References are ids of rows of the same tenant.

    ``source_ref`` names the row of the source and ``part`` the fact made of it,
    when one row makes several. Without ``unit_id`` the person's home unit on
    ``business_on`` is taken, and without ``region`` the region it lies in.
    """

    kind: str
    business_on: date
    source_ref: str
    part: str = ""
    occurred_at: datetime | None = None
    person_id: int | None = None
    unit_id: int | None = None
    account_id: int | None = None
    opportunity_id: int | None = None
    product_id: int | None = None
    store_id: int | None = None
    product_line: str = ""
    region: str = ""
    tier: str = ""
    amount: Decimal | None = None
    currency: str = ""
    quantity: Decimal | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    source_row_id: int | None = None


class FactIncomplete(Invalid):
    code = "facts.fact_incomplete"
    says = gettext_noop("A fact of kind %(kind)s needs %(missing)s.")


class FactNegative(Invalid):
    code = "facts.fact_negative"
    says = gettext_noop("The amount of %(kind)s cannot be negative: %(amount)s.")


class AttributeUnknown(Invalid):
    code = "facts.attribute_unknown"
    says = gettext_noop("A fact of kind %(kind)s has no attribute called “%(attribute)s”.")


def digest(draft: Draft) -> str:
    """Return the hash of what a draft says, 64 hex digits."""
    said: list[object] = [
        draft.kind,
        draft.business_on.isoformat(),
        draft.occurred_at.isoformat() if draft.occurred_at else None,
        *(draft.person_id, draft.unit_id, draft.account_id, draft.opportunity_id),
        *(draft.product_id, draft.store_id, draft.product_line, draft.region, draft.tier),
        *(_plain(draft.amount), draft.currency, _plain(draft.quantity)),
        {name: _plain(value) for name, value in sorted(draft.attributes.items())},
        dict(sorted(draft.extra.items())),
    ]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: AttributeValue) -> str | None:
    if isinstance(value, Decimal):
        return str(rounded(value).normalize() + 0)
    return None if value is None or value == "" else str(value)


def rounded(value: Decimal) -> Decimal:
    """Return an amount or quantity with the four decimals that facts keep, half-up."""
    return value.quantize(DIGITS, ROUND_HALF_UP)


def check(draft: Draft, kind: Kind) -> dict[str, AttributeValue]:
    """Return the attributes by ledger column, or refuse a draft its kind does not allow."""
    given = {
        "person": draft.person_id,
        "account": draft.account_id,
        "opportunity": draft.opportunity_id,
        "product": draft.product_id,
        "store": draft.store_id,
        "amount": draft.amount,
        "quantity": draft.quantity,
    }
    missing = sorted(name for name in kind.needs if given[name] is None)
    missing += [
        each.name
        for each in kind.attributes
        if each.is_required and draft.attributes.get(each.name) in (None, "")
    ]
    if missing:
        raise FactIncomplete(kind=kind.code, missing=", ".join(missing))
    _check_sizes(draft)
    if draft.amount is not None and draft.amount < 0 and not kind.may_be_negative:
        raise FactNegative(kind=kind.code, amount=draft.amount)
    return _by_column(draft, kind)


def _check_sizes(draft: Draft) -> None:
    """Refuse texts and numbers that the ledger's columns cannot hold."""
    check_text("source_ref", draft.source_ref, size=200)
    check_text("part", draft.part, size=40)
    for name in ("product_line", "region", "tier"):
        check_text(name, getattr(draft, name), size=SHORT)
    for name, number in (("amount", draft.amount), ("quantity", draft.quantity)):
        if number is not None:
            check_number(name, number)
    for name, text in draft.extra.items():
        check_text("extra", name, size=200)
        check_text(name, text, size=10_000)


def _by_column(draft: Draft, kind: Kind) -> dict[str, AttributeValue]:
    columns: dict[str, AttributeValue] = {}
    for name, value in draft.attributes.items():
        attribute = kind.attribute(name)
        if attribute is None:
            raise AttributeUnknown(kind=kind.code, attribute=name)
        columns[attribute.column] = parse(attribute, value)
    return columns
