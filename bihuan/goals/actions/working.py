"""How a deed on a cycle's working copy is kept: what it changes, checked, and as an edit.

Whoever changes a cycle locks its row first, so edits follow one another. A form says
which version of a group it has seen; if somebody changed the group since, the deed is
refused and names who did, and nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from bihuan.base import clock, journal
from bihuan.goals.access import SetsFor
from bihuan.goals.domain.sharing import Level, NotToBeShared, Share
from bihuan.goals.domain.tree import Tree, asked, cells
from bihuan.goals.models import Cycle, Edit, Goal, Siblings
from bihuan.goals.models.cycle import ORG
from bihuan.goals.queries.cascade.drawn import chain_to, drawn
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.access import NotYours
from bihuan.org.models import Person, Unit

GOAL_FIELDS = (
    *("amount", "floor_ratio", "stretch_ratio", "strategy", "seasonality", "period_weights"),
    *("depths", "is_on"),
)
"""What of a goal an edit may change and undoing it gives back."""


class ChangedMeanwhile(Conflict):
    code = "goals.changed_meanwhile"
    says = gettext_noop("Not saved: %(who)s changed this at %(at)s.")

    def __init__(self, who: str, at: datetime) -> None:
        super().__init__(who=who, at=at)


class CycleClosed(Conflict):
    code = "goals.cycle_closed"
    says = gettext_noop("This cycle is closed.")


class NoteTooLong(Invalid):
    code = "goals.note_too_long"
    says = gettext_noop("A note has at most 300 characters.")


GroupChange = tuple[Goal | None, str, str, Level | None]
"""A group by goal, axis and node, as it shall be; one that is ``None`` is taken away."""


@dataclass(slots=True)
class Change:
    """What one deed changes: groups by goal, axis and node, and fields of goals."""

    groups: list[GroupChange] = field(default_factory=list)
    fields: list[tuple[Goal, dict[str, Any]]] = field(default_factory=list)
    reshapes: bool = False
    """Whether nodes come, go or stand elsewhere, so that the ways to them change."""


def locked(cycle: Cycle) -> Cycle:
    """Return the cycle with its row locked: one edit after another."""
    found = (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("tenant", "root")
        .get(pk=cycle.pk)
    )
    if found.closed_at is not None:
        raise CycleClosed()
    return found


def require_sets_below(by: Person, cycle: Cycle, node: str) -> None:
    """Refuse unless a person may set targets for all that shares a node's target."""
    if by.tenant_id != cycle.tenant_id:
        raise NotYours()
    unit = Unit.objects.filter(pk=int(node[1:]), tenant=cycle.tenant_id).first()
    if unit is None or not SetsFor(by).covers_unit(unit.path):
        raise NotYours()


def require_sets_whole(by: Person, cycle: Cycle) -> None:
    """Refuse unless a person may set what the whole cycle asks for."""
    require_sets_below(by, cycle, f"u{cycle.root_id}")


def seen(group: Siblings | None, version: int | None) -> None:
    """Refuse when a group is not the one that was seen any more."""
    if version is not None and group is not None and group.version != version:
        raise ChangedMeanwhile(who=group.changed_by.name, at=group.changed_at)


def keep_change(  # noqa: PLR0913 - what an edit says, each by name
    cycle: Cycle,
    change: Change,
    *,
    deed: str,
    by: Person,
    reason: str = "",
    note: str = "",
    undoes: Edit | None = None,
) -> Edit:
    """Write a change and the edit that tells of it; the cycle must be locked."""
    if len(note) > 300:
        raise NoteTooLong()
    now = clock.now()
    told = _keep_fields(change.fields) + _keep_groups(cycle, change, by, now)
    cycle.edit_number += 1
    Cycle.objects.filter(pk=cycle.pk).update(edit_number=cycle.edit_number)
    edit = Edit.objects.create(
        cycle=cycle,
        number=cycle.edit_number,
        deed=deed,
        reason=reason,
        note=note,
        changes=told,
        undoes=undoes,
        by=by,
        at=now,
    )
    journal.record(by, f"cycle.{deed}", cycle, edit=edit.number)
    return edit


def _keep_fields(changed: Iterable[tuple[Goal, dict[str, Any]]]) -> list[dict[str, Any]]:
    told = []
    for goal, fields in changed:
        before = {name: as_json(getattr(goal, name)) for name in fields}
        for name, value in fields.items():
            setattr(goal, name, value)
        goal.save(update_fields=list(fields))
        after = {name: as_json(value) for name, value in fields.items()}
        told.append({"goal": goal.pk, "before": before, "after": after})
    return told


def _keep_groups(cycle: Cycle, change: Change, by: Person, now: datetime) -> list[dict[str, Any]]:
    standing = _standing(cycle, change)
    ways = _Ways(standing, change)
    told: list[dict[str, Any]] = []
    fresh: list[Siblings] = []
    altered: list[Siblings] = []
    gone: list[int] = []
    for goal, axis, node, level in change.groups:
        group = standing.get((_key(goal), axis, node))
        shares = None if level is None else as_shares(level)
        chain = ways.to(goal, node)
        if shares == (None if group is None else group.shares) and not change.reshapes:
            continue
        told.append(_told(group, (_key(goal), axis, node), chain, shares))
        if shares is None:
            gone.append(group.pk if group else 0)
            continue
        kept = group or Siblings(cycle=cycle, goal=goal, axis=axis, node=node, version=0)
        kept.shares, kept.chain = shares, chain
        kept.has_locks = any(held is not None for _, _, held in shares)
        kept.version += 1
        kept.changed_by, kept.changed_at = by, now
        (altered if group else fresh).append(kept)
    Siblings.objects.filter(pk__in=gone).delete()
    Siblings.objects.bulk_create(fresh, batch_size=1000)
    Siblings.objects.bulk_update(altered, WRITTEN, batch_size=500)
    return told


WRITTEN = ["shares", "chain", "has_locks", "version", "changed_by", "changed_at"]
GroupKey = tuple[int | None, str, str]
Standing = Mapping[GroupKey, Siblings]


def _key(goal: Goal | None) -> int | None:
    return None if goal is None else goal.pk


def _told(
    group: Siblings | None, key: GroupKey, chain: str, shares: list[list[Any]] | None
) -> dict[str, Any]:
    before = None if group is None else group.shares
    goal, axis, node = key
    said = {"goal": goal, "axis": axis, "node": node, "chain": chain}
    was = {} if group is None or group.chain == chain else {"was": group.chain}
    return {**said, **was, "before": before, "after": shares}


def _standing(cycle: Cycle, change: Change) -> Standing:
    """Return the groups as they stand: those that change, and those on the way to them."""
    goals = {_key(goal) for goal, *_ in change.groups}
    found = Siblings.objects.filter(cycle=cycle, goal__in=goals - {None})
    if not change.reshapes:
        found = found.filter(node__in={node for _, _, node, _ in change.groups})
    if None in goals:
        found = found | Siblings.objects.filter(cycle=cycle, goal__isnull=True)
    return {(each.goal_id, each.axis, each.node): each for each in found}


class _Ways:
    """The way from the root to each node of a change."""

    def __init__(self, standing: Standing, change: Change) -> None:
        self.standing = standing
        self.parents: dict[int, dict[str, str]] = {}
        if change.reshapes:
            self._read(change)

    def to(self, goal: Goal | None, node: str) -> str:
        if goal is None:
            return node
        parents = self.parents.get(goal.pk)
        if parents is None:
            group = self.standing.get((goal.pk, ORG, node))
            return "/".join(chain_to(goal, node)) if group is None else group.chain
        way = [node]
        while way[-1] in parents:
            way.append(parents[way[-1]])
        return "/".join(reversed(way))

    def _read(self, change: Change) -> None:
        levels: dict[tuple[int, str], Iterable[str]] = {
            (goal, node): [key for key, *_ in each.shares]
            for (goal, axis, node), each in self.standing.items()
            if axis == ORG and goal is not None
        }
        for goal, axis, node, level in change.groups:
            if goal is not None and axis == ORG:
                levels[goal.pk, node] = level or ()
        for (goal_id, node), below in levels.items():
            parents = self.parents.setdefault(goal_id, {})
            parents.update(dict.fromkeys(below, node))


def as_shares(level: Level) -> list[list[Any]]:
    """Return a group of siblings as it is kept."""
    return [[key, share.weight, share.held] for key, share in level.items()]


def as_level(shares: Sequence[Sequence[Any]]) -> dict[str, Share]:
    return {key: Share(weight, held) for key, weight, held in shares}


def as_json(value: object) -> object:
    return f"{value:f}" if isinstance(value, Decimal) else value


@contextmanager
def told_in(goal: Goal | None) -> Iterator[None]:
    """Tell amounts of a refusal in the metric's own unit: the rules know smallest units only."""
    digits = 2 if goal is None else goal.digits
    try:
        yield
    except NotToBeShared as error:
        raise type(error)(
            **{name: _text(value, digits) for name, value in error.params.items()}
        ) from error


def _text(value: object, digits: int) -> object:
    if isinstance(value, list):  # Nodes, or values of a dimension.
        names = nodes_named(each for each in value if IS_NODE.fullmatch(each))
        return "、".join(names.get(str(each), str(each)) for each in value)
    return f"{Decimal(value).scaleb(-digits):,f}" if isinstance(value, int) else value


IS_NODE = re.compile(r"[up]\d{1,18}")


def check_below(goal: Goal, change: Change, node: str) -> None:
    """Refuse a change after which some lock below could not be kept.

    Only where there are locks below is anything read: without one, every amount can
    be shared further.
    """
    groups = list(goal.siblings.filter(has_locks=True).values_list("axis", "node"))
    changed = {(axis, at): level for of, axis, at, level in change.groups if of == goal}
    has_new = any(
        share.held is not None for level in changed.values() if level for share in level.values()
    )
    if groups or has_new:
        check_tree(goal, whole_tree(goal, changed))


def whole_tree(goal: Goal, changed: Mapping[tuple[str, str], Level | None]) -> Tree:
    """Return a goal's tree with some groups changed."""
    kept = {(each.axis, each.node): each.level for each in goal.siblings.all()}
    groups = {**kept, **changed}
    return drawn(goal, [(axis, at, level) for (axis, at), level in groups.items() if level])


def check_tree(goal: Goal, tree: Tree) -> None:
    """Refuse a tree that cannot be shared out to its end, in every dimension."""
    with told_in(goal):
        whole = asked(tree)
        for dimension in tree.mixes:
            cells(tree, dimension, whole)
