"""How people wish to hear of things: what they said, else what their company says."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from bihuan.inbox.domain.letter import Topic
from bihuan.inbox.domain.wish import EVENING, NIGHT, How, Quiet, Wishes, read_choices
from bihuan.inbox.models import DeliveryWish
from bihuan.org.models import Person, Tenant


def wishes_of(tenant: Tenant, people: Collection[int]) -> dict[int, Wishes]:
    """Return the wishes of each of these people, from one statement."""
    kept = DeliveryWish.objects.filter(Q(person__isnull=True) | Q(person__in=people), tenant=tenant)
    said = {each.person_id: each for each in kept}
    company = said.get(None)
    usual = _wishes(company, None)
    return {
        person: _wishes(said[person], company) if person in said else usual for person in people
    }


def company_wishes(tenant: Tenant) -> Wishes:
    """Return how it is for whoever said nothing."""
    kept = DeliveryWish.objects.filter(tenant=tenant, person__isnull=True).first()
    return _wishes(kept, None)


def own_wish(person: Person) -> DeliveryWish | None:
    """Return what a person has said themselves."""
    return DeliveryWish.objects.filter(tenant_id=person.tenant_id, person=person).first()


def _wishes(own: DeliveryWish | None, company: DeliveryWish | None) -> Wishes:
    said = [each for each in (own, company) if each is not None]
    quiet = next(
        (
            Quiet(each.quiet_from, each.quiet_until)
            for each in said
            if each.quiet_from is not None and each.quiet_until is not None
        ),
        NIGHT,
    )
    choices: dict[tuple[str, Topic], How] = {}
    for each in reversed(said):
        choices |= read_choices(each.choices)
    return Wishes(
        quiet=quiet,
        digest_at=next((each.digest_at for each in said if each.digest_at is not None), EVENING),
        choices=choices,
    )
