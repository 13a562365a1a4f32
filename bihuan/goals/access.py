"""Who may see and set targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bihuan.base import clock
from bihuan.facts.models import Fact
from bihuan.goals.domain.placement import Held, placed
from bihuan.goals.domain.span import Span
from bihuan.goals.models import (
    Cycle,
    CycleQuerySet,
    Edit,
    Goal,
    MarketEvent,
    MarketEventQuerySet,
    MarketReckoning,
    Quota,
    Receipt,
    Revision,
    WeightProfile,
)
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.access import (
    NotYours,
    UnitMissing,
    people_visible_to,
    person_seen,
    require_role,
    scope_opened_by,
    seats_held,
)
from bihuan.org.domain.role import SEES_TENANT, Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Person, PersonQuerySet, Unit


class QuotaMissing(Missing):
    code = "goals.quota_missing"
    says = gettext_noop("There is no such target.")


class CycleMissing(Missing):
    code = "goals.cycle_missing"
    says = gettext_noop("There is no such cycle.")


class GoalMissing(Missing):
    code = "goals.goal_missing"
    says = gettext_noop("This cycle does not ask for that.")


class NodeMissing(Missing):
    code = "goals.node_missing"
    says = gettext_noop("There is nobody here who shares this target.")


class RevisionMissing(Missing):
    code = "goals.revision_missing"
    says = gettext_noop("This cycle has no such revision.")


class EditMissing(Missing):
    code = "goals.edit_missing"
    says = gettext_noop("There is no such edit.")


class ReceiptMissing(Missing):
    code = "goals.receipt_missing"
    says = gettext_noop("There is nothing for you to acknowledge here.")


class ProfileMissing(Missing):
    code = "goals.profile_missing"
    says = gettext_noop("There is no such weight profile.")


class EventMissing(Missing):
    code = "goals.event_missing"
    says = gettext_noop("There is no such market event.")


def sees_drafts(scope: Scope) -> bool:
    """Return whether a person sees what is being worked on: who leads or serves a unit does."""
    return scope.whole_tenant or bool(scope.all_paths)


def cycles_visible_to(scope: Scope) -> CycleQuerySet:
    """Return the cycles a person may see: who leads nobody sees those that were published."""
    cycles = Cycle.objects.of(scope.tenant_id)
    return cycles if sees_drafts(scope) else cycles.published()


def cycle_seen(cycle_id: int, scope: Scope) -> Cycle:
    """Return a cycle that is visible; a hidden one looks like one that is not there."""
    found = cycles_visible_to(scope).select_related("tenant", "root").filter(pk=cycle_id).first()
    if found is None:
        raise CycleMissing()
    return found


def draft_seen(cycle_id: int, scope: Scope) -> Cycle:
    """Return a cycle whose working copy is visible."""
    if not sees_drafts(scope):
        raise CycleMissing()
    return cycle_seen(cycle_id, scope)


def revision_seen(cycle: Cycle, number: int) -> Revision:
    """Return a revision of a cycle that is visible."""
    revisions = cycle.revisions.select_related("cycle__tenant", "cycle__root", "published_by")
    found = revisions.filter(number=number).first()
    if found is None:
        raise RevisionMissing()
    return found


def edit_seen(cycle: Cycle, number: int) -> Edit:
    """Return an edit of a cycle whose working copy is visible."""
    found = cycle.edits.select_related("cycle", "by").filter(number=number).first()
    if found is None:
        raise EditMissing()
    return found


def receipt_seen(receipt_id: int, scope: Scope) -> Receipt:
    """Return what a person is themselves asked to acknowledge."""
    own = Receipt.objects.select_related("revision__cycle").filter(person_id=scope.person_id)
    found = own.filter(pk=receipt_id).first()
    if found is None:
        raise ReceiptMissing()
    return found


def profile_seen(profile_id: int, scope: Scope) -> WeightProfile:
    """Return a weight profile on the list; who shares nothing out sees none."""
    found = profile_once(profile_id, scope)
    if found.ended_at is not None:
        raise ProfileMissing()
    return found


def profile_once(profile_id: int, scope: Scope) -> WeightProfile:
    """Return a weight profile that is on the list, or was."""
    found = WeightProfile.objects.filter(pk=profile_id, tenant_id=scope.tenant_id).first()
    if found is None or not sees_drafts(scope):
        raise ProfileMissing()
    return found


def profile_now(profile: WeightProfile) -> WeightProfile | None:
    """Return what a profile is by now: itself, or what came of it; nothing if it was taken off."""
    found: WeightProfile | None = WeightProfile.objects.get(pk=profile.pk)
    while found is not None and found.ended_at is not None:
        found = WeightProfile.objects.filter(follows=found).first()
    return found


def nodes_visible(nodes: Iterable[str], scope: Scope) -> set[str]:
    """Return those nodes whose targets are visible, in two statements for any number."""
    asked = set(nodes)
    if scope.whole_tenant:
        return asked
    units = [int(node[1:]) for node in asked if node.startswith("u")]
    people = [int(node[1:]) for node in asked if node.startswith("p")]
    paths = Unit.objects.filter(pk__in=units).values_list("pk", "path")
    found = {f"u{pk}" for pk, path in paths if scope.covers_figures(path)}
    seen = people_visible_to(scope).filter(pk__in=people).values_list("pk", flat=True)
    return found | {f"p{pk}" for pk in seen}


def goal_seen(cycle: Cycle, goal_id: int) -> Goal:
    """Return what a cycle that is visible asks for."""
    goals = cycle.goals.on().select_related("cycle__tenant", "cycle__root")
    found = goals.filter(pk=goal_id).first()
    if found is None:
        raise GoalMissing()
    return found


def node_seen(node: str, scope: Scope) -> str:
    """Return a node whose targets are visible: a unit whose figures are, or a person in one."""
    kind, pk = node[:1], node[1:]
    if kind not in ("u", "p") or not pk.isdecimal() or len(pk) > 18:
        raise NodeMissing()
    if kind == "u":
        team_seen(int(pk), scope)
    else:
        person_seen(int(pk), scope)
    return node


class SetsFor:
    """Whom a person may set targets for, worked out once for any number of rows."""

    def __init__(self, by: Person) -> None:
        held = seats_held(by)
        self.by = by
        self.is_free = by.is_robot or any(role is Role.ADMIN for role, _ in held)
        self.scope = scope_opened_by(by, held)
        self.today = clock.today(by.tenant.time_zone)

    def covers_unit(self, path: str) -> bool:
        return self.is_free or self.scope.covers_as_manager(path)

    def covers_person(self, span: Span, held: Sequence[Held], paths: dict[int, str]) -> bool:
        """Return whether the person sits, in the span or today, where ``by`` manages."""
        if self.is_free:
            return True
        today = Span(self.today, self.today + timedelta(days=1))
        units = {unit for days in (span, today) for _, unit in placed(days, held)}
        return any(self.scope.covers_as_manager(paths[unit]) for unit in units)

    def covers(self, quota: Quota) -> bool:
        """Return whether ``by`` may set this target anew, or end it."""
        if quota.unit is not None:
            return self.covers_unit(quota.unit.path)
        held = Assignment.objects.filter(person_id=quota.person_id or 0).at_home()
        seats = list(held.values_list("valid_from", "valid_to", "unit_id"))
        units = Unit.objects.filter(pk__in=[unit for _, _, unit in seats])
        return self.covers_person(quota.span, seats, dict(units.values_list("pk", "path")))


def require_prover(by: Person) -> None:
    """Refuse unless the person sees the whole company, whose targets are proved together."""
    require_role(by, *SEES_TENANT)


def settable_units(by: Person) -> list[int]:
    """Return the units a person may set targets for."""
    sets = SetsFor(by)
    units = Unit.objects.filter(tenant=by.tenant_id).values_list("pk", "path")
    return [pk for pk, path in units if sets.covers_unit(path)]


def settable_people(by: Person) -> PersonQuerySet:
    """Return the people who sit today in a unit that a person may set targets for."""
    today = clock.today(by.tenant.time_zone)
    people = Person.objects.filter(tenant=by.tenant_id, is_robot=False).active_on(today)
    seats = Assignment.objects.filter(unit_id__in=settable_units(by), is_home=True).on(today)
    return people.filter(pk__in=seats.values("person_id"))


def quota_seen(quota_id: int, scope: Scope) -> Quota:
    """Return a quota the scope covers; a hidden one looks like one that is not there."""
    quota = (
        Quota.objects.visible_to(scope)
        .select_related("person", "unit", "set_by", "ended_by", "source_row")
        .filter(pk=quota_id)
        .first()
    )
    if quota is None:
        raise QuotaMissing()
    return quota


def person_in(unit: Unit, person_id: int, scope: Scope) -> Person:
    """Return a person of a visible unit: one who sat there, or who earned something there."""
    earned = Fact.objects.filter(
        tenant_id=scope.tenant_id, person_id=person_id, unit__path__startswith=unit.path
    )
    if earned.exists():
        return Person.objects.get(pk=person_id)
    return person_seen(person_id, scope)


def team_seen(unit_id: int, scope: Scope) -> Unit:
    """Return a unit whose figures the scope covers; sitting in it is not enough."""
    unit = (
        Unit.objects.select_related("tenant").filter(pk=unit_id, tenant_id=scope.tenant_id).first()
    )
    if unit is None or not scope.covers_figures(unit.path):
        raise UnitMissing(unit=unit_id)
    return unit


def events_visible_to(scope: Scope) -> MarketEventQuerySet:
    """Return the market events a person may see: who leads nobody sees none."""
    events = MarketEvent.objects.of(scope.tenant_id)
    leads = scope.whole_tenant or bool(scope.all_paths)
    return events if leads else events.none()


def event_seen(event_id: int, scope: Scope) -> MarketEvent:
    """Return a market event that is visible; a hidden one looks like one that is not there."""
    found = events_visible_to(scope).select_related("tenant", "filed_by").filter(pk=event_id)
    event = found.first()
    if event is None:
        raise EventMissing()
    return event


def reckoning_seen(event_id: int, reckoning_id: int, scope: Scope) -> MarketReckoning:
    """Return a reckoning of a market event that is visible."""
    found = MarketReckoning.objects.select_related("event__tenant", "event__filed_by")
    event = event_seen(event_id, scope)
    reckoning = found.filter(pk=reckoning_id, event=event).first()
    if reckoning is None:
        raise EventMissing()
    return reckoning


def may_file_events(by: Person) -> bool:
    """Return whether a person may report market events: who manages, or administers."""
    sets = SetsFor(by)
    return sets.is_free or bool(sets.scope.unit_paths)


def require_files_events(by: Person) -> None:
    if not may_file_events(by):
        raise NotYours()


def may_carry_out(by: Person, cycle: Cycle) -> bool:
    """Return whether a person may carry out what was agreed to: who sets the whole cycle."""
    return by.tenant_id == cycle.tenant_id and SetsFor(by).covers_unit(cycle.root.path)


def require_carries_out(by: Person, cycle: Cycle) -> None:
    if not may_carry_out(by, cycle):
        raise NotYours()


def may_judge(by: Person, *, person: Person | None, unit: Unit | None, span: Span) -> bool:
    """Return whether ``by`` may say what the reasons of somebody's or a unit's figures are.

    Those may who set the targets: who manages the unit, or one in which the person sits
    today or sat in these days.
    """
    sets = SetsFor(by)
    if person is None:
        return unit is not None and unit.tenant_id == by.tenant_id and sets.covers_unit(unit.path)
    held = Assignment.objects.filter(person=person, tenant=by.tenant_id).at_home()
    seats = list(held.values_list("valid_from", "valid_to", "unit_id"))
    units = Unit.objects.filter(pk__in=[seat for _, _, seat in seats])
    paths = dict(units.values_list("pk", "path"))
    return person.tenant_id == by.tenant_id and sets.covers_person(span, seats, paths)
