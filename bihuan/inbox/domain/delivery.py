"""Delivery: one thing brought to one person by one channel, and how far that is.

    waiting ─┬─> sent
    held  ───┤         held: quiet hours · digest: goes with others once a day
    digest ──┴─> digested (and then as the digest it went with)
    failed: tried in vain, will be tried again · dead: not any more, an operator may

Of the deliveries to one person about one thing, each waits until those before it are
over; so none overtakes another. A dead one holds up nobody; once a later one is
sent, it comes too late for ever.

>>> is_over(State.FAILED), is_over(State.DEAD)
(False, True)
>>> after_fault(attempts=1, is_final=False), after_fault(attempts=1, is_final=True)
(<State.FAILED: 'failed'>, <State.DEAD: 'dead'>)
>>> after_fault(attempts=MOST_ATTEMPTS, is_final=False)
<State.DEAD: 'dead'>
"""

from __future__ import annotations

from enum import StrEnum

MOST_ATTEMPTS = 14
"""With waits that double up to an hour, this is about six hours."""


class State(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    DIGEST = "digest"
    FAILED = "failed"
    SENT = "sent"
    DIGESTED = "digested"
    DEAD = "dead"
    DISCARDED = "discarded"


TO_SEND = frozenset({State.WAITING, State.HELD, State.FAILED})
"""Those that are sent by themselves when their time comes."""
OPEN = TO_SEND | {State.DIGEST}
"""Those that are not over: what comes after them waits."""


def is_over(state: State) -> bool:
    """Return whether nothing happens to it any more by itself."""
    return state not in OPEN


def after_fault(*, attempts: int, is_final: bool) -> State:
    """Return how it stands after so many attempts, all in vain."""
    return State.DEAD if is_final or attempts >= MOST_ATTEMPTS else State.FAILED
