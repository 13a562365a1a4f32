"""What is shown of delegations and shares, who sees a thing and why, and what somebody sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from bihuan.org.access import openings, people_visible_to, scope_for_looking
from bihuan.org.domain.opening import Openings
from bihuan.org.domain.role import SEES_TENANT, Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import (
    ROLE_LABELS,
    Assignment,
    Delegation,
    DelegationQuerySet,
    Person,
    PersonQuerySet,
    Share,
    Unit,
)
from bihuan.org.openings import own_scope
from bihuan.org.uses import Basis, Thing, ThingKind, kind_of, kinds

SHOWN = 200
"""So many of those who see a thing are named; the rest is counted."""


def colleagues_of(person: Person, day: date) -> PersonQuerySet:
    """Return to whom a person may lend or show something: whom they see, and who is near.

    Near are those who sit in the same unit, and the managers of units beside and above.
    """
    here = Person.objects.filter(tenant_id=person.tenant_id, is_robot=False).active_on(day)
    known = Q(pk__in=people_visible_to(scope_for_looking(person)).values("pk"))
    held = Assignment.objects.filter(person=person).on(day).select_related("unit")
    for seat in held:
        steps = [int(step) for step in seat.unit.path.strip("/").split("/")]
        mates = Q(unit=seat.unit_id)
        heads = Q(role=Role.MANAGER.value) & (
            Q(unit__in=steps) | Q(unit__parent=seat.unit.parent_id)
        )
        near = Assignment.objects.filter(mates | heads).on(day)
        known |= Q(pk__in=near.values("person_id"))
    programs = Assignment.objects.filter(role=Role.INTEGRATION.value).on(day)
    return here.filter(known).exclude(pk__in=[person.pk]).exclude(pk__in=programs.values("person"))


def delegations_of(person: Person, *, sees_all: bool) -> DelegationQuerySet:
    """Return the delegations from and to a person; all of the company for an administrator."""
    found = Delegation.objects.filter(tenant_id=person.tenant_id)
    if not sees_all:
        found = found.filter(Q(lender=person) | Q(deputy=person))
    return found.select_related("lender", "deputy", "unit", "made_by")


@dataclass(frozen=True, slots=True)
class Standing:
    """A delegation as a list shows it."""

    delegation: Delegation
    state: str
    """coming, now, ended or over."""

    @property
    def role(self) -> Promise | str:
        return ROLE_LABELS.get(self.delegation.role, "")

    @property
    def label(self) -> str:
        return str(STATE_LABELS[self.state])


STATE_LABELS = {
    "coming": gettext_lazy("To come"),
    "now": gettext_lazy("In force"),
    "ended": gettext_lazy("Ended early"),
    "over": gettext_lazy("Over"),
}


def standing_of(found: Iterable[Delegation], today: date) -> list[Standing]:
    return [Standing(each, _state(each, today)) for each in found]


def _state(each: Delegation | Share, today: date) -> str:
    if each.ended_on is not None and each.ended_on <= today:
        return "ended"
    if each.valid_to <= today:
        return "over"
    return "now" if each.valid_from <= today else "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """A share as a list shows it; a thing its reader no longer sees has no name."""

    share: Share
    kind: str
    thing: Thing | None
    state: str

    @property
    def label(self) -> str:
        return str(STATE_LABELS[self.state])

    @property
    def is_asleep(self) -> bool:
        return self.state == "now" and self.thing is None


def share_lines(person: Person, scope: Scope, *, by_me: bool, today: date) -> list[ShareLine]:
    """Return what a person shares with others, or others with them, the newest first."""
    found = Share.objects.filter(tenant_id=person.tenant_id)
    if by_me:
        found = found.filter(sharer=person)
    else:
        held = (
            Assignment.objects.filter(person=person).on(today).values_list("unit__path", flat=True)
        )
        above = {int(step) for path in held for step in path.strip("/").split("/")}
        found = found.filter(Q(person=person) | Q(unit__in=above)).exclude(sharer=person)
        found = found.in_force(today)
    found = found.select_related("sharer", "person", "unit")[:SHOWN]
    return [_share_line(each, scope, today) for each in found]


def _share_line(share: Share, scope: Scope, today: date) -> ShareLine:
    kind = kind_of(share.kind)
    thing = kind.seen(share.thing_id, scope)
    return ShareLine(share=share, kind=str(kind.name), thing=thing, state=_state(share, today))


def shares_of(kind: str, pk: int, today: date) -> list[Share]:
    """Return with whom a thing is shared today."""
    found = Share.objects.filter(kind=kind, thing_id=pk).in_force(today)
    return list(found.select_related("sharer", "person", "unit"))


@dataclass(frozen=True, slots=True)
class Sees:
    """Somebody who sees a thing, and every reason why."""

    person: Person
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhoSees:
    """Who sees a thing on a day; of many, the first are named."""

    thing: Thing
    lines: tuple[Sees, ...]
    count: int


Reasons = dict[int, list[str]]


def who_sees(kind: ThingKind, thing: Thing, *, tenant_id: int, on: date) -> WhoSees:
    """Return everybody who sees a thing on a day, with reasons, in a fixed number of queries."""
    basis = kind.basis(thing.pk)
    reasons: Reasons = defaultdict(list)
    for person, reason in basis.people:
        reasons[person].append(gettext(reason))
    _add_seats(reasons, basis, tenant_id, on)
    _add_shares(reasons, thing, on)
    here = Person.objects.filter(pk__in=reasons, tenant_id=tenant_id, is_robot=False).active_on(on)
    people = here.order_by("pinyin", "name", "pk")
    lines = [Sees(each, tuple(dict.fromkeys(reasons[each.pk]))) for each in people[:SHOWN]]
    return WhoSees(thing, tuple(lines), people.count())


def _add_seats(reasons: Reasons, basis: Basis, tenant_id: int, on: date) -> None:
    """Add who sees it by a role they hold, and who stands in for them."""
    seats = _seats(basis, tenant_id, on)
    lent = _lent(seats, tenant_id, on)
    for seat in seats:
        reasons[seat.person_id].append(_reason(seat))
        for each in lent.get(seat.person_id, ()):
            if _lends(each, seat):
                words = {"person": seat.person.name, "until": each.valid_to}
                why = gettext("Stands in for %(person)s, until %(until)s.") % words
                reasons[each.deputy_id].append(why)


def _add_shares(reasons: Reasons, thing: Thing, on: date) -> None:
    """Add with whom it is shared; who sees it no more shows it to nobody."""
    shares = [each for each in shares_of(thing.kind, thing.pk, on) if each.sharer_id in reasons]
    inside = Q(pk__in=[])
    for share in shares:
        inside |= Q(unit__path__startswith=share.unit.path) if share.unit else Q(pk__in=[])
    held = Assignment.objects.filter(inside).on(on).values_list("unit__path", "person_id")
    seats = list(held) if any(share.unit for share in shares) else []
    for share in shares:
        words = {"person": share.sharer.name, "until": share.valid_to}
        why = gettext("%(person)s shared it, until %(until)s.") % words
        for person in _shared_with(share, seats):
            reasons[person].append(why)


def _shared_with(share: Share, seats: Iterable[tuple[str, int]]) -> set[int]:
    if share.unit is None:
        return {share.person_id or 0}
    inside = {person for path, person in seats if path.startswith(share.unit.path)}
    return inside - {share.sharer_id}


def _seats(basis: Basis, tenant_id: int, on: date) -> list[Assignment]:
    """Return the seats that open a thing: of its units and those above, and of the company."""
    steps = {int(step) for path in basis.unit_paths for step in path.strip("/").split("/")}
    roles = [Role.MANAGER.value, *([Role.HRBP.value] if basis.is_figures else [])]
    opens = Q(role__in=[role.value for role in SEES_TENANT]) | Q(role__in=roles, unit__in=steps)
    held = Assignment.objects.filter(opens, tenant_id=tenant_id).on(on)
    return list(held.select_related("person", "unit").order_by("-unit__path", "pk"))


def _reason(seat: Assignment) -> str:
    words = {"unit": seat.unit.name, "since": seat.valid_from, "role": seat.get_role_display()}
    if seat.role == Role.MANAGER.value:
        return gettext("Manages %(unit)s since %(since)s.") % words
    if seat.role == Role.HRBP.value:
        return gettext("Serves %(unit)s as HR business partner since %(since)s.") % words
    return gettext("%(role)s of the company since %(since)s.") % words


def _lent(seats: Sequence[Assignment], tenant_id: int, on: date) -> dict[int, list[Delegation]]:
    lenders = {seat.person_id for seat in seats}
    found = Delegation.objects.filter(lender__in=lenders, tenant_id=tenant_id).in_force(on)
    by_lender: dict[int, list[Delegation]] = {}
    for each in found.filter(lender__in=Person.objects.active_on(on)).select_related("unit"):
        by_lender.setdefault(each.lender_id, []).append(each)
    return by_lender


def _lends(each: Delegation, seat: Assignment) -> bool:
    """Tell whether a delegation carries this seat."""
    if seat.role in [role.value for role in SEES_TENANT] or each.role not in ("", seat.role):
        return False
    return each.unit is None or seat.unit.path.startswith(each.unit.path)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of a sort of thing somebody sees, altogether and for each reason."""

    name: str
    count: int
    by_reason: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WhatSees:
    """What somebody sees on a day: the reasons there are, and how many things each opens."""

    grounds: tuple[str, ...]
    reasons: tuple[str, ...]
    lines: tuple[Counted, ...]


def what_sees(person: Person, on: date) -> WhatSees:
    """Return what a person sees on a day, sort by sort and reason by reason."""
    opened = openings(person, on)
    whole = scope_for_looking(person, on)
    parts = _parts(person, whole, opened)
    lines = [
        Counted(
            name=str(kind.name),
            count=kind.rows(whole).count(),
            by_reason=tuple(kind.rows(part).count() for _, part in parts),
        )
        for kind in kinds()
    ]
    return WhatSees(
        grounds=tuple(_grounds(opened)),
        reasons=tuple(name for name, _ in parts),
        lines=tuple(lines),
    )


def _grounds(opened: Openings) -> Iterator[str]:
    """Yield what somebody holds and what others open to them, in words."""
    paths = Unit.objects.filter(path__in={path for _, path in opened.held})
    units = dict(paths.values_list("path", "name"))
    givers = {each.lender_id for each in opened.lent}
    givers |= {each.through.person_id for each in opened.shared}
    people = Person.objects.in_bulk(givers)
    for role, path in opened.own:
        words = {"role": ROLE_LABELS[role.value], "unit": units.get(path, "")}
        yield gettext("%(role)s in %(unit)s") % words
    for each in opened.lent:
        yield gettext("Stands in for %(person)s: %(role)s in %(unit)s") % {
            "person": people[each.lender_id].name,
            "role": ROLE_LABELS[each.role.value],
            "unit": units.get(each.path, ""),
        }
    for share in opened.shared:
        yield gettext("%(person)s shares: %(kind)s") % {
            "person": people[share.through.person_id].name,
            "kind": kind_of(share.kind).name,
        }


def _parts(person: Person, whole: Scope, opened: Openings) -> list[tuple[str, Scope]]:
    """Return the scope that each reason opens by itself, of the reasons there are."""
    alone = own_scope(person.tenant_id, person.pk, [])
    own = own_scope(person.tenant_id, person.pk, opened.own)
    seats = [(each.role, each.path) for each in opened.lent]
    lent = replace(own_scope(person.tenant_id, person.pk, seats), stands_for=opened.stands_for)
    parts = [(gettext("Their own"), alone, True)]
    parts += [(gettext("By roles they hold"), own, own != alone)]
    parts += [(gettext("Lent to them"), lent, bool(opened.lent))]
    parts += [
        (gettext("Shared with them"), replace(alone, shared=whole.shared), bool(whole.shared))
    ]
    return [(name, scope) for name, scope, is_there in parts if is_there]
