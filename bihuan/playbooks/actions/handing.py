"""Handing out packs, and noting what people did with them and what came of it.

A package above hands out and says what came of the cause; it has asked whether it
may. What a person opened and used is a fact as well, so metrics can count it.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.facts.actions import open_source, record
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import PLAY_OPENED, PLAY_USED, PLAYS
from bihuan.facts.models import Source
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.models import Assignment, Person
from bihuan.playbooks.access import require_own_pack
from bihuan.playbooks.models import HandedItem, HandedOut
from bihuan.playbooks.queries.packing import Pack


class PackEmpty(Invalid):
    code = "playbooks.pack_empty"
    says = gettext_noop("No play fits: there is nothing to hand out.")


class Because(Protocol):
    """What a pack is handed out for, as the package above names it."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> int: ...


@transaction.atomic
def hand_out(*, pack: Pack, to: Person, because: Because, by: Person) -> HandedOut:
    """Hand a person a pack; for one cause they get one pack, whatever is asked again."""
    assert to.tenant_id == by.tenant_id == pack.tenant.pk, "nobody of another company is handed it"
    if not pack.items:
        raise PackEmpty()
    today = clock.today(to.tenant.time_zone)
    seat = Assignment.objects.filter(person=to).at_home().on(today).first()
    handed, is_new = HandedOut.objects.get_or_create(
        person=to,
        because_kind=because.kind,
        because_id=str(because.id),
        defaults={
            "tenant": to.tenant,
            "unit_id": None if seat is None else seat.unit_id,
            "metric": pack.metric,
            "reason": pack.reason or "",
            "made_by": by,
            "made_at": clock.now(),
        },
    )
    if is_new:
        HandedItem.objects.bulk_create(
            HandedItem(pack=handed, position=number, version=each.version, fit=each.fit.value)
            for number, each in enumerate(pack.items, start=1)
        )
        journal.record(by, "pack.handed_out", handed, metric=pack.metric, items=len(pack.items))
    return handed


@transaction.atomic
def open_item(*, item: HandedItem, by: Person) -> HandedItem:
    """Note that a person has opened a play they were handed."""
    held = _held(item, by)
    if held.opened_at is None:
        held.opened_at = clock.now()
        held.save(update_fields=["opened_at"])
        journal.record(by, "pack.item_opened", held.pack, position=held.position)
        _tell(held, PLAY_OPENED, by)
    return held


@transaction.atomic
def use_item(*, item: HandedItem, by: Person) -> HandedItem:
    """Note that a person has used a play with a customer; the first time counts."""
    held = _held(item, by)
    if held.used_at is None:
        held.used_at = clock.now()
        held.used_on = clock.business_day(held.used_at, held.pack.tenant.time_zone)
        held.opened_at = held.opened_at or held.used_at
        held.save(update_fields=["used_at", "used_on", "opened_at"])
        journal.record(by, "pack.item_used", held.pack, position=held.position)
        _tell(held, PLAY_USED, by)
    return held


@transaction.atomic
def rate_item(*, item: HandedItem, helpful: bool, by: Person) -> HandedItem:
    """Note whether a play was helpful; a later word replaces an earlier one."""
    held = _held(item, by)
    before = journal.told(held, "helpful")
    held.helpful, held.said_at = helpful, clock.now()
    held.save(update_fields=["helpful", "said_at"])
    journal.record(
        by,
        "pack.item_rated",
        held.pack,
        before=before,
        after=journal.told(held, "helpful"),
        position=held.position,
    )
    return held


def _held(item: HandedItem, by: Person) -> HandedItem:
    """Return an item held against a second tap, if it is of one's own pack."""
    require_own_pack(item.pack, by)
    held = HandedItem.objects.select_for_update(of=["self"])
    return held.select_related("pack__tenant", "version__play").get(pk=item.pk)


def _tell(item: HandedItem, kind: str, by: Person) -> None:
    """Record what a person did as a fact; this comes last, for the ledger is locked by it."""
    tenant, pack = item.pack.tenant, item.pack
    source = open_source(tenant=tenant, code=PLAYS, name="Plays", kind=Source.Kind.FORM.value)
    draft = Draft(
        kind=kind,
        business_on=clock.today(tenant.time_zone),
        source_ref=f"{item.pk}/{kind}",
        person_id=pack.person_id,
        attributes={
            "play": item.version.play.code,
            "metric": pack.metric,
            "version": str(item.version.number),
            **({"reason": pack.reason} if pack.reason else {}),
        },
    )
    record(draft=draft, source=source, by=by)


@transaction.atomic
def note_outcome(
    *, because_kind: str, because_id: str | int, recovered: bool, on: date, by: Person
) -> int:
    """Note whether what packs were handed out for has passed; returns for how many packs.

    The last word counts. A use after that day is none that could have helped.
    """
    packs = HandedOut.objects.filter(
        tenant_id=by.tenant_id, because_kind=because_kind, because_id=str(because_id)
    ).exclude(recovered=recovered, outcome_on=on)
    noted = 0
    for pack in packs.select_for_update().order_by("pk"):
        pack.recovered, pack.outcome_on = recovered, on
        pack.save(update_fields=["recovered", "outcome_on"])
        journal.record(by, "pack.outcome_noted", pack, recovered=recovered)
        noted += 1
    return noted
