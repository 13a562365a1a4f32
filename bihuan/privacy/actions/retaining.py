"""Saying how long a class is kept, and letting go of what is older."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from bihuan.base import clock, journal
from bihuan.base.append_only import redacting
from bihuan.base.models import KeptAnswer
from bihuan.org.actions import robot_of
from bihuan.org.models import OpenSession, Person, Tenant
from bihuan.privacy.access import require_may_decide
from bihuan.privacy.channels import Held, Shelf, shelves
from bihuan.privacy.domain.retention import Kept, before, check, may_be_set
from bihuan.privacy.models import RetentionPeriod, SensitiveRead
from bihuan.privacy.queries.retaining import held_in, periods_of

AT_ONCE = 500


@transaction.atomic
def set_periods(*, tenant: Tenant, days: Mapping[Kept, int | None], by: Person) -> list[Kept]:
    """Say for how many days classes are kept, ``None`` for ever; returns those that changed."""
    require_may_decide(by, tenant.pk)
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    held = periods_of(tenant)
    changed = [kept for kept, wanted in days.items() if wanted != held[kept]]
    for kept in changed:
        check(kept, days[kept])
        RetentionPeriod.objects.update_or_create(
            tenant=tenant,
            kept=kept.value,
            defaults={"days": days[kept], "set_by": by, "set_at": clock.now()},
        )
        was, now = {kept.value: held[kept]}, {kept.value: days[kept]}
        journal.record(by, "retention.set", tenant, before=was, after=now)
    return changed


def let_go_of_the_old(tenant: Tenant, now: datetime) -> dict[Kept, int]:
    """Let go of everything that is older than its period and not held; returns how much of what.

    In pieces, each with its entry in the journal: what stops it leaves the rest for the next night.
    """
    gone = {}
    for kept, days in periods_of(tenant).items():
        limit, shelf = before(days=days, now=now), shelves().get(kept)
        if limit is not None and shelf is not None:
            gone[kept] = 0
            while count := _let_go(tenant, kept, shelf, limit):
                gone[kept] += count
    return {kept: count for kept, count in gone.items() if count}


@transaction.atomic
def _let_go(tenant: Tenant, kept: Kept, shelf: Shelf, limit: datetime) -> int:
    # Holds are read anew for each piece: one that was placed meanwhile counts.
    rows = list(shelf.old(tenant, limit, held_in(tenant)).order_by("pk")[:AT_ONCE])
    if rows:
        robot = robot_of(tenant)
        shelf.let_go(rows, robot)
        if may_be_set(kept):
            until = f"{limit:%Y-%m-%d %H:%M}Z"
            journal.record(
                robot, "retention.ended", tenant, kept=kept.value, count=len(rows), until=until
            )
    return len(rows)


def _old_reads(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[SensitiveRead]:
    theirs = Q(by__in=held.people) | Q(subject__in=held.subjects, subject__isnull=False)
    return SensitiveRead.objects.filter(tenant=tenant, at__lt=limit).exclude(theirs)


def _end_reads(rows: Sequence[Model], by: Person) -> None:
    """Delete entries of the access log whose time is over: the table lets none go otherwise."""
    with redacting(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM privacy_sensitiveread WHERE id = ANY(%s)", [[row.pk for row in rows]]
        )


def _old_sessions(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[OpenSession]:
    """Return sessions that ended so long ago, of logins that belong to people of a company."""
    logins = Person.objects.filter(tenant=tenant, login__isnull=False).values("login_id")
    return OpenSession.objects.filter(login__in=logins, expire_date__lt=limit + timedelta(days=1))


def _end_sessions(rows: Sequence[Model], by: Person) -> None:
    OpenSession.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _old_answers(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[KeptAnswer]:
    people = Person.objects.filter(tenant=tenant).values("pk")
    return KeptAnswer.objects.filter(person__in=people, kept_at__lt=limit)


def _end_answers(rows: Sequence[Model], by: Person) -> None:
    KeptAnswer.objects.filter(pk__in=[row.pk for row in rows]).delete()


OWN = {
    Kept.ACCESS: Shelf(old=_old_reads, instant="at", let_go=_end_reads),
    Kept.SESSIONS: Shelf(old=_old_sessions, instant="expire_date", let_go=_end_sessions),
    Kept.ANSWERS: Shelf(old=_old_answers, instant="kept_at", let_go=_end_answers),
}
"""How the classes go that this package and those below it keep."""
