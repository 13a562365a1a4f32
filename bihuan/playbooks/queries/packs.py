"""Packs that people were handed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person
from bihuan.playbooks.models import HandedItem, HandedOut, HandedOutQuerySet
from bihuan.playbooks.uses import Cause, cause_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """A pack in a list: how many plays it has, and how many were opened and used."""

    pack: HandedOut
    items: int
    opened: int
    used: int
    helpful: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackView:
    """A pack as a person may see it."""

    pack: HandedOut
    items: tuple[HandedItem, ...]
    is_own: bool
    cause: Cause | None
    cause_link: str
    used: int


def packs(scope: Scope, *, mine: bool = False) -> HandedOutQuerySet:
    """Return the packs a person may see, or only their own, the newest first."""
    seen = HandedOut.objects.visible_to(scope).select_related("person", "made_by")
    return seen.filter(person_id=scope.person_id) if mine else seen


def pack_lines(found: Iterable[HandedOut]) -> list[PackLine]:
    """Return packs with what was done with them."""
    shown = list(found)
    counted = HandedItem.objects.filter(pack__in=[each.pk for each in shown]).order_by()
    rows = counted.values_list("pack").annotate(
        items=Count("pk"),
        opened=Count("pk", filter=Q(opened_at__isnull=False)),
        used=Count("pk", filter=Q(used_at__isnull=False)),
        approving=Count("pk", filter=Q(helpful=True)),
    )
    counts = {pack: rest for pack, *rest in rows}
    lines = []
    for each in shown:
        items, opened, used, helpful = counts.get(each.pk, (0, 0, 0, 0))
        lines.append(PackLine(pack=each, items=items, opened=opened, used=used, helpful=helpful))
    return lines


def pack_view(pack: HandedOut, person: Person) -> PackView:
    """Return a pack with its plays, and why it was handed out."""
    items = tuple(pack.items.select_related("version__play").order_by("position"))
    cause = cause_of(pack.because_kind)
    return PackView(
        pack=pack,
        items=items,
        is_own=pack.person_id == person.pk,
        cause=cause,
        cause_link="" if cause is None else cause.link(pack.because_id),
        used=sum(each.used_at is not None for each in items),
    )
