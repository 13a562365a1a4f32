"""What an operator does with deliveries that are given up, and what is noted when one is opened."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.base.jobs import later
from bihuan.inbox.actions.delivering import SEND
from bihuan.inbox.domain.delivery import State
from bihuan.inbox.domain.letter import NOTICE
from bihuan.inbox.models import Delivery, Notice
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person, Tenant

MENDABLE = (State.DEAD.value, State.FAILED.value)


class NotGivenUp(Conflict):
    code = "inbox.delivery_not_failed"
    says = gettext_noop("Only a delivery that failed can be tried again or discarded.")


class OvertakenAlready(Conflict):
    code = "inbox.delivery_overtaken"
    says = gettext_noop(
        "Something later about the same has reached this person: this one would come too late."
    )


@transaction.atomic
def retry_delivery(*, delivery: Delivery, by: Person) -> Delivery:
    """Have a delivery that failed sent again, with all its attempts before it."""
    require_admin_of(by, delivery.tenant_id)
    held = _held(delivery)
    if _is_overtaken(held):
        raise OvertakenAlready()
    _begin_anew(held)
    later(SEND, tenant=held.tenant_id)
    journal.record(by, "delivery.retried", held, channel=held.channel)
    return held


@transaction.atomic
def retry_all(*, tenant: Tenant, by: Person) -> int:
    """Have everything that was given up sent again, save what is overtaken; returns how many."""
    require_admin_of(by, tenant.pk)
    dead = Delivery.objects.filter(tenant=tenant, state=State.DEAD.value)
    count = 0
    for each in dead.order_by("pk").select_for_update():
        if not _is_overtaken(each):
            _begin_anew(each)
            count += 1
    if count:
        later(SEND, tenant=tenant.pk)
        journal.record(by, "delivery.all_retried", tenant, count=count)
    return count


@transaction.atomic
def discard_delivery(*, delivery: Delivery, by: Person) -> Delivery:
    """Give a delivery that failed up for good: what comes after it need not wait."""
    require_admin_of(by, delivery.tenant_id)
    held = _held(delivery)
    held.state, held.next_at = State.DISCARDED.value, None
    held.save(update_fields=["state", "next_at"])
    later(SEND, tenant=held.tenant_id)
    journal.record(by, "delivery.discarded", held, channel=held.channel)
    return held


def _held(delivery: Delivery) -> Delivery:
    """Return a delivery that failed, held against whoever sends it."""
    held = Delivery.objects.select_for_update(of=["self"]).get(pk=delivery.pk)
    if held.state not in MENDABLE:
        raise NotGivenUp()
    return held


def _is_overtaken(delivery: Delivery) -> bool:
    """Return whether one after it was sent; one that is being sent is waited for."""
    after = Delivery.objects.filter(order_key=delivery.order_key, pk__gt=delivery.pk)
    states = after.order_by("pk").select_for_update().values_list("state", flat=True)
    return State.SENT.value in set(states)


def _begin_anew(delivery: Delivery) -> None:
    delivery.state, delivery.attempts = State.WAITING.value, 0
    delivery.next_at = clock.now()
    delivery.save(update_fields=["state", "attempts", "next_at"])


@transaction.atomic
def open_delivery(*, delivery: Delivery, by: Person) -> Delivery:
    """Note that a person followed the link of what they were brought; a notice is read by it."""
    assert delivery.person_id == by.pk, "nobody opens in the name of somebody else"
    now = clock.now()
    Delivery.objects.filter(pk=delivery.pk, opened_at__isnull=True).update(opened_at=now)
    if delivery.what == NOTICE:
        Notice.objects.visible_to(by).filter(pk=delivery.what_id).unread().update(read_at=now)
    return delivery
