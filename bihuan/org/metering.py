"""Counting what programs and exports take, each in one statement, and refusing what is too much.

The counters lie in a table that every process shares. A request is counted before its operation
runs and on its own, so that one that is refused counts, and none waits for another to end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from bihuan.base import clock
from bihuan.base.meters import BY_PERSON, BY_TOKEN, COUNT, TAKE
from bihuan.base.wall import as_owner
from bihuan.org.domain.grant import token_digest
from bihuan.org.domain.usage import Allowance, ExportSpent, Stood, allowance_of
from bihuan.org.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a request used, of its token and of its person."""

    stood: tuple[Stood, ...]

    @property
    def is_over(self) -> bool:
        return any(each.is_over for each in self.stood)


@as_owner("whose token it is tells the company")
def count_by_token(secret: str, now: datetime) -> Counted | None:
    """Count a request that came with a token; nothing where there is no such token."""
    return _count(BY_TOKEN, now, digest=token_digest(secret))


def count_by_person(person: Person, now: datetime) -> Counted | None:
    """Count a request that came from a page of a person who is signed in."""
    allowance = json.dumps(person.tenant.allowance)
    return _count(BY_PERSON, now, person=person.pk, allowance=allowance)


def _count(who: str, now: datetime, **asked: str | int) -> Counted | None:
    minute = now.replace(second=0, microsecond=0)
    told: dict[str, str | int | datetime] = {
        **asked,
        "minute": minute,
        "hour": minute.replace(minute=0),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(who=who), told)
        rows = cursor.fetchall()
    if not rows:
        return None
    allowed = allowance_of(json.loads(rows[0][3]))
    minutes = {token is not None: count for token, meter, count, _ in rows if meter == "minute"}
    stood = [Stood(name="person", used=minutes[False], most=allowed.person_a_minute)]
    if True in minutes:
        by_token = Stood(name="token", used=minutes[True], most=allowed.token_a_minute)
        stood.insert(0, by_token)
    return Counted(stood=tuple(stood))


@transaction.atomic
def take(*, person: Person, rows: int) -> None:
    """Count a file and its rows to what a person took today, or refuse the file."""
    allowed: Allowance = allowance_of(person.tenant.allowance)
    zone = person.tenant.time_zone
    now = clock.now()
    today = clock.business_day(now, zone)
    told: dict[str, str | int | datetime] = {
        "person": person.pk,
        "day": clock.instant_of(today, zone),
        "files": allowed.files_a_day,
        "rows": allowed.rows_a_day,
        "taken": rows,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, told)
        counted = len(cursor.fetchall())
    if counted < 2:
        transaction.set_rollback(True)
        refusal = ExportSpent(files=allowed.files_a_day, rows=allowed.rows_a_day)
        tomorrow = clock.instant_of(today + timedelta(days=1), zone)
        refusal.retry_after = -((now - tomorrow) // timedelta(seconds=1))  # Rounded up.
        raise refusal
