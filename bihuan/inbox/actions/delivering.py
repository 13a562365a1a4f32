"""Writing down what is to be brought to people, in the transaction of what it tells of.

Nothing is sent here. Either the thing is there and so are its deliveries, or neither is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction

from bihuan.base import clock
from bihuan.base.jobs import later
from bihuan.inbox.channels import IN_APP, open_channels
from bihuan.inbox.domain.delivery import State
from bihuan.inbox.domain.letter import Letter, order_key
from bihuan.inbox.domain.wish import Wishes
from bihuan.inbox.models import Delivery
from bihuan.inbox.queries.wishing import wishes_of
from bihuan.org.models import Tenant

SEND = "inbox.send"
LIVE = "bihuan_inbox"
"""The channel of the database on which open pages hear that somebody has news."""
AT_ONCE = 300
"""How many people are named in one call; a call holds 8,000 characters."""


@transaction.atomic
def deliver(*, letter: Letter, to: Mapping[int, int], tenant: Tenant, round: int = 0) -> int:
    """Have a thing brought to people as they wish; returns how many deliveries were written.

    ``to`` names for each person the id of the thing that is theirs. What was written
    before, for the same thing, channel and round, is not written again.
    """
    now = clock.now()
    new = [
        *_in_app(letter, to, tenant, now, round),
        *_elsewhere(letter, to, tenant, now, round),
    ]
    written = _written(new)
    _hurry(written, now)
    for due in sorted({each.next_at for each in written if each.next_at is not None}):
        later(SEND, at=None if due <= now else due, tenant=tenant.pk)
    call_open_pages([each.person_id for each in written if each.channel == IN_APP])
    return len(written)


def _in_app(
    letter: Letter, to: Mapping[int, int], tenant: Tenant, now: datetime, round: int
) -> Iterator[Delivery]:
    """Return the deliveries in the product: with the thing itself, they are there."""
    for person, thing in sorted(to.items()):
        delivery = _delivery(letter, person, thing, tenant, IN_APP)
        delivery.state, delivery.sent_at = State.SENT.value, now
        delivery.made_at, delivery.round = now, round
        yield delivery


def _elsewhere(
    letter: Letter, to: Mapping[int, int], tenant: Tenant, now: datetime, round: int
) -> Iterator[Delivery]:
    """Return the deliveries by every channel that reaches somebody who wishes it."""
    wishes: Mapping[int, Wishes] = {}
    for channel in open_channels(tenant):
        reached = channel.addresses(tenant, to.keys())
        wishes = wishes or wishes_of(tenant, to.keys())
        for person in sorted(reached):
            planned = wishes[person].plan(
                channel=channel.code,
                topic=letter.topic,
                is_urgent=letter.is_urgent,
                now=now,
                zone=tenant.time_zone,
            )
            if planned is None:
                continue
            delivery = _delivery(letter, person, to[person], tenant, channel.code)
            delivery.state, delivery.next_at = planned[0].value, planned[1]
            delivery.made_at, delivery.round = now, round
            yield delivery


def _delivery(letter: Letter, person: int, thing: int, tenant: Tenant, channel: str) -> Delivery:
    return Delivery(
        tenant=tenant,
        person_id=person,
        channel=channel,
        what=letter.what,
        what_id=thing,
        topic=letter.topic.value,
        stable_id=uuid4(),
        order_key=order_key(person=person, channel=channel, about=letter.about),
        content=letter.as_data(),
    )


def _written(new: list[Delivery]) -> list[Delivery]:
    """Write deliveries, and return those that were not there before."""
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    ours = Delivery.objects.filter(stable_id__in=[each.stable_id for each in new])
    return list(ours.only("person_id", "channel", "state", "next_at", "order_key", "tenant_id"))


def _hurry(written: Collection[Delivery], now: datetime) -> None:
    """Send at once what was put off about a thing of which something is sent at once.

    Else what came first would arrive last.
    """
    keys = [each.order_key for each in written if each.state == State.WAITING.value]
    put_off = Delivery.objects.filter(
        order_key__in=keys, state__in=[State.HELD.value, State.DIGEST.value]
    )
    ours = put_off.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)
    Delivery.objects.filter(pk__in=list(ours)).update(state=State.WAITING.value, next_at=now)


def call_open_pages(people: Collection[int]) -> None:
    """Tell the open pages of these people that something is new, once this is committed."""
    called = sorted(set(people))
    with connection.cursor() as cursor:
        for start in range(0, len(called), AT_ONCE):
            names = ",".join(map(str, called[start : start + AT_ONCE]))
            cursor.execute("SELECT pg_notify(%s, %s)", [LIVE, names])
