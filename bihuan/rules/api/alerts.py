"""Alerts for programs: the list, one with what was seen and done, and what is done with it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Query, Router, Schema

from bihuan.org.access import PersonRequest, unit_seen
from bihuan.org.domain.scope import Scope
from bihuan.rules import actions
from bihuan.rules.access import alert_seen, require_may_end, words_about
from bihuan.rules.models import Alert
from bihuan.rules.queries.alerts import Deed, Happened, Shown, alert_view, alerts_shown

router = Router(tags=["rules"])
MOST = 200
Id = Annotated[int, Field(ge=1, lt=2**63)]
Words = Annotated[str, Field(min_length=1, max_length=500)]


class AlertOut(Schema):
    """An alert about a person, a customer, a deal, or else about the unit.

    ``owner`` is who was responsible for the customer or deal when it opened.
    """

    id: int
    rule: str
    version: int
    person: int | None
    account: int | None
    opportunity: int | None
    owner: int | None
    unit: int
    metric: str
    state: str
    opened_on: date
    ended_on: date | None
    suppressed_by: int | None
    reason: str

    @staticmethod
    def of(alert: Alert, scope: Scope) -> AlertOut:
        return AlertOut(
            id=alert.pk,
            rule=alert.key,
            version=alert.number,
            person=alert.person_id,
            account=alert.account_id,
            opportunity=alert.opportunity_id,
            owner=alert.owner_id,
            unit=alert.unit_id,
            metric=alert.about_metric,
            state=alert.state,
            opened_on=alert.opened_on,
            ended_on=alert.ended_on,
            suppressed_by=alert.suppressed_by_id,
            reason=words_about(alert, scope)(alert.reason),
        )


class AlertsOut(Schema):
    count: int
    items: list[AlertOut]


class AlertDeedOut(Schema):
    """What somebody was asked to do because of an alert, and how far it is."""

    kind: str
    to: str
    person: int | None
    state: str
    said: str
    link: str

    @staticmethod
    def of(deed: Deed) -> AlertDeedOut:
        made = deed.response
        return AlertDeedOut(
            kind=made.kind,
            to=made.to,
            person=made.person_id,
            state=deed.state,
            said=deed.said,
            link=made.link,
        )


class AlertEventOut(Schema):
    """What happened; ``response`` and ``to`` tell what was asked, and of whom, where it was."""

    what: str
    by: int
    at: datetime
    note: str
    response: str
    to: int | None

    @staticmethod
    def of(happened: Happened) -> AlertEventOut:
        event, made = happened.event, happened.response
        return AlertEventOut(
            what=event.what,
            by=event.by_id,
            at=event.at,
            note=happened.words,
            response="" if made is None else made.kind,
            to=None if made is None else made.person_id,
        )


class AlertOneOut(AlertOut):
    """An alert with what was seen when it opened, exactly as it was kept."""

    evidence: dict[str, object]
    deeds: list[AlertDeedOut]
    events: list[AlertEventOut]


class AlertWordsIn(Schema):
    words: Words


@router.get("", response=AlertsOut, summary="Alerts")
def list_alerts(
    request: PersonRequest,
    state: Shown = Shown.LIVE,
    rule: Annotated[str, Query(max_length=40)] = "",
    unit: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> AlertsOut:
    """Return the alerts that the asker may see, the newest first."""
    team = None if unit is None else unit_seen(unit, request.scope)
    found = alerts_shown(request.scope, state, key=rule, unit=team)
    items = [AlertOut.of(each, request.scope) for each in found[:limit]]
    return AlertsOut(count=found.count(), items=items)


@router.get("/{alert_id}", response=AlertOneOut, summary="An alert with its evidence and trail")
def one_alert(request: PersonRequest, alert_id: Id) -> AlertOneOut:
    """Return an alert with what each party did, as far as the asker may see it."""
    return _one(request, alert_id)


@router.post("/{alert_id}/acknowledge", response=AlertOneOut, summary="Acknowledge an alert")
def acknowledge_alert(request: PersonRequest, alert_id: Id) -> AlertOneOut:
    """Say that one has seen an alert."""
    actions.acknowledge(alert=alert_seen(alert_id, request.scope), by=request.person)
    return _one(request, alert_id)


@router.post("/{alert_id}/notes", response=AlertOneOut, summary="Add a note to an alert")
def note_alert(request: PersonRequest, alert_id: Id, given: AlertWordsIn) -> AlertOneOut:
    """Say something about an alert."""
    alert = alert_seen(alert_id, request.scope)
    actions.say(alert=alert, words=given.words, by=request.person)
    return _one(request, alert_id)


@router.post("/{alert_id}/close", response=AlertOneOut, summary="Close an alert")
def close_alert(request: PersonRequest, alert_id: Id, given: AlertWordsIn) -> AlertOneOut:
    """End an alert that has not recovered; ``words`` say why."""
    alert = alert_seen(alert_id, request.scope)
    require_may_end(alert, request.person)
    actions.close(alert=alert, reason=given.words, by=request.person)
    return _one(request, alert_id)


def _one(request: PersonRequest, alert_id: int) -> AlertOneOut:
    alert = alert_seen(alert_id, request.scope)
    view = alert_view(alert, person=request.person, scope=request.scope)
    return AlertOneOut(
        **AlertOut.of(alert, request.scope).dict(),
        evidence=alert.evidence,
        deeds=[AlertDeedOut.of(each) for each in view.deeds],
        events=[AlertEventOut.of(each) for each in view.trail],
    )
