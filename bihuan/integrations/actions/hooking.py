"""Setting up which other systems are told of what happens here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.base.journal.changes import Told
from bihuan.base.models import JournalBlock
from bihuan.base.outbound import allowed_by_settings
from bihuan.base.outbound.guard import require_fit
from bihuan.base.sealing import seal, unseal
from bihuan.facts.models import Ledger
from bihuan.integrations.domain.webhook.event import check_kinds
from bihuan.integrations.domain.webhook.signature import new_secret
from bihuan.integrations.models import Webhook
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.domain.text import fit
from bihuan.org.models import Person

PURPOSE = "integrations.webhook"
OVERLAP = timedelta(days=1)
"""How long events are signed with the former secret too: time to bring the new one to it."""
MOST_WEBHOOKS = 50
TOLD = ("name", "url", "is_on")


class TooManyWebhooks(Conflict):
    code = "integrations.too_many_webhooks"
    says = gettext_noop("There are %(most)s webhooks already; remove one first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDraft:
    """What is said of a webhook."""

    name: str
    url: str
    kinds: Iterable[str]
    is_on: bool = True


@transaction.atomic
def make_webhook(*, draft: WebhookDraft, by: Person) -> tuple[Webhook, str]:
    """Have another system told from now on; its secret is shown this once."""
    require_admin_of(by, by.tenant_id)
    ours = Webhook.objects.filter(tenant_id=by.tenant_id, ended_at__isnull=True)
    if ours.count() >= MOST_WEBHOOKS:
        raise TooManyWebhooks(most=MOST_WEBHOOKS)
    now, secret = clock.now(), new_secret()
    hook = Webhook(tenant=by.tenant, made_by=by, made_at=now, secret=seal(secret, purpose=PURPOSE))
    hook.read_seq, hook.read_block = _reached(by.tenant_id)
    _put(hook, draft, now)
    hook.save()
    journal.record(by, "webhook.made", hook, after=_told(hook))
    return hook, secret


@transaction.atomic
def change_webhook(*, webhook: Webhook, draft: WebhookDraft, by: Person) -> Webhook:
    """Change where and of what another system is told; switched on, it catches up."""
    require_admin_of(by, webhook.tenant_id)
    held = Webhook.objects.select_for_update().get(pk=webhook.pk)
    before, was_on = _told(held), held.is_on
    _put(held, draft, clock.now())
    if held.is_on and not was_on:
        held.failing_since = held.quiet_until = None
        held.was_switched_off = False
    held.save()
    journal.record(by, "webhook.changed", held, before=before, after=_told(held))
    return held


@transaction.atomic
def rotate_secret(*, webhook: Webhook, by: Person) -> tuple[Webhook, str]:
    """Give a webhook another secret; for a day events are signed with both."""
    require_admin_of(by, webhook.tenant_id)
    held = Webhook.objects.select_for_update().get(pk=webhook.pk)
    now, secret = clock.now(), new_secret()
    held.former_secret, held.former_until = held.secret, now + OVERLAP
    held.secret, held.changed_at = seal(secret, purpose=PURPOSE), now
    held.save(update_fields=["former_secret", "former_until", "secret", "changed_at"])
    journal.record(by, "webhook.secret_rotated", held)
    return held, secret


@transaction.atomic
def remove_webhook(*, webhook: Webhook, by: Person) -> Webhook:
    """Tell another system nothing more; its secrets are forgotten, what it was told stays."""
    require_admin_of(by, webhook.tenant_id)
    held = Webhook.objects.select_for_update().get(pk=webhook.pk)
    held.is_on, held.ended_at = False, clock.now()
    held.secret = held.former_secret = ""
    held.save(update_fields=["is_on", "ended_at", "secret", "former_secret"])
    journal.record(by, "webhook.removed", held)
    return held


def secrets_in_force(webhook: Webhook, now: datetime) -> list[str]:
    """Return with which secrets an event is signed now, the newest first."""
    kept = [webhook.secret]
    if webhook.former_until is not None and now < webhook.former_until:
        kept.append(webhook.former_secret)
    return [unseal(each, purpose=PURPOSE) for each in kept if each]


def _put(hook: Webhook, draft: WebhookDraft, now: datetime) -> None:
    url = draft.url.strip()
    require_fit(url, allowed_by_settings())
    hook.name, hook.url = fit(draft.name, limit=80), fit(url, limit=500)
    hook.kinds, hook.is_on, hook.changed_at = check_kinds(draft.kinds), draft.is_on, now


def _told(hook: Webhook) -> dict[str, Told]:
    return {**journal.told(hook, *TOLD), "kinds": " ".join(hook.kinds)}


def _reached(tenant_id: int) -> tuple[int, int]:
    """Return the last fact and the last block of the journal: what was before is not told."""
    seq = Ledger.objects.filter(pk=tenant_id).values_list("last_seq", flat=True).first()
    blocks = JournalBlock.objects.filter(tenant_id=tenant_id).order_by("-number")
    return seq or 0, blocks.values_list("number", flat=True).first() or 0
