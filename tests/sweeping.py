"""Less to do for the collector of garbage: what is loaded before the tests stays to their end.

It went over the whole product again and again, for one tenth of the time of all tests.
"""

from __future__ import annotations

import gc

SELDOM = (50_000, 20, 50)


def leave_what_is_there() -> None:
    """Have the collector leave alone all that is there now, and look less often at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
