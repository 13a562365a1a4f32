"""Sending what is due, each with its row held, and writing down what came of it.

A row is locked, sent and confirmed in one transaction. Whoever dies in between
lets the row go as it was: it is sent again under the same id. Whoever is paused
keeps it, and nobody else sends it. Of deliveries about one thing to one person,
none is taken while one before it is not over.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Min

from bihuan.base import clock
from bihuan.base.jobs import later, waiting
from bihuan.inbox.access import has_left
from bihuan.inbox.actions.delivering import SEND
from bihuan.inbox.channels import Later, Refused, Sent, SlowDown, channel_of, thing_of
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.delivery import OPEN, State, after_fault
from bihuan.inbox.domain.letter import DIGEST, Letter, order_key
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.models import Delivery, DeliveryQuerySet
from bihuan.inbox.queries.writing import message_of
from bihuan.kernel.errors import DomainError, gettext_noop

logger = logging.getLogger(__name__)

FAULT_LENGTH = 500
AT_ONCE = 50
MOST_LINES = 50
"""A digest names so many things; how many more there are, it says."""


class Unreachable(Refused):
    code = "inbox.unreachable"
    says = gettext_noop("This person cannot be reached by this channel any more.")


class SettledMeanwhile(Refused):
    code = "inbox.settled_meanwhile"
    says = gettext_noop("Read or done in the product before it was sent.")


class SendingBroke(Later):
    code = "inbox.sending_broke"
    says = gettext_noop("Sending broke off with an error of the program: %(fault)s")


def send_due(*, tenant_id: int) -> int:
    """Send everything that is due in a company, digests too; returns how many were sent.

    Any number may do it at once. What stays open has itself sent when its time comes.
    """
    gather_digests(tenant_id=tenant_id, now=clock.now())
    sent = 0
    while states := [_send_one(pk) for pk in _candidates(tenant_id)]:
        sent += states.count(State.SENT)
        if not any(states):  # Others are at all of them.
            break
    _ask_for_the_rest(tenant_id)
    return sent


def _candidates(tenant_id: int) -> list[int]:
    """Return some that are due and have nothing before them; whether still, a lock will tell.

    They are looked for together, because looking costs more than sending. Others look at
    the same time; what they hold is passed over.
    """
    due = Delivery.objects.filter(tenant_id=tenant_id, next_at__lte=clock.now()).in_turn()
    return list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def _send_one(pk: int) -> State | None:
    """Send one delivery and return how it stands now; nothing where somebody else has it."""
    try:
        with transaction.atomic():
            delivery = _taken(pk)
            return None if delivery is None else _send(delivery)
    except _Broken as broken:
        _note_break(broken)
        raise broken.fault from broken


class _Broken(Exception):
    """A fault nobody foresaw, and at which delivery."""

    def __init__(self, pk: int, fault: BaseException) -> None:
        super().__init__(pk)
        self.pk, self.fault = pk, fault


def _taken(pk: int) -> Delivery | None:
    """Return a delivery that is due, held against everybody else, unless somebody has it."""
    due = Delivery.objects.filter(pk=pk, next_at__lte=clock.now()).in_turn()
    # The person and their login are read apart: a lock on a join would hold them too.
    for found in due.select_for_update(of=["self"], skip_locked=True).values_list("pk", flat=True):
        return Delivery.objects.select_related("tenant", "person__login").get(pk=found)
    return None


def _send(delivery: Delivery) -> State:
    try:
        receipt = _handed_over(delivery).receipt
    except Refused as refusal:
        return _fail(delivery, refusal, is_final=True)
    except SlowDown as refusal:
        return _slow_down(delivery, refusal)
    except Later as refusal:
        return _fail(delivery, refusal, is_final=False)
    except BaseException as fault:
        raise _Broken(delivery.pk, fault) from fault
    delivery.state, delivery.sent_at, delivery.next_at = State.SENT.value, clock.now(), None
    delivery.attempts += 1
    delivery.receipt = receipt[:200]
    delivery.fault_code = delivery.fault = ""
    delivery.fault_params = {}
    delivery.save()
    return State.SENT


def _handed_over(delivery: Delivery) -> Sent:
    """Hand a delivery to its channel, unless it came to nothing meanwhile."""
    channel = channel_of(delivery.channel)
    today = clock.today(delivery.tenant.time_zone)
    if channel is None or has_left(delivery.person, today):
        raise Unreachable()
    if delivery.state == State.HELD.value and settled(delivery.what, [delivery.what_id]):
        raise SettledMeanwhile()
    addresses = channel.addresses(delivery.tenant, [delivery.person_id])
    address = addresses.get(delivery.person_id)
    if not channel.is_open(delivery.tenant) or address is None:
        raise Unreachable()
    return channel.send(message_of(delivery, to=address))


def settled(what: str, ids: Sequence[int]) -> Collection[int]:
    """Return which of these things need not be brought any more."""
    thing = thing_of(what)
    return () if thing is None else thing.settled(ids)


def _fail(delivery: Delivery, refusal: DomainError, *, is_final: bool) -> State:
    delivery.attempts += 1
    state = after_fault(attempts=delivery.attempts, is_final=is_final)
    if isinstance(refusal, SettledMeanwhile):
        state = State.DISCARDED
    wait = timedelta(seconds=waiting.wait(delivery.attempts - 1))
    delivery.state = state.value
    delivery.next_at = clock.now() + wait if state in OPEN else None
    _put_fault(delivery, refusal)
    delivery.save()
    return state


def _put_fault(delivery: Delivery, refusal: DomainError) -> None:
    """Keep why it failed, so that it can be said in any language."""
    delivery.fault_code, delivery.fault = refusal.code, refusal.says
    delivery.fault_params = {
        name: value if isinstance(value, int) else str(value).replace("\0", "")[:FAULT_LENGTH]
        for name, value in refusal.params.items()
    }


def _slow_down(delivery: Delivery, refusal: SlowDown) -> State:
    """Leave the whole channel alone for a while; nobody else's hold is waited for."""
    until = clock.now() + timedelta(seconds=refusal.seconds)
    _put_fault(delivery, refusal)
    delivery.next_at = until
    delivery.save()
    rest = Delivery.objects.filter(
        tenant_id=delivery.tenant_id, channel=delivery.channel, next_at__lt=until
    )
    free = rest.not_over().order_by("pk").select_for_update(skip_locked=True)
    ours = list(free.values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=ours).update(next_at=until)
    return State(delivery.state)


@transaction.atomic
def _note_break(broken: _Broken) -> None:
    """Put off what broke its sender: it must not hold up all the others for ever."""
    held = Delivery.objects.select_for_update().filter(pk=broken.pk).not_over()
    for delivery in held:
        fault = SendingBroke(fault=f"{type(broken.fault).__name__}: {broken.fault}")
        _fail(delivery, fault, is_final=False)


def _ask_for_the_rest(tenant_id: int) -> None:
    """Ask to be run again when the next that is open falls due, once for each second."""
    rest = Delivery.objects.filter(tenant_id=tenant_id, next_at__gt=clock.now()).not_over()
    due = rest.aggregate(first=Min("next_at"))["first"]
    if due is not None:
        due = due.replace(microsecond=0) + timedelta(seconds=1)
        lock = f"{SEND}/{tenant_id}/{int(due.timestamp())}"
        later(SEND, at=due, queueing_lock=lock, tenant=tenant_id)


@transaction.atomic
def gather_digests(*, tenant_id: int, now: datetime) -> int:
    """Put what waits for a digest together, one for each person and channel."""
    due = Delivery.objects.filter(
        tenant_id=tenant_id, state=State.DIGEST.value, next_at__lte=now
    ).select_related("tenant", "person")
    held = due.select_for_update(of=["self"], skip_locked=True).order_by("pk")
    waiting_ones: dict[tuple[int, str], list[Delivery]] = defaultdict(list)
    for each in _without_settled(held, now):
        waiting_ones[each.person_id, each.channel].append(each)
    for parts in waiting_ones.values():
        _gather(parts, now)
    return len(waiting_ones)


def _without_settled(held: DeliveryQuerySet, now: datetime) -> list[Delivery]:
    """Return those that are still news, and discard the others."""
    rows = list(held)
    by_sort: dict[str, list[int]] = defaultdict(list)
    for each in rows:
        by_sort[each.what].append(each.what_id)
    over = {(what, pk) for what, ids in by_sort.items() for pk in settled(what, ids)}
    for each in rows:
        if (each.what, each.what_id) in over:
            each.state, each.next_at = State.DISCARDED.value, None
            _put_fault(each, SettledMeanwhile())
            each.save()
    return [each for each in rows if each.state == State.DIGEST.value]


def _gather(parts: Sequence[Delivery], now: datetime) -> None:
    """Make the digest of these deliveries, which then is sent like any other."""
    first = parts[0]
    about = About("inbox.digest", first.pk)
    letter = Letter(
        what=DIGEST,
        kind="inbox.digest",
        about=about,
        title=Sentence(gettext_noop("%(count)s new entries in your inbox"), {"count": len(parts)}),
        link="/inbox/notices/",
        lines=tuple(each.letter.title for each in parts[:MOST_LINES]),
    )
    digest = Delivery.objects.create(
        tenant=first.tenant,
        person=first.person,
        channel=first.channel,
        what=letter.what,
        what_id=first.pk,
        topic=letter.topic.value,
        stable_id=uuid4(),
        order_key=order_key(person=first.person_id, channel=first.channel, about=about),
        content=letter.as_data(),
        state=State.WAITING.value,
        next_at=now,
        made_at=now,
    )
    ours = Delivery.objects.filter(pk__in=[each.pk for each in parts])
    ours.update(state=State.DIGESTED.value, digest=digest, next_at=None)
