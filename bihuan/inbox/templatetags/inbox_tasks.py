"""Says what happens to tasks in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django import template
from django.forms import BoundField, RadioSelect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bihuan.inbox.domain.escalation import Deed, Ladder
from bihuan.inbox.domain.evidence import Line
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.domain.task import Happened, Outcome
from bihuan.inbox.models import (
    COUNTING_LABELS,
    DEED_LABELS,
    OUTCOME_LABELS,
    TASK_STATE_LABELS,
    Task,
    TaskEvent,
)
from bihuan.inbox.queries.saying import said
from bihuan.inbox.uses import task_kind
from bihuan.org.models import Person

register = template.Library()

OUTCOME_TONES = {
    Outcome.DONE.value: "tag-pos",
    Outcome.PARTLY.value: "tag-warn",
    Outcome.NOT_POSSIBLE.value: "tag-neg",
}


@register.filter
def task_kind_name(task: Task) -> Promise:
    return task_kind(task.kind).name


@register.filter
def task_state_name(task: Task) -> Promise:
    """Write in which state a task is, or what came of it."""
    return OUTCOME_LABELS[task.outcome] if task.outcome else TASK_STATE_LABELS[task.state]


@register.filter
def task_state_tone(task: Task) -> str:
    """Return the class that colours a state; the words beside it say it too."""
    return OUTCOME_TONES.get(task.outcome, "tag-quiet")


@register.filter
def is_overdue(task: Task, today: date) -> bool:
    return task.is_overdue(today)


@register.filter
def is_asleep(task: Task, today: date) -> bool:
    return task.is_asleep(today)


@register.filter
def outcome_name(event: TaskEvent) -> Promise:
    return OUTCOME_LABELS[event.deed]


@register.filter
def is_radio(field: BoundField) -> bool:
    """Return whether a field is a choice among a few, all of which are seen."""
    return isinstance(field.field.widget, RadioSelect)


@register.filter
def deed_name(deed: str) -> Promise:
    return DEED_LABELS[deed]


@register.filter
def counting_name(ladder: Ladder) -> Promise:
    return COUNTING_LABELS[ladder.counting.value]


@register.filter
def person_name(person: Person | None) -> str:
    """Write a person's name; the system itself is called so."""
    if person is None:
        return "–"
    return _("System") if person.is_robot else person.name


@register.filter
def line_name(line: Line) -> str:
    return said(line.name)


@register.filter
def words_of(line: Line) -> str:
    """Write what was seen where it is words; nothing where it is a figure or a day."""
    return said(line.value) if isinstance(line.value, Sentence) else ""


@register.filter
def day_of(line: Line) -> date | None:
    return line.value if isinstance(line.value, date) else None


@register.filter
def event_words(event: TaskEvent) -> str:
    """Write what happened to a task."""
    names = {
        "who": person_name(event.by),
        "owner": person_name(event.owner),
        "to": person_name(event.person),
        "number": event.number,
        "file": event.text,
    }
    return _template(event) % names


def _template(event: TaskEvent) -> str:
    if event.what == Happened.ESCALATED.value:
        return _step(event)
    if event.what == Happened.HANDED_OVER.value and event.by.is_robot:
        return _("It went from %(owner)s, who has left, to %(to)s")
    if event.what == Happened.LAPSED.value and event.by.is_robot:
        return _("No longer needed: what it was about has passed")
    return WORDS[event.what]()


def _step(event: TaskEvent) -> str:
    if event.deed == Deed.REMIND.value:
        return _("Step %(number)s: %(owner)s was reminded")
    if event.person is None:
        return _("Step %(number)s: nobody stands above %(owner)s")
    if event.deed == Deed.COPY.value:
        return _("Step %(number)s: %(to)s was told")
    return _("Step %(number)s: it went from %(owner)s to %(to)s")


WORDS: dict[str, Callable[[], str]] = {
    Happened.MADE.value: lambda: _("%(who)s gave it to %(owner)s"),
    Happened.FILED.value: lambda: _("%(who)s added the file %(file)s"),
    Happened.CHECKED.value: lambda: _("%(who)s ticked off point %(number)s"),
    Happened.UNCHECKED.value: lambda: _("%(who)s took the tick from point %(number)s"),
    Happened.SNOOZED.value: lambda: _("%(who)s put it off"),
    Happened.WOKEN.value: lambda: _("%(who)s took it up again"),
    Happened.HANDED_OVER.value: lambda: _("%(who)s handed it from %(owner)s to %(to)s"),
    Happened.DONE.value: lambda: _("%(who)s finished it"),
    Happened.REOPENED.value: lambda: _("%(who)s took it up again after it was done"),
    Happened.LAPSED.value: lambda: _("%(who)s called it off"),
}
