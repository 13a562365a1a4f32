"""Making what a rule's responses become, for every alert that still lacks some.

Each response of an alert is made in a transaction of its own under an effect key, so
that it is there once, whoever dies or comes twice; what takes long, such as a summary,
is made before. Only the alert that speaks of a subject responds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from bihuan.base import clock
from bihuan.base.jobs import once
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant
from bihuan.rules.actions.happening import Happening, note, signalled
from bihuan.rules.actions.responding.asking import asked_to_freeze, proposed
from bihuan.rules.actions.responding.assigning import assigned, notified
from bihuan.rules.actions.responding.made import Made, Ready
from bihuan.rules.actions.responding.packing import handed
from bihuan.rules.domain.response import Response, ResponseKind
from bihuan.rules.models import SHOWN_WITH, Alert, ResponseMade
from bihuan.rules.queries.addressing import About, Addressing

Maker = Callable[[Alert, Response, Person, Person], Ready]
"""Gets a response to an alert ready for an addressee, in the name of the system."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One response that an alert still lacks."""

    alert: Alert
    place: int
    response: Response


MAKERS: Mapping[ResponseKind, Maker] = {
    ResponseKind.TASK: assigned,
    ResponseKind.NOTICE: notified,
    ResponseKind.PACK: handed,
    ResponseKind.PROPOSAL: proposed,
    ResponseKind.FREEZE: asked_to_freeze,
}


def respond(*, tenant: Tenant) -> int:
    """Make every response that live alerts lack; returns how many were made now."""
    robot, addressing = robot_of(tenant), Addressing(tenant)
    return sum(_made(job, addressing, robot) for job in _lacking(tenant))


def _lacking(tenant: Tenant) -> list[_Job]:
    speaking = Alert.objects.of(tenant.pk).live().filter(suppressed_by__isnull=True)
    alerts = speaking.select_related(*SHOWN_WITH).prefetch_related("responses")
    found = []
    for alert in alerts.order_by("opened_on", "pk"):
        made = {each.place for each in alert.responses.all()}
        for place, response in enumerate(alert.rule.responses):
            if place not in made:
                found.append(_Job(alert, place, response))
    return found


def _made(job: _Job, addressing: Addressing, robot: Person) -> int:
    alert, response = job.alert, job.response
    if response.kind is ResponseKind.FACT:
        return _kept(job, None, lambda: lambda: _signal(alert, robot))
    about = About(alert.responsible_id, alert.unit.path)
    people = addressing.find(response, about, _today(alert))
    if not people:
        return _kept(job, None, lambda: Made)
    make = MAKERS[response.kind]
    return sum(_kept(job, each, _maker(make, job, each, robot)) for each in people)


def _maker(make: Maker, job: _Job, to: Person, robot: Person) -> Callable[[], Ready]:
    return lambda: make(job.alert, job.response, to, robot)


def _signal(alert: Alert, robot: Person) -> Made:
    return Made(became=f"rules.signal:{alert.pk}", last=lambda: signalled(alert, by=robot))


def _kept(job: _Job, to: Person | None, get_ready: Callable[[], Ready]) -> int:
    """Make a response unless it is there, and keep what it became.

    Whatever waits for others, such as a summary, is done before the transaction begins.
    """
    alert, response = job.alert, job.response
    effect = f"rules/{alert.pk}/{job.place}/{to.pk if to is not None else '-'}"
    if ResponseMade.objects.filter(effect=effect).exists():
        return 0
    make = get_ready()
    with transaction.atomic():
        if not once(effect):
            return 0
        made = make() or Made()
        kept = ResponseMade.objects.create(
            alert=alert,
            place=job.place,
            kind=response.kind.value,
            to=response.to.value,
            person=to,
            became=made.became,
            link=made.link,
            seen=made.seen,
            effect=effect,
            made_at=clock.now(),
        )
        robot = robot_of(alert.tenant)
        on = _today(alert)
        note(alert, Happening.RESPONDED, on=on, by=robot, place=job.place, made=kept.pk)
        if made.last is not None:
            made.last()
    return 1


def _today(alert: Alert) -> date:
    return clock.today(alert.tenant.time_zone)
