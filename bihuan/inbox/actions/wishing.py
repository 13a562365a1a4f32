"""Saying how one wants to hear of things, or how it is in the company for who says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from django.db import transaction

from bihuan.base import journal
from bihuan.inbox.domain.wish import Choices, Quiet, choices_as_data
from bihuan.inbox.models import DeliveryWish
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person, Tenant


@transaction.atomic
def set_own_wish(
    *, choices: Choices, quiet: Quiet | None, digest_at: time | None, by: Person
) -> DeliveryWish:
    """Keep how a person wants to hear of things; what is ``None`` is as in their company."""
    kept = _kept(by.tenant, by, choices, quiet, digest_at)
    journal.record(by, "delivery.wished", by)
    return kept


@transaction.atomic
def set_company_wish(
    *, tenant: Tenant, choices: Choices, quiet: Quiet, digest_at: time, by: Person
) -> DeliveryWish:
    """Keep how it is in a company for whoever says nothing."""
    require_admin_of(by, tenant.pk)
    kept = _kept(tenant, None, choices, quiet, digest_at)
    journal.record(by, "delivery.wished", tenant)
    return kept


def _kept(
    tenant: Tenant,
    person: Person | None,
    choices: Choices,
    quiet: Quiet | None,
    digest_at: time | None,
) -> DeliveryWish:
    values: Mapping[str, object] = {
        "quiet_from": None if quiet is None else quiet.begins,
        "quiet_until": None if quiet is None else quiet.ends,
        "digest_at": digest_at,
        "choices": choices_as_data(choices),
    }
    kept, _ = DeliveryWish.objects.update_or_create(tenant=tenant, person=person, defaults=values)
    return kept
