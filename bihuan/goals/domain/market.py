"""Market: what an event outside the company does to demand, by a model one can say in a sentence.

Each kind of event has one size and one parameter, and both are shown wherever its
outcome is. A parameter is set by an administrator; nothing is learnt in secret.

    competitor's price cut   change = − elasticity × cut
    stock in the channel     change = − weight × 7 × weeks ÷ days it lasts
    delayed launch           change = − weight × days of delay ÷ days it lasts
    policy, other            change = weight × size        (less or more demand)

The change holds for what the event touches, in the days it lasts that are still to
come. It never takes more than there is:

>>> usual = Parameters()
>>> demand_change(kind=Kind.COMPETITOR_PRICE_CUT, size=Decimal("0.1"), days=90, parameters=usual)
Fraction(-1, 20)
>>> demand_change(kind=Kind.CHANNEL_STOCK, size=Decimal(3), days=42, parameters=usual)
Fraction(-1, 2)
>>> demand_change(kind=Kind.LAUNCH_DELAY, size=Decimal(60), days=30, parameters=usual)
Fraction(-1, 1)
>>> demand_change(kind=Kind.POLICY, size=Decimal("0.08"), days=30, parameters=usual)
Fraction(2, 25)

A size that says nothing, or more than there can be, is refused:

>>> check_size(Kind.CHANNEL_STOCK, Decimal(0))
Traceback (most recent call last):
bihuan.goals.domain.market.SizeOutOfReach: The size must lie between 0 and 52, and not be 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bihuan.goals.domain.span import Span, overlap
from bihuan.kernel.errors import Invalid, gettext_noop


class Kind(StrEnum):
    COMPETITOR_PRICE_CUT = "competitor_price_cut"
    CHANNEL_STOCK = "channel_stock"
    LAUNCH_DELAY = "launch_delay"
    POLICY = "policy"
    OTHER = "other"


class Handling(StrEnum):
    """What becomes of the company's target."""

    KEEP = "keep"
    """It stays: what is lost here is asked for elsewhere."""
    LOWER = "lower"
    """It follows demand: whoever answers for the whole must agree."""


class Ending(StrEnum):
    """What came of asking those whom an event touches."""

    PUBLISHED = "published"
    REFUSED = "refused"
    EXPIRED = "expired"
    NOTHING = "nothing"
    """Some said yes, but what they said yes to cancels out to nothing."""
    ASKED_AGAIN = "asked_again"
    """The plan was another by then, and with it somebody's part."""
    CANNOT = "cannot"
    """Locks, or a closed cycle, stand in the way."""


RATIOS = frozenset({Kind.COMPETITOR_PRICE_CUT, Kind.POLICY, Kind.OTHER})
"""Kinds whose size is a ratio; the others have days or weeks."""
SIGNED = frozenset({Kind.POLICY, Kind.OTHER})
MOST = {
    Kind.COMPETITOR_PRICE_CUT: Decimal(1),
    Kind.CHANNEL_STOCK: Decimal(52),
    Kind.LAUNCH_DELAY: Decimal(366),
    Kind.POLICY: Decimal(1),
    Kind.OTHER: Decimal(1),
}
LARGEST_PARAMETER = Decimal(10)
DAYS_OF_A_WEEK = 7


class SizeOutOfReach(Invalid):
    code = "goals.size_out_of_reach"
    says = gettext_noop("The size must lie between %(least)s and %(most)s, and not be 0.")


class EventBackwards(Invalid):
    code = "goals.event_backwards"
    says = gettext_noop("An event must end after it begins.")


class ParameterOutOfReach(Invalid):
    code = "goals.parameter_out_of_reach"
    says = gettext_noop("A parameter of the model lies between 0 and %(most)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What the model assumes; each can be set, and is shown with every outcome."""

    elasticity: Decimal = Decimal("0.5")
    """By which part of a competitor's price cut demand here falls."""
    stock_weight: Decimal = Decimal(1)
    """Which part of the weeks in stock is not sold in anew."""
    delay_weight: Decimal = Decimal(1)
    """Which part of the target of the days of delay is lost."""
    policy_weight: Decimal = Decimal(1)
    """Which part of an estimated change of demand is believed."""

    def of(self, kind: Kind) -> Decimal:
        """Return the one that counts for a kind."""
        return {
            Kind.COMPETITOR_PRICE_CUT: self.elasticity,
            Kind.CHANNEL_STOCK: self.stock_weight,
            Kind.LAUNCH_DELAY: self.delay_weight,
        }.get(kind, self.policy_weight)


def check_size(kind: Kind, size: Decimal) -> None:
    """Refuse a size that an event of this kind cannot have."""
    most = MOST[kind]
    least = -most if kind in SIGNED else Decimal(0)
    if not size.is_finite() or not least <= size <= most or not size:
        sign = "%" if kind in RATIOS else ""
        scale = 100 if kind in RATIOS else 1
        raise SizeOutOfReach(least=f"{least * scale}{sign}", most=f"{most * scale}{sign}")


def check_span(start: date, end: date) -> None:
    """Refuse an event that is over before it begins."""
    if end <= start:
        raise EventBackwards()


def check_parameter(value: Decimal) -> None:
    if not value.is_finite() or not 0 <= value <= LARGEST_PARAMETER:
        raise ParameterOutOfReach(most=LARGEST_PARAMETER)


def demand_change(*, kind: Kind, size: Decimal, days: int, parameters: Parameters) -> Fraction:
    """Return by which part demand changes in the days it lasts; never below −1."""
    strength = Fraction(parameters.of(kind)) * Fraction(size)
    if kind is Kind.CHANNEL_STOCK:
        strength = strength * DAYS_OF_A_WEEK / days
    if kind is Kind.LAUNCH_DELAY:
        strength /= days
    return max(Fraction(-1), strength if kind in SIGNED else -strength)


def days_to_come(event: Span, within: Span, first: date) -> Span | None:
    """Return the days of an event that lie within a cycle and are not over.

    >>> days = days_to_come(
    ...     Span(date(2027, 1, 1), date(2027, 3, 1)),
    ...     Span(date(2027, 1, 1), date(2028, 1, 1)),
    ...     date(2027, 2, 10),
    ... )
    >>> str(days)
    '2027-02-10..2027-03-01'
    """
    shared = overlap(event, within)
    return None if shared is None else overlap(shared, Span(first, max(first, within.end)))


def touched(period: Span, days: Span) -> Fraction:
    """Return which part of a period's days an event touches.

    >>> touched(
    ...     Span(date(2027, 2, 1), date(2027, 3, 1)), Span(date(2027, 2, 15), date(2027, 5, 1))
    ... )
    Fraction(1, 2)
    """
    both = overlap(period, days)
    return Fraction(0 if both is None else both.days, period.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happened: of which kind, how much, where, in which days."""

    kind: Kind
    size: Decimal
    handling: Handling
    span: Span
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By dimension, the values it touches; without one it touches all."""
    units: frozenset[int] = frozenset()
    """The units it touches, with all below them; without one it touches all."""
    metrics: frozenset[str] = frozenset()
    """The targets it touches; without one, all that are asked for in money."""
