"""Telling people something, noting that they read and did it, and reminding them.

Deeds of other packages call ``notify``, ``settle`` and ``lapse`` within their own
transaction; who may do such a deed, they have asked.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from bihuan.base import clock, journal
from bihuan.inbox.actions.delivering import deliver
from bihuan.inbox.domain.about import About, read_about
from bihuan.inbox.domain.letter import NOTICE, Letter
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.reminder import MOST, silent_since
from bihuan.inbox.domain.sentence import Sentence, params_as_data
from bihuan.inbox.models import Notice, NoticeQuerySet
from bihuan.kernel.errors import gettext_noop
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant

REMINDS = gettext_noop("Reminder: %(what)s")
SENDING = """
    INSERT INTO inbox_notice (
        tenant_id, person_id, kind, about, says, params, link, asks, due_on,
        made_by_id, made_at, reminder_count
    )
    SELECT
        tenant_id, id, %(kind)s, %(about)s, %(says)s, %(params)s::jsonb, %(link)s,
        %(asks)s::jsonb, %(due_on)s::date, %(by)s, %(now)s, 0
    FROM org_person
    WHERE tenant_id = %(tenant)s AND id = ANY(%(people)s) AND NOT is_robot
        AND (ended_on IS NULL OR ended_on > %(today)s)
    ORDER BY id
    ON CONFLICT (person_id, kind, about) DO NOTHING
    RETURNING person_id, id
"""
"""One statement for any number of people; sorted, so that two never wait for each other."""


@transaction.atomic
def notify(*, draft: NoticeDraft, people: Collection[int], by: Person) -> int:
    """Tell people of ``by``'s company something; returns how many were told now.

    Who was told already is not told again; who has left, or is of another
    company, is not told at all.
    """
    draft.sentence.said(str, "en")  # A parameter that is missing is found now, not by the reader.
    now = clock.now()
    given = {
        "kind": draft.kind,
        "about": str(draft.about),
        "says": draft.sentence.says,
        "params": json.dumps(params_as_data(draft.sentence)),
        "link": draft.link,
        "asks": None if draft.asks is None else json.dumps(draft.asks.as_data()),
        "due_on": draft.due_on,
        "by": by.pk,
        "now": now,
        "tenant": by.tenant_id,
        "people": sorted(set(people)),
        "today": clock.business_day(now, by.tenant.time_zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(SENDING, given)
        told = dict(cursor.fetchall())
    if told:
        told_of = str(draft.about)
        journal.record(by, "notice.sent", by.tenant, kind=draft.kind, about=told_of, to=len(told))
        deliver(letter=_letter(draft), to=told, tenant=by.tenant)
    return len(told)


def _letter(draft: NoticeDraft) -> Letter:
    return Letter(
        what=NOTICE,
        kind=draft.kind,
        about=draft.about,
        title=draft.sentence,
        link=draft.link,
        asks=draft.asks,
        due_on=draft.due_on,
        is_urgent=draft.is_urgent,
    )


@transaction.atomic
def read_notice(*, notice: Notice, by: Person) -> Notice:
    """Note that a person has read what they were told."""
    assert notice.person_id == by.pk, "nobody reads in the name of somebody else"
    unread = Notice.objects.visible_to(by).filter(pk=notice.pk).unread()
    unread.update(read_at=clock.now())
    notice.refresh_from_db()
    return notice


@transaction.atomic
def read_all(*, by: Person) -> int:
    """Note that a person has read everything they were told; returns how much was new."""
    unread: int = Notice.objects.visible_to(by).unread().update(read_at=clock.now())
    return unread


@transaction.atomic
def settle(*, about: About, person: Person) -> bool:
    """Note that a person has done what notices about a thing asked; returns whether any did."""
    now = clock.now()
    told = Notice.objects.about(person.tenant_id, about).filter(person=person).asking()
    settled = told.update(done_at=now)
    Notice.objects.about(person.tenant_id, about).filter(person=person).unread().update(read_at=now)
    if settled:
        journal.record(person, "notice.settled", person.tenant, about=str(about))
    return settled > 0


@transaction.atomic
def lapse(*, about: About, by: Person) -> int:
    """Note that what notices about a thing ask is no longer wanted; returns of how many.

    What has been done stays done. A revision that a later one replaces needs no receipt.
    """
    told = Notice.objects.about(by.tenant_id, about).asking()
    lapsed = told.update(lapsed_at=clock.now())
    if lapsed:
        journal.record(by, "notice.lapsed", by.tenant, about=str(about), count=lapsed)
    return lapsed


def remind_overdue(now: datetime, *, tenant_id: int | None = None) -> int:
    """Remind everybody of what is due and not done; returns how many notices were brought up.

    Of one company, or of all. Run as often as one likes: nobody is reminded twice
    of one thing on one day.
    """
    return sum(_remind(tenant, now) for tenant in companies(tenant_id))


def companies(tenant_id: int | None) -> QuerySet[Tenant]:
    """Return one company, or all where none is named."""
    tenants = Tenant.objects.order_by("pk")
    return tenants if tenant_id is None else tenants.filter(pk=tenant_id)


@transaction.atomic
def _remind(tenant: Tenant, now: datetime) -> int:
    today = clock.business_day(now, tenant.time_zone)
    due = Notice.objects.filter(
        Q(reminded_on__isnull=True) | Q(reminded_on__lte=silent_since(today)),
        Q(person__ended_on__isnull=True) | Q(person__ended_on__gt=today),
        tenant=tenant,
        due_on__lte=today,
        reminder_count__lt=MOST,
    ).asking()
    ours = list(due.order_by("pk").select_for_update().values_list("pk", flat=True))
    reminded = Notice.objects.filter(pk__in=ours).update(
        reminded_at=now, reminded_on=today, reminder_count=F("reminder_count") + 1
    )
    if reminded:
        journal.record(robot_of(tenant), "notice.reminded", tenant, count=reminded)
        _bring_again(tenant, Notice.objects.filter(pk__in=ours))
    return reminded


def _bring_again(tenant: Tenant, reminded: NoticeQuerySet) -> None:
    """Have reminders brought as their notices were, all of one thing together."""
    alike: dict[tuple[str, str, int], list[Notice]] = defaultdict(list)
    for each in reminded.order_by("pk"):
        alike[each.kind, each.about, each.reminder_count].append(each)
    for (kind, about, count), told in alike.items():
        first = told[0]
        letter = Letter(
            what=NOTICE,
            kind=kind,
            about=read_about(about),
            title=Sentence(REMINDS, {"what": first.sentence}),
            link=first.link,
            asks=first.deed,
            due_on=first.due_on,
        )
        deliver(
            letter=letter, to={each.person_id: each.pk for each in told}, tenant=tenant, round=count
        )
