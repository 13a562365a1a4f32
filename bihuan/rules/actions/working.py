"""What people do with an alert: see it, say something of it, end it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.org.models import Person
from bihuan.rules.access import require_may_end, require_sees
from bihuan.rules.actions.ending import end, over
from bihuan.rules.actions.happening import Happening, note, told_of
from bihuan.rules.actions.suppressing import settle_priorities
from bihuan.rules.domain.alert import NOTE_LENGTH, Deed, State, after, fit_note
from bihuan.rules.models import SHOWN_WITH, Alert, AlertEvent


@transaction.atomic
def acknowledge(*, alert: Alert, by: Person) -> Alert:
    """Say that one has seen an alert; the first time counts for the alert."""
    require_sees(alert, by)
    after(State(held_alert(alert).state), Deed.ACKNOWLEDGE)
    return acknowledged(alert, by=by)


def acknowledged(alert: Alert, *, by: Person) -> Alert:
    """Note that somebody has seen an alert, or read the task that it gave them."""
    held = held_alert(alert)
    if not held.is_live:
        return held
    if held.events.filter(what=Happening.ACKNOWLEDGED.value, by=by).exists():
        return held
    held.state = after(State(held.state), Deed.ACKNOWLEDGE).value
    held.acknowledged_at = held.acknowledged_at or clock.now()
    held.save(update_fields=["state", "acknowledged_at"])
    note(held, Happening.ACKNOWLEDGED, on=_today(held), by=by)
    journal.record(by, "alert.acknowledged", held, rule=held.key)
    return held


@transaction.atomic
def say(*, alert: Alert, words: str, by: Person) -> AlertEvent:
    """Add a note to an alert, for everybody who sees it."""
    require_sees(alert, by)
    kept = fit_note(words)
    held = held_alert(alert)
    event = note(held, Happening.NOTED, on=_today(held), by=by, words=kept)
    journal.record(by, "alert.noted", held, rule=held.key)
    return event


@transaction.atomic
def close(*, alert: Alert, reason: str, by: Person) -> Alert:
    """End an alert that has not recovered, and say why; what it asked of people lapses."""
    require_may_end(alert, by)
    why = fit_note(reason)
    held = held_alert(alert)
    on = max(_today(held), held.opened_on)
    end(held, Deed.CLOSE, on=on, by=by)
    held.reason = why
    held.save()
    note(held, Happening.CLOSED, on=on, by=by, words=why)
    over(held, recovered=False, by=by)
    settle_priorities(held.tenant, [held.subject], on=on, by=by)
    journal.record(by, "alert.closed", held, rule=held.key)
    told_of(held.tenant, [held], by=by)
    return held


def acted(alert: Alert, *, by: Person, deed: str, words: str = "") -> None:
    """Note the deed of somebody whom a response was addressed to; the first makes it acted on."""
    held = held_alert(alert)
    note(held, Happening.ACTED, on=_today(held), by=by, words=words[:NOTE_LENGTH], deed=deed)
    if held.is_live:
        held.state = after(State(held.state), Deed.ACT).value
        held.acted_at = held.acted_at or clock.now()
        held.save(update_fields=["state", "acted_at"])


def held_alert(alert: Alert) -> Alert:
    """Return an alert as it is now, held against everybody else."""
    found = Alert.objects.select_for_update(of=["self"])
    return found.select_related(*SHOWN_WITH).get(pk=alert.pk)


def _today(alert: Alert) -> date:
    return clock.today(alert.tenant.time_zone)
