"""How jobs and schedules are shown."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.base.jobs.schedule import Every, Schedule
from bihuan.base.jobs.showing import STATE_LABELS

register = template.Library()

TAGS = {"failed": "tag-neg", "succeeded": "tag-pos", "doing": "tag-warn"}


@register.filter
def job_state(state: str) -> Promise | str:
    """Return what the state of a job is called."""
    return STATE_LABELS.get(state, state)


@register.filter
def job_state_tag(state: str) -> str:
    """Return the colour in which a state is shown."""
    return TAGS.get(state, "tag-quiet")


@register.filter
def counted_by_state(counts: Mapping[str, int]) -> str:
    """Write how many jobs of a queue are in each state."""
    return pgettext("between names", ", ").join(
        f"{label} {counts[state]}" for state, label in STATE_LABELS.items() if state in counts
    )


@register.filter
def when_it_falls(schedule: Schedule) -> str:
    """Write a schedule in words: every Wednesday at 14:00."""
    match schedule.every:
        case Every.DAY:
            text = _("every day at %(time)s")
        case Every.WEEK:
            text = _("every %(weekday)s at %(time)s")
        case Every.MONTH:
            text = _("on day %(day)s of every month at %(time)s")
    return text % {
        "time": f"{schedule.hour:02}:{schedule.minute:02}",
        "day": schedule.day,
        "weekday": WEEKDAYS[schedule.weekday - 1],
    }
