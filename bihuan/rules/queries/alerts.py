"""What is shown of alerts: the list, the teams beside each other, and one with its trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from statistics import median_low

from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.inbox.access import words_to
from bihuan.inbox.domain.evidence import Line
from bihuan.inbox.domain.task import TaskState
from bihuan.inbox.models import OUTCOME_LABELS, TASK_STATE_LABELS, Task
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit
from bihuan.playbooks.models import HandedOut
from bihuan.rules.access import may_end, words_about
from bihuan.rules.domain.alert import State, closure_rate
from bihuan.rules.models import SHOWN_WITH, Alert, AlertEvent, AlertQuerySet, ResponseMade
from bihuan.rules.queries.saying import evidence_lines

PAGE_SIZE = 50
RESPONDED = "responded"
PRIVATE = ("noted", "acted", RESPONDED)
"""What only those who lead see of what others did."""


class Shown(StrEnum):
    """Which alerts a list shows."""

    LIVE = "live"
    OPEN = State.OPEN.value
    ACKNOWLEDGED = State.ACKNOWLEDGED.value
    ACTED = State.ACTED.value
    RECOVERED = State.RECOVERED.value
    CLOSED = State.CLOSED.value
    ALL = "all"


def alerts_shown(
    scope: Scope, shown: Shown = Shown.LIVE, *, key: str = "", unit: Unit | None = None
) -> AlertQuerySet:
    """Return the alerts that a person may see, the newest first."""
    found = Alert.objects.visible_to(scope)
    if shown is Shown.LIVE:
        found = found.live()
    elif shown is not Shown.ALL:
        found = found.filter(state=shown.value)
    if key:
        found = found.filter(key=key)
    if unit is not None:
        found = found.filter(unit__path__startswith=unit.path)
    return found.select_related(*SHOWN_WITH, "suppressed_by")


def open_alerts(scope: Scope, *, most: int | None = None) -> list[Alert]:
    """Return the alerts that speak and have not ended, the most urgent first.

    Those nobody has looked at come first, then the rule with the highest priority.
    """
    found = alerts_shown(scope).filter(suppressed_by__isnull=True)
    order = {State.OPEN.value: 0, State.ACKNOWLEDGED.value: 1, State.ACTED.value: 2}
    ordered = sorted(
        found, key=lambda a: (order[a.state], -a.rule.priority, -a.opened_on.toordinal(), a.pk)
    )
    return ordered[:most]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """How a unit deals with the alerts of its people."""

    unit: Unit
    live: int
    waiting: int
    """Of those, how many nobody has acted on."""
    ended: int
    acted: int
    recovered: int
    median_days: int | None
    """After how many days half of those that were acted on had ended."""

    @property
    def rate(self) -> Decimal | None:
        return closure_rate(ended=self.ended, acted=self.acted)


def team_lines(scope: Scope, *, key: str = "", since: date | None = None) -> list[TeamLine]:
    """Return the units that had alerts, those with the most that wait first."""
    found = alerts_shown(scope, Shown.ALL, key=key).filter(suppressed_by__isnull=True)
    if since is not None:
        found = found.filter(opened_on__gte=since)
    by_unit: dict[int, list[Alert]] = defaultdict(list)
    units: dict[int, Unit] = {}
    for alert in found.defer("evidence", "definition"):
        by_unit[alert.unit_id].append(alert)
        units[alert.unit_id] = alert.unit
    lines = [_team(units[pk], alerts) for pk, alerts in by_unit.items()]
    return sorted(lines, key=lambda line: (-line.waiting, -line.live, line.unit.path))


def _team(unit: Unit, alerts: Sequence[Alert]) -> TeamLine:
    live = [each for each in alerts if each.is_live]
    ended = [each for each in alerts if not each.is_live]
    acted = [each for each in ended if each.acted_at is not None]
    days = [(each.ended_on - each.opened_on).days for each in acted if each.ended_on]
    return TeamLine(
        unit=unit,
        live=len(live),
        waiting=sum(each.acted_at is None for each in live),
        ended=len(ended),
        acted=len(acted),
        recovered=sum(each.state == State.RECOVERED.value for each in ended),
        median_days=median_low(days) if days else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What an addressee did with a response."""

    response: ResponseMade
    state: str
    """``waiting``, ``done``, ``lapsed`` or ``nobody``."""
    words: str = ""
    said: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to an alert, and the response that it tells of."""

    event: AlertEvent
    response: ResponseMade | None = None
    words: str = ""
    """What was noted, as its reader is shown it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """An alert as a person may see it."""

    alert: Alert
    lines: Sequence[Line]
    deeds: Sequence[Deed]
    events: Sequence[AlertEvent]
    trail: Sequence[Happened]
    suppressed: Sequence[Alert]
    may_end: bool
    leads: bool
    has_acknowledged: bool
    reason: str
    """Why it was closed, as its reader is shown it."""


def alert_view(alert: Alert, *, person: Person, scope: Scope) -> AlertView:
    """Return an alert with what each party did, as far as a person may see it."""
    leads = scope.whole_tenant or scope.covers_as_manager(alert.unit.path)
    made = alert.responses.select_related("person")
    events = AlertEvent.objects.filter(alert=alert).select_related("by")
    if not leads:
        made = made.filter(person=person)
        events = events.exclude(what__in=PRIVATE)
    suppressed = Alert.objects.visible_to(scope).filter(suppressed_by=alert)
    said = AlertEvent.objects.filter(alert=alert, what="acknowledged", by=person)
    deeds, happened, read = deeds_of(made, scope), list(events), words_about(alert, scope)
    return AlertView(
        alert=alert,
        lines=evidence_lines(alert),
        deeds=deeds,
        events=happened,
        trail=_trail(happened, [deed.response for deed in deeds], read),
        suppressed=list(suppressed.select_related(*SHOWN_WITH)),
        may_end=alert.is_live and may_end(alert, person),
        leads=leads,
        has_acknowledged=said.exists(),
        reason=read(alert.reason),
    )


def _trail(
    events: Sequence[AlertEvent], made: Sequence[ResponseMade], read: Callable[[str], str]
) -> list[Happened]:
    """Return what happened, with the response that was made where one was.

    Where it was not written down which, those of a place of the rule come in their order.
    """
    known = {each.pk: each for each in made}
    waiting: dict[object, list[ResponseMade]] = defaultdict(list)
    for each in made:
        waiting[each.place].append(each)
    found = []
    for event in events:
        response = None
        if event.what == RESPONDED:
            of_place = waiting[event.params.get("place")]
            first = of_place.pop(0) if of_place else None
            response = known.get(event.params.get("made", 0), first)
        found.append(Happened(event, response, read(event.note)))
    return found


def deeds_of(made: Iterable[ResponseMade], scope: Scope) -> list[Deed]:
    """Return what became of responses, in few questions however many there are."""
    responses = list(made)
    tasks = Task.objects.select_related("tenant", "unit").in_bulk(_ids(responses, "inbox.task"))
    packs = HandedOut.objects.prefetch_related("items").in_bulk(_ids(responses, "playbooks.pack"))
    return [_deed(each, tasks, packs, scope) for each in responses]


def _ids(made: Iterable[ResponseMade], kind: str) -> list[int]:
    return [int(each.became.partition(":")[2]) for each in made if each.became.startswith(kind)]


def _deed(
    response: ResponseMade, tasks: dict[int, Task], packs: dict[int, HandedOut], scope: Scope
) -> Deed:
    kind, _, number = response.became.partition(":")
    if not response.became:
        return Deed(response=response, state="nobody")
    if kind == "inbox.task" and int(number) in tasks:
        return _of_task(response, tasks[int(number)], scope)
    if kind == "playbooks.pack" and int(number) in packs:
        return _of_pack(response, packs[int(number)])
    return Deed(response=response, state="made")


def _of_task(response: ResponseMade, task: Task, scope: Scope) -> Deed:
    states = {TaskState.DONE.value: "done", TaskState.LAPSED.value: "lapsed"}
    words = OUTCOME_LABELS[task.outcome] if task.outcome else TASK_STATE_LABELS[task.state]
    return Deed(
        response=response,
        state=states.get(task.state, "waiting"),
        words=str(words),
        said=words_to(task, scope)(task.result),
        on=_day(task),
    )


def _day(task: Task) -> date | None:
    if task.closed_at is None:
        return None
    return clock.business_day(task.closed_at, task.tenant.time_zone)


def _of_pack(response: ResponseMade, pack: HandedOut) -> Deed:
    items = list(pack.items.all())
    used = [each for each in items if each.used_at is not None]
    opened = [each for each in items if each.opened_at is not None]
    state = "done" if used else "waiting"
    words = _("%(all)s plays: %(opened)s read, %(used)s used") % {
        "all": len(items),
        "opened": len(opened),
        "used": len(used),
    }
    return Deed(response=response, state=state, words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How alerts ended whose response was made use of, and how those did where it was not."""

    place: int
    kind: str
    to: str
    made: int
    done: int
    done_ended: int
    done_recovered: int
    other_ended: int
    other_recovered: int

    @property
    def done_ratio(self) -> Decimal | None:
        return closure_rate(ended=self.done_ended, acted=self.done_recovered)

    @property
    def other_ratio(self) -> Decimal | None:
        return closure_rate(ended=self.other_ended, acted=self.other_recovered)


def outcomes_of(tenant: Tenant, scope: Scope, key: str) -> list[Outcome]:
    """Return for each response of a rule how the alerts ended, with it used and without."""
    alerts = Alert.objects.visible_to(scope).filter(tenant=tenant, key=key)
    made = ResponseMade.objects.filter(alert__in=alerts).exclude(became="").select_related("alert")
    groups: dict[tuple[int, str, str], list[Deed]] = defaultdict(list)
    for deed in deeds_of(made, scope):
        response = deed.response
        groups[response.place, response.kind, response.to].append(deed)
    return [_outcome(place, deeds) for place, deeds in sorted(groups.items())]


def _outcome(place: tuple[int, str, str], deeds: Sequence[Deed]) -> Outcome:
    done = [each.response.alert for each in deeds if each.state == "done"]
    other = [each.response.alert for each in deeds if each.state != "done"]
    return Outcome(
        place=place[0],
        kind=place[1],
        to=place[2],
        made=len(deeds),
        done=len(done),
        done_ended=sum(not each.is_live for each in done),
        done_recovered=sum(each.state == State.RECOVERED.value for each in done),
        other_ended=sum(not each.is_live for each in other),
        other_recovered=sum(each.state == State.RECOVERED.value for each in other),
    )
