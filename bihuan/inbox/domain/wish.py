"""Wish: how a person wants to hear of what, when not, and when of it all together.

What is urgent comes at once, at any hour. All else keeps quiet hours; what goes
with the digest waits for its hour. Quiet hours may go over midnight; begin and end
at the same minute mean none.

>>> from datetime import UTC, datetime
>>> night = Quiet(time(22), time(8))
>>> evening = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
>>> night.free_at(evening, "Asia/Shanghai").isoformat()
'2026-11-27T08:00:00+08:00'
>>> night.free_at(datetime(2026, 11, 26, 4, tzinfo=UTC), "Asia/Shanghai").isoformat()
'2026-11-26T04:00:00+00:00'
>>> wishes = Wishes(quiet=night, digest_at=time(17, 30), choices={("mail", Topic.NEWS): How.OFF})
>>> wishes.plan(channel="mail", topic=Topic.NEWS, is_urgent=True, now=evening, zone="UTC") is None
True
>>> state, due = wishes.plan(
...     channel="chat", topic=Topic.NEWS, is_urgent=False, now=evening, zone="Asia/Shanghai"
... )
>>> state.value, due.isoformat()
('digest', '2026-11-27T17:30:00+08:00')
>>> wishes.plan(channel="chat", topic=Topic.NEWS, is_urgent=True, now=evening, zone="UTC")[0]
<State.WAITING: 'waiting'>
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bihuan.inbox.domain.delivery import State
from bihuan.inbox.domain.letter import Topic


class How(StrEnum):
    AT_ONCE = "at_once"
    DIGEST = "digest"
    OFF = "off"


USUAL = {
    Topic.TASK: How.AT_ONCE,
    Topic.PROPOSAL: How.AT_ONCE,
    Topic.ASKING: How.AT_ONCE,
    Topic.NEWS: How.DIGEST,
}
"""How it is where neither a person nor their company has said anything."""

Choices = Mapping[tuple[str, Topic], How]
"""How to hear of a topic by a channel."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nobody is disturbed."""

    begins: time
    ends: time

    def free_at(self, now: datetime, zone: str) -> datetime:
        """Return the first instant from now on that is not in these hours."""
        wall = now.astimezone(ZoneInfo(zone))
        over = wall.time() >= self.ends
        if self.begins < self.ends:
            is_quiet = wall.time() >= self.begins and not over
        else:
            is_quiet = self.begins != self.ends and (wall.time() >= self.begins or not over)
        if not is_quiet:
            return now
        return _on_the_wall(wall + DAY if over else wall, self.ends)


NIGHT = Quiet(time(22), time(8))
EVENING = time(17, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """All that a person wishes, or, where they said nothing, their company."""

    quiet: Quiet = NIGHT
    digest_at: time = EVENING
    choices: Choices

    def how(self, channel: str, topic: Topic) -> How:
        return self.choices.get((channel, topic), USUAL[topic])

    def plan(
        self, *, channel: str, topic: Topic, is_urgent: bool, now: datetime, zone: str
    ) -> tuple[State, datetime] | None:
        """Return how a delivery begins and when it is due; nothing where it is not wished."""
        how = self.how(channel, topic)
        if how is How.OFF:
            return None
        if is_urgent:
            return State.WAITING, now
        if how is How.DIGEST:
            return State.DIGEST, next_at(self.digest_at, now=now, zone=zone)
        free = self.quiet.free_at(now, zone)
        return (State.WAITING if free == now else State.HELD), free


def next_at(hour: time, *, now: datetime, zone: str) -> datetime:
    """Return when the clock on the wall shows an hour next."""
    wall = now.astimezone(ZoneInfo(zone))
    return _on_the_wall(wall if wall.time() < hour else wall + DAY, hour)


def _on_the_wall(day: datetime, hour: time) -> datetime:
    return datetime.combine(day.date(), hour, tzinfo=day.tzinfo)


def read_choices(data: Mapping[str, str]) -> dict[tuple[str, Topic], How]:
    """Return the choices that were kept; what is not known any more counts as nothing said.

    >>> read_choices({"mail/news": "off", "mail/weather": "off", "mail/task": "sometimes"})
    {('mail', <Topic.NEWS: 'news'>): <How.OFF: 'off'>}
    """
    read = {}
    for key, how in data.items():
        channel, _slash, topic = key.rpartition("/")
        if topic in set(Topic) and how in set(How):
            read[(channel, Topic(topic))] = How(how)
    return read


def choices_as_data(choices: Choices) -> dict[str, str]:
    """Return choices in the form in which they are kept."""
    return {f"{channel}/{topic.value}": how.value for (channel, topic), how in choices.items()}
