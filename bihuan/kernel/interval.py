"""Interval: between which shares the true one lies, when so many of so many were counted.

    Wilson's for 95%:  (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)

It is wide where little was counted, and never leaves nothing to one (E. B. Wilson,
Journal of the American Statistical Association 22, 1927).

>>> low, high = wilson(Decimal("0.8"), 10)
>>> f"{low:.4f} {high:.4f}"
'0.4902 0.9433'
"""

from __future__ import annotations

from decimal import Decimal, localcontext

Z = Decimal("1.959963984540054")
"""Of the normal distribution, 95% lie within so many deviations."""


def wilson(share: Decimal, count: int) -> tuple[Decimal, Decimal]:
    """Return the bounds of a share that was found in ``count`` cases; at least one of them."""
    assert count > 0, "of nothing there is no share"
    with localcontext(prec=40):
        square = Z * Z
        middle = share + square / (2 * count)
        spread = Z * (share * (1 - share) / count + square / (4 * count * count)).sqrt()
        whole = 1 + square / count
        low, high = (middle - spread) / whole, (middle + spread) / whole
    return max(low, Decimal(0)), min(high, Decimal(1))
