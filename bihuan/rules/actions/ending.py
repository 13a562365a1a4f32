"""Letting an alert be over, with whatever was asked of people because of it."""

from __future__ import annotations

from datetime import date

from bihuan.base import clock
from bihuan.inbox.actions import lapse, lapse_tasks
from bihuan.inbox.domain.about import About
from bihuan.org.models import Person
from bihuan.playbooks.actions import note_outcome
from bihuan.rules.domain.alert import Deed, State, after
from bihuan.rules.models import Alert

ABOUT = "rules.alert"


def about(alert: Alert) -> About:
    """Return an alert as the inbox names it."""
    return About(ABOUT, alert.pk)


def end(alert: Alert, deed: Deed, *, on: date, by: Person | None = None) -> None:
    """Let an alert be over, from a day on; the caller keeps it."""
    alert.state = after(State(alert.state), deed).value
    alert.ended_on, alert.ended_at, alert.ended_by = on, clock.now(), by


def over(alert: Alert, *, recovered: bool, by: Person) -> None:
    """Take back what is still asked because of an alert, and tell its packs how it ended."""
    lapse_tasks(tenant=alert.tenant, about=about(alert))
    lapse(about=about(alert), by=by)
    if alert.ended_on is not None:
        note_outcome(
            because_kind=ABOUT,
            because_id=alert.pk,
            recovered=recovered,
            on=alert.ended_on,
            by=by,
        )
