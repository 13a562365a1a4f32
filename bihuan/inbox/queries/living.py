"""What an open page hears of: what came since it last heard, and how much waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.inbox.channels import IN_APP
from bihuan.inbox.models import Delivery
from bihuan.inbox.queries.saying import told
from bihuan.org.models import Person

MOST_NEWS = 5
"""More at once nobody reads: the bell says how many there are."""
OVERLAP = timedelta(minutes=1)
"""A slower transaction may commit a lower number later; a page knows what it has shown."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that came in: its number, what it says and where it leads."""

    id: int
    text: str
    link: str


def newest(person: Person) -> int:
    """Return the number of the newest that a person was told; nothing told is zero."""
    return Delivery.objects.of_person(person).values_list("pk", flat=True).first() or 0


def news_since(person: Person, last: int, now: datetime) -> list[News]:
    """Return what came in since a number, or within the last minute, the newest few in order."""
    brought = Delivery.objects.of_person(person).filter(channel=IN_APP)
    late = brought.filter(pk__lte=last, pk__gt=last - 1000, made_at__gte=now - OVERLAP)
    rows = [*brought.filter(pk__gt=last)[:MOST_NEWS], *late[:MOST_NEWS]]
    rows.sort(key=lambda each: each.pk)
    return [News(each.pk, told(each.letter.title), each.letter.link) for each in rows[-MOST_NEWS:]]
