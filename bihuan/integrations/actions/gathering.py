"""Reading what happened from ledger and journal, and writing down who is to be told of it.

Facts stand in the order in which they were committed and without gaps, and so do the blocks of
the journal. A webhook knows up to where it has read; what it is to be told of is written in the
transaction that moves this mark on. So nothing is missed whatever dies when, nothing is
written twice, and one that was off for a week goes on where it was. An event of the
journal waits until its entry is sealed, which is ten seconds at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from bihuan.base import clock
from bihuan.base.jobs import later
from bihuan.base.journal.block import ids_in
from bihuan.base.models import JournalBlock, JournalEntry
from bihuan.facts.models import Fact, Ledger
from bihuan.integrations.domain.webhook.attempt import State
from bihuan.integrations.domain.webhook.event import FROM_DEEDS, Event, of_deed, of_fact
from bihuan.integrations.models import Webhook, WebhookDelivery

TELL = "integrations.tell"
AT_ONCE = 500
BLOCKS_AT_ONCE = 10
BEHIND = """
    SELECT hook.id, hook.tenant_id FROM integrations_webhook hook
    WHERE hook.is_on AND hook.ended_at IS NULL AND (
        EXISTS (
            SELECT FROM facts_ledger WHERE tenant_id = hook.tenant_id AND last_seq > hook.read_seq
        ) OR EXISTS (
            SELECT FROM base_journalblock
            WHERE tenant_id = hook.tenant_id AND number > hook.read_block
        ) OR EXISTS (
            SELECT FROM integrations_webhookdelivery
            WHERE webhook_id = hook.id AND next_at <= %(now)s
                AND coalesce(hook.quiet_until <= %(now)s, true)
        )
    )
    ORDER BY hook.id
"""


def ask_to_tell() -> int:
    """Ask for a job for each webhook that has something to be told; returns for how many.

    Of each no more than one waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, {"now": clock.now()})
        behind = cursor.fetchall()
    for pk, tenant in behind:
        later(TELL, queueing_lock=f"webhook/{pk}", tenant=tenant, webhook=pk)
    return len(behind)


def gather(*, webhook_id: int) -> int:
    """Write down what a webhook is to be told of; returns how many events."""
    written = 0
    while (found := _gather_some(webhook_id)) is not None:
        written += found
    return written


@transaction.atomic
def _gather_some(webhook_id: int) -> int | None:
    """Read on a little; nothing where all is read, or somebody else is at it."""
    ours = Webhook.objects.filter(pk=webhook_id, is_on=True, ended_at__isnull=True)
    hook = ours.select_for_update(skip_locked=True).first()
    if hook is None:
        return None
    before = (hook.read_seq, hook.read_block)
    written = _write(hook, _facts_after(hook)) + _write(hook, _deeds_after(hook))
    if (hook.read_seq, hook.read_block) == before:
        return None
    hook.save(update_fields=["read_seq", "read_block"])
    return written


def _facts_after(hook: Webhook) -> list[Event]:
    """Return the events of the facts that come next, and move the mark.

    Facts of an import are not told one by one: that it landed is an event of its own.
    """
    head = Ledger.objects.filter(pk=hook.tenant_id).values_list("last_seq", flat=True).first() or 0
    span = Fact.objects.filter(tenant_id=hook.tenant_id, seq__gt=hook.read_seq, seq__lte=head)
    single = span.filter(batch__isnull=True).order_by("seq")
    rows = single.values_list("seq", "kind", "reverses__seq", "source_ref", "recorded_at")
    found = list(rows[:AT_ONCE])
    hook.read_seq = found[-1][0] if len(found) == AT_ONCE else max(head, hook.read_seq)
    return [
        of_fact(tenant_id=hook.tenant_id, seq=seq, kind=kind, reverses=reverses, ref=ref, at=at)
        for seq, kind, reverses, ref, at in found
    ]


def _deeds_after(hook: Webhook) -> Iterator[Event]:
    """Yield the events of the journal's blocks that come next, and move the mark."""
    blocks = JournalBlock.objects.filter(tenant_id=hook.tenant_id, number__gt=hook.read_block)
    ids: list[int] = []
    for number, entries in blocks.order_by("number").values_list("number", "entries")[
        :BLOCKS_AT_ONCE
    ]:
        ids += ids_in(entries)
        hook.read_block = number
    verbs = set(hook.kinds) & set(FROM_DEEDS)  # Facts are told of by the ledger alone.
    told = JournalEntry.objects.filter(pk__in=ids, verb__in=verbs).order_by("pk")
    for each in told.only("verb", "subject", "actor_id", "recorded_at"):
        yield of_deed(
            tenant_id=hook.tenant_id,
            entry=each.pk,
            verb=each.verb,
            subject=each.subject,
            by=each.actor_id,
            at=each.recorded_at,
        )


def _write(hook: Webhook, events: Iterable[Event]) -> int:
    now = clock.now()
    new = [
        WebhookDelivery(
            webhook=hook,
            stable_id=each.stable_id,
            kind=each.kind,
            content=dict(each.content),
            happened_at=each.at,
            made_at=now,
            state=State.WAITING.value,
            next_at=now,
        )
        for each in events
        if each.kind in hook.kinds
    ]
    WebhookDelivery.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
