"""Letting an alert be over, with whatever was asked of people because of it."""

from __future__ import annotations

from datetime import date

from bihuan.base import clock
from bihuan.inbox.actions import lapse, lapse_tasks
from bihuan.inbox.domain.about import About
from bihuan.org.models import Person
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
    """Take back what is still asked because of an alert, for it is over."""
    lapse_tasks(tenant=alert.tenant, about=about(alert))
    lapse(about=about(alert), by=by)
