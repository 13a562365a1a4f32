"""Reserve: is there enough in hand to make up for what is missing?

    thin     = ramp(1 - open / (times * missing))      too little in the pipeline
    pending  = ramp(amount that waits / missing)        done, and not counted yet

>>> thin(open_amount=Decimal(200_000), missing=Decimal(200_000), times=Decimal(3),
...      begins=Decimal("0.3"), full=Decimal("1"))
Decimal('0.5239')
>>> thin(open_amount=Decimal(600_000), missing=Decimal(200_000), times=Decimal(3),
...      begins=Decimal("0.3"), full=Decimal("1"))
Decimal('0')
>>> pending(amount=Decimal(386_000), missing=Decimal(300_000),
...         begins=Decimal("0.1"), full=Decimal("0.8"))
Decimal('1')
"""

from __future__ import annotations

from decimal import Decimal

from bihuan.goals.domain.reason.score import NONE, WHOLE, filled, ramp


def thin(
    *, open_amount: Decimal, missing: Decimal, times: Decimal, begins: Decimal, full: Decimal
) -> Decimal:
    """Return how strongly a pipeline is too thin for what is still missing."""
    if missing <= 0:
        return NONE
    return ramp(WHOLE - filled(open_amount, missing=times * missing), begins=begins, full=full)


def pending(*, amount: Decimal, missing: Decimal, begins: Decimal, full: Decimal) -> Decimal:
    """Return how strongly what waits to be counted explains what is missing."""
    return ramp(filled(amount, missing=missing), begins=begins, full=full)
