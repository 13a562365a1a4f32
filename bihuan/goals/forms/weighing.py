"""Reads a board that was sent: what each row shall be asked for, and what is locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from bihuan.goals.queries.cascade import Board
from bihuan.kernel.errors import Invalid, gettext_noop

MOST_ROWS = 60


class AmountUnreadable(Invalid):
    code = "goals.amount_unreadable"
    says = gettext_noop("“%(text)s” is no amount here: a number with at most %(digits)s decimals.")


@dataclass(frozen=True, slots=True)
class Typed:
    """One row as it was typed."""

    text: str
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was sent of one level of a board."""

    version: int | None
    is_exact: bool
    """Whether all rows are meant as they stand: a page that reckons for itself says so."""
    rows: Mapping[str, Typed] = field(default_factory=dict)
    were: Mapping[str, str] = field(default_factory=dict)

    def asked(self, shown: Board) -> dict[str, int]:
        """Return what is asked of whom in smallest units: of all rows, or of those changed.

        Raises:
            AmountUnreadable: one is no number, or finer than the smallest unit.
        """
        found = {
            key: in_units(typed.text, shown.digits)
            for key, typed in self.rows.items()
            if self.is_exact or typed.text != self.were.get(key)
        }
        if not self.is_exact:
            return found
        elsewhere = dict(shown.page.paginator.object_list)
        return {**elsewhere, **found}

    @property
    def locks(self) -> dict[str, bool]:
        return {key: typed.is_locked for key, typed in self.rows.items()}


def in_units(text: str, digits: int) -> int:
    """Return an amount as it is typed in smallest units.

    >>> in_units("1,234.5", 2), in_units("1，000", 0)
    (123450, 1000)
    """
    plain = text.replace(",", "").replace("，", "").replace(" ", "")
    try:
        amount = Decimal(plain)
        units = amount.scaleb(digits)
        if amount.is_finite() and units == units.to_integral_value() and units.adjusted() < 30:
            return int(units)
    except InvalidOperation:
        pass
    raise AmountUnreadable(text=text[:40], digits=digits)


def weighed(sent: QueryDict) -> Weighed:
    """Return what a board sent; nonsense in its hidden fields counts as not sent."""
    version = sent.get("version", "")
    rows, were = {}, {}
    for place in range(MOST_ROWS):
        key = sent.get(f"key-{place}")
        if key is None:
            break
        text = sent.get(f"amount-{place}", "").strip()
        rows[key] = Typed(text, f"lock-{place}" in sent)
        were[key] = sent.get(f"was-{place}", "")
    return Weighed(
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
        is_exact=sent.get("exact") == "1",
        rows=rows,
        were=were,
    )
