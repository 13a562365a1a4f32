"""Alert: a rule that fired for a subject, from its opening to its end.

    open ──> acknowledged ──> acted
      └──────────┴──────────────┴──> recovered   the figures came back by themselves
                                 └─> closed      somebody ended it and said why

Acknowledging says that somebody has seen it; acting is the first deed of a response: a
task done, a pack finished, a proposal answered. What has ended stays as it ended.

>>> after(State.OPEN, Deed.ACKNOWLEDGE), after(State.OPEN, Deed.ACT)
(<State.ACKNOWLEDGED: 'acknowledged'>, <State.ACTED: 'acted'>)
>>> after(State.ACTED, Deed.ACKNOWLEDGE)
<State.ACTED: 'acted'>
>>> after(State.RECOVERED, Deed.CLOSE)
Traceback (most recent call last):
bihuan.rules.domain.alert.AlertEnded: This alert has ended already.

The loop of an alert is closed when somebody acted before it ended. Of twelve alerts of
a team that ended, nine of them acted on, the loop-closure rate is 75%:

>>> closure_rate(ended=12, acted=9), closure_rate(ended=0, acted=0)
(Decimal('0.7500'), None)
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bihuan.kernel.errors import Conflict, Invalid, gettext_noop

NOTE_LENGTH = 500
PRECISION = Decimal("0.0001")


class State(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ACTED = "acted"
    RECOVERED = "recovered"
    CLOSED = "closed"


LIVE = frozenset({State.OPEN, State.ACKNOWLEDGED, State.ACTED})

SAYS = {
    State.OPEN: gettext_noop("Open"),
    State.ACKNOWLEDGED: gettext_noop("Acknowledged by somebody"),
    State.ACTED: gettext_noop("Acted on"),
    State.RECOVERED: gettext_noop("Recovered"),
    State.CLOSED: gettext_noop("Closed"),
}


class Deed(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    ACT = "act"
    RECOVER = "recover"
    CLOSE = "close"


class AlertEnded(Conflict):
    code = "rules.alert_ended"
    says = gettext_noop("This alert has ended already.")


class NoteMissing(Invalid):
    code = "rules.note_missing"
    says = gettext_noop("Say it in up to %(limit)s characters.")


def after(state: State, deed: Deed) -> State:
    """Return the state after a deed, or refuse a deed that comes too late."""
    if state not in LIVE:
        raise AlertEnded()
    match deed:
        case Deed.ACKNOWLEDGE:
            return State.ACKNOWLEDGED if state is State.OPEN else state
        case Deed.ACT:
            return State.ACTED
        case Deed.RECOVER:
            return State.RECOVERED
        case Deed.CLOSE:
            return State.CLOSED


def fit_note(text: str) -> str:
    """Return a note as it is kept, or refuse one that says nothing or too much."""
    kept = text.strip().replace("\0", "")
    if not 0 < len(kept) <= NOTE_LENGTH:
        raise NoteMissing(limit=NOTE_LENGTH)
    return kept


def closure_rate(*, ended: int, acted: int) -> Decimal | None:
    """Return the share of ended alerts on which somebody acted."""
    if not ended:
        return None
    return (Decimal(acted) / ended).quantize(PRECISION, ROUND_HALF_UP)
