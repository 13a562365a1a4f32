"""Writing down what happens to alerts: an event each, and a fact where one opened or ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from bihuan.base import clock
from bihuan.facts.actions import open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import (
    ALERT_CLOSED,
    ALERT_OPENED,
    ALERT_RECOVERED,
    ALERTS,
    SIGNALLED,
)
from bihuan.facts.models import Source
from bihuan.org.models import Person, Tenant
from bihuan.rules.domain.alert import State
from bihuan.rules.models import Alert, AlertEvent

AT_ONCE = 500
KIND_OF = {State.RECOVERED.value: ALERT_RECOVERED, State.CLOSED.value: ALERT_CLOSED}


class Happening(StrEnum):
    """What can happen to an alert."""

    OPENED = "opened"
    SUPPRESSED = "suppressed"
    RELEASED = "released"
    RESPONDED = "responded"
    ACKNOWLEDGED = "acknowledged"
    ACTED = "acted"
    NOTED = "noted"
    RECOVERED = "recovered"
    GONE = "gone"
    CLOSED = "closed"


def note(
    alert: Alert, what: Happening, *, on: date, by: Person, words: str = "", **params: str | int
) -> AlertEvent:
    """Write down that something happened to an alert."""
    return AlertEvent.objects.create(
        alert=alert, what=what.value, on=on, at=clock.now(), by=by, note=words, params=params
    )


def note_all(alerts: Sequence[Alert], what: Happening, *, on: date, by: Person) -> None:
    """Write down that the same happened to many alerts."""
    at = clock.now()
    AlertEvent.objects.bulk_create(
        [AlertEvent(alert=each, what=what.value, on=on, at=at, by=by) for each in alerts],
        batch_size=AT_ONCE,
    )


def told_of(tenant: Tenant, alerts: Sequence[Alert], *, by: Person) -> None:
    """Record the facts that alerts have opened or ended; the last thing of a transaction."""
    drafts = [_draft(alert, KIND_OF.get(alert.state, ALERT_OPENED)) for alert in alerts]
    if drafts:
        record_many(drafts=drafts, source=source_of(tenant), by=by)


def signalled(alert: Alert, *, by: Person) -> None:
    """Record in the ledger that a rule fired, for metrics and other rules to read."""
    drafts = [_draft(alert, SIGNALLED)]
    record_many(drafts=drafts, source=source_of(alert.tenant), by=by)


def source_of(tenant: Tenant) -> Source:
    kind = Source.Kind.FORM.value
    return open_source(tenant=tenant, code=ALERTS, name="预警", kind=kind)


def _draft(alert: Alert, kind: str) -> Draft:
    return Draft(
        kind=kind,
        business_on=alert.ended_on
        if kind in KIND_OF.values() and alert.ended_on
        else alert.opened_on,
        source_ref=f"{alert.pk}/{kind}",
        person_id=alert.responsible_id,
        unit_id=alert.unit_id,
        account_id=alert.account_id,
        opportunity_id=alert.opportunity_id,
        attributes={
            "rule": alert.key,
            "metric": alert.metric,
            "opened_on": alert.opened_on,
        },
    )
