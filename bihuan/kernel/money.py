"""Money: an exact amount of one currency.

A ``Money`` is always already rounded to the currency's smallest unit. While a
rule is still calculating, it holds a plain ``Decimal``; it becomes a ``Money``
once, at the end, through ``money()``. Rounding is half-up (四舍五入), away from
zero, as finance does it.

>>> money("99.995", "CNY")
Money(amount=Decimal('100.00'), currency='CNY')
>>> money("-0.125", "CNY").amount, money("1234.5", "JPY").amount, money("1.0005", "KWD").amount
(Decimal('-0.13'), Decimal('1235'), Decimal('1.001'))

Parts of a whole always add up to the whole:

>>> [str(part.amount) for part in split(money("100", "CNY"), [1, 1, 1])]
['33.34', '33.33', '33.33']

    exact share = whole * weight / sum of weights
    part        = exact share rounded down to the unit, plus at most one unit

The odd units left over go to the largest remainders, and among equal ones to
the first. A negative whole is shared as its positive and negated, so a refund
takes back exactly what was given. Weights that are all zero share evenly.

>>> [str(part) for part in apportion(Decimal(10), [14, 26, 60], unit=Decimal(1))]
['1', '3', '6']
>>> [str(part) for part in apportion(Decimal("-0.05"), [1, 1], unit=Decimal("0.01"))]
['-0.03', '-0.02']
>>> [str(part) for part in apportion(Decimal(3), [0, 0], unit=Decimal(1))]
['2', '1']
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from fractions import Fraction

from bihuan.kernel.errors import Invalid, gettext_noop

# ISO 4217, with those that were withdrawn lately and still stand in old books.
_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP
        BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR
        FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR
        KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
        MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK
        SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN
        UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
MINOR_DIGITS = {
    currency: digits for digits, named in _BY_DIGITS.items() for currency in named.split()
}


class CurrencyUnknown(Invalid):
    code = "kernel.currency_unknown"
    says = gettext_noop("%(currency)s is not the code of a currency.")


class AmountUnreadable(Invalid):
    code = "kernel.amount_unreadable"
    says = gettext_noop("%(amount)s is not an amount of money.")


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} with {other.currency}")
        return other


def unit_of(currency: str) -> Decimal:
    """Return the smallest unit of a currency: 0.01 for CNY, 1 for JPY."""
    if currency not in MINOR_DIGITS:
        raise CurrencyUnknown(currency=currency)
    return Decimal(1).scaleb(-MINOR_DIGITS[currency])


def money(amount: Decimal | int | str, currency: str) -> Money:
    """Round an amount to the currency's smallest unit, half-up."""
    unit = unit_of(currency)
    try:
        exact = Decimal(amount)
        if not exact.is_finite():
            raise AmountUnreadable(amount=amount)
        rounded = exact.quantize(unit, ROUND_HALF_UP)
    except DecimalException as reason:
        raise AmountUnreadable(amount=amount) from reason
    return Money(rounded if rounded else abs(rounded), currency)  # there is no minus zero


def split(whole: Money, weights: Sequence[int | Decimal]) -> list[Money]:
    """Share a whole by weight; the parts add up to it exactly."""
    parts = apportion(whole.amount, weights, unit=unit_of(whole.currency))
    return [Money(part, whole.currency) for part in parts]


def apportion(whole: Decimal, weights: Sequence[int | Decimal], *, unit: Decimal) -> list[Decimal]:
    """Share a whole by weight into multiples of ``unit``, by largest remainder.

    The whole must itself be a multiple of the unit and weights not negative:
    anything else has no exact answer and is a fault of the caller.
    """
    units = Fraction(whole) / Fraction(unit)
    if units.denominator != 1:
        raise ValueError(f"{whole} is not made of whole units of {unit}")
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight cannot be negative")
    if not weights and units:
        raise ValueError("there is nobody to share with")
    sign = -1 if units < 0 else 1
    return [sign * count * unit for count in _shares(abs(units.numerator), weights)]


def _shares(units: int, weights: Sequence[int | Decimal]) -> list[int]:
    """Return how many of ``units`` each weight gets; exact, in integers."""
    exact = [Fraction(weight) for weight in weights]
    if not any(exact):
        exact = [Fraction(1)] * len(weights)
    total = sum(exact, Fraction(0))
    ideal = [units * weight / total for weight in exact]
    shares = [int(share) for share in ideal]
    by_remainder = sorted(range(len(ideal)), key=lambda i: shares[i] - ideal[i])
    for i in by_remainder[: units - sum(shares)]:
        shares[i] += 1
    return shares
