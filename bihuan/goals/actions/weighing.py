"""Changing how a target is shared: on one level, in one deed, with its undoing.

Every deed here names the group it changes and the version of it that was seen.
Amounts are in the metric's own unit at the door and in smallest units inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from django.db import transaction

from bihuan.goals.actions.cycles import WHOLE_WEIGHT
from bihuan.goals.actions.working import (
    Change,
    ChangedMeanwhile,
    GroupChange,
    as_level,
    check_below,
    check_tree,
    keep_change,
    locked,
    require_sets_below,
    require_sets_whole,
    seen,
    told_in,
    whole_tree,
)
from bihuan.goals.domain import sharing
from bihuan.goals.domain.cycle import Method, Seasonality
from bihuan.goals.domain.regrowth import Regrown, regrown
from bihuan.goals.domain.sharing import Level, Share
from bihuan.goals.domain.spreading import PERIOD
from bihuan.goals.domain.tree import reconciled
from bihuan.goals.models import Cycle, Edit, Goal, Siblings, WeightProfile
from bihuan.goals.models.cycle import ORG, WEIGHTS
from bihuan.goals.queries.cascade.drawn import branch_of, from_json, tree_of, weights_of
from bihuan.goals.queries.cascade.first import levels_of, shared_by
from bihuan.kernel.errors import Conflict, Missing, gettext_noop
from bihuan.org.models import Person


class NothingBelow(Missing):
    code = "goals.nothing_below"
    says = gettext_noop("Nobody shares this target further.")


class NotToUndo(Conflict):
    code = "goals.not_to_undo"
    says = gettext_noop(
        "This was undone already, or changed again since. Undo the later one first."
    )


class PublishedSince(Conflict):
    code = "goals.published_since"
    says = gettext_noop("This went into a published revision. Restore an earlier revision instead.")


Deed = Callable[[int, Level], Level]
"""From the whole and a group of siblings to the group as it shall be."""


def put(asked: Mapping[str, int], held: Mapping[str, bool] | None = None) -> Deed:
    """Return the deed that sets some children, and locks or unlocks some.

    A lock that is opened is opened first and a lock that is closed is closed last, so
    one save can unlock, set and lock again.
    """

    def deed(whole: int, level: Level) -> Level:
        found = level
        for key, shall in (held or {}).items():
            if not shall and found.get(key, Share(0)).held is not None:
                found = sharing.unlock(whole, found, key)
        given = {
            key: amount
            for key, amount in asked.items()
            if key not in found or found[key].held != amount
        }
        if given:
            found = sharing.set_amounts(whole, found, given)
        for key, shall in (held or {}).items():
            if shall and found.get(key, Share(0)).held is None:
                found = sharing.lock(whole, found, key)
        return found

    return deed


def carry(source: str, target: str, amount: int) -> Deed:
    """Return the deed that moves an amount from one sibling to another."""
    return lambda whole, level: sharing.moved(whole, level, source, target, amount)


@transaction.atomic
def reweigh(  # noqa: PLR0913 - which group, what and why, each by name
    *,
    goal: Goal,
    axis: str,
    node: str,
    deed: Deed,
    by: Person,
    version: int | None = None,
    note: str = "",
) -> Edit:
    """Change how a node's target is shared, down the organisation or along a dimension.

    Raises:
        NotYours: the person does not set targets there.
        ChangedMeanwhile: the group was changed since it was seen.
        NotToBeShared: the amounts cannot be; LocksBelow: some lock further down cannot hold.
    """
    cycle = locked(goal.cycle)
    goal = cycle.goals.select_related("cycle__tenant", "cycle__root").get(pk=goal.pk)
    branch = branch_of(goal, node)
    require_sets_below(by, cycle, node if axis == ORG else _unit_of(branch.chain))
    whole, level, group = (
        branch.whole,
        _level_of(branch.mixes, branch.group, axis, node),
        branch.group,
    )
    if axis != ORG:
        group = goal.siblings.filter(axis=axis, node=node).select_related("changed_by").first()
        level = _with_locks(level, group)
    seen(group, 0 if group is None and version else version)
    if not level:
        raise NothingBelow()
    with told_in(goal):
        changed = deed(whole, level)
    if axis == PERIOD and len(branch.chain) == 1:
        return keep_change(cycle, _seasons(goal, changed), deed="seasons_set", by=by, note=note)
    change = Change(groups=[(goal, axis, node, changed)])
    check_below(goal, change, node)
    return keep_change(cycle, change, deed="reweighed", by=by, note=note)


def _seasons(goal: Goal, level: Level) -> Change:
    """Return the change of the company's periods: these are its weights, and have no locks."""
    weights = [share.weight for share in level.values()]
    fields = {"seasonality": Seasonality.BY_HAND.value, "period_weights": weights}
    return Change(fields=[(goal, fields)])


def _unit_of(chain: tuple[str, ...]) -> str:
    """Return the nearest unit on the way: who may set a person's mix sets in their unit."""
    return next(node for node in reversed(chain) if node.startswith("u"))


def _level_of(
    mixes: Mapping[str, Mapping[str, Mapping[str, int]]],
    group: Siblings | None,
    axis: str,
    node: str,
) -> Level:
    if axis == ORG:
        return {} if group is None else group.level
    return {value: Share(amount) for value, amount in mixes.get(axis, {}).get(node, {}).items()}


def _with_locks(level: Level, group: Siblings | None) -> Level:
    """Return a mix as it is shown, with the locks that were set in it."""
    held = {} if group is None else group.level
    return {
        value: Share(share.weight, held[value].held if value in held else None)
        for value, share in level.items()
    }


@transaction.atomic
def reweigh_goals(
    *, cycle: Cycle, deed: Deed, by: Person, version: int | None = None, note: str = ""
) -> Edit:
    """Change how much each goal of a cycle weighs, in hundredths of a percent."""
    cycle = locked(cycle)
    require_sets_whole(by, cycle)
    group = weights_of(cycle)
    seen(group, version)
    if group is None:
        raise NothingBelow()
    with told_in(None):
        changed = deed(WHOLE_WEIGHT, group.level)
    return keep_change(
        cycle, Change(groups=[(None, WEIGHTS, "", changed)]), deed="weighed", by=by, note=note
    )


@transaction.atomic
def split_anew(  # noqa: PLR0913 - which group and how, each by name
    *,
    goal: Goal,
    node: str,
    method: Method,
    by: Person,
    potential: str = "",
    is_deep: bool = False,
    version: int | None = None,
) -> Edit:
    """Share a node's target anew: evenly by head, by last year, or by another metric.

    Locked children keep what they have. ``is_deep`` does so on every level below too.
    """
    cycle = locked(goal.cycle)
    require_sets_below(by, cycle, node)
    goal = cycle.goals.select_related("cycle__tenant", "cycle__root").get(pk=goal.pk)
    groups = goal.siblings.filter(axis=ORG).select_related("changed_by")
    here = groups.filter(node=node).first()
    if here is None:
        raise NothingBelow()
    seen(here, version)
    shape, history = shared_by(cycle, goal, method, potential)
    fresh = levels_of(shape, history)
    inside = groups.filter(chain__startswith=f"{here.chain}/") if is_deep else groups.none()
    change = Change(
        groups=[
            (goal, ORG, each.node, _reweighed(each.level, fresh.get(each.node, {})))
            for each in (here, *inside)
        ]
    )
    check_below(goal, change, node)
    return keep_change(cycle, change, deed=f"split_by_{method.value}", by=by)


def _reweighed(level: Level, fresh: Level) -> Level:
    """Return a group with new weights; who is locked stays, who is not known weighs nothing."""
    return {
        key: share if share.held is not None else Share(fresh[key].weight if key in fresh else 0)
        for key, share in level.items()
    }


@transaction.atomic
def apply_profile(*, cycle: Cycle, profile: WeightProfile, by: Person) -> Edit:
    """Apply a named set of factors to a cycle: to its goals' weights and the company's mixes."""
    cycle = locked(cycle)
    require_sets_whole(by, cycle)
    factors: dict[str, dict[str, Fraction]] = {}
    for axis, key, factor in profile.factors:
        factors.setdefault(axis, {})[key] = Fraction(factor)
    groups: list[GroupChange] = []
    weights = weights_of(cycle)
    if weights is not None and WEIGHTS in factors:
        groups.append(
            (None, WEIGHTS, "", sharing.favoured(WHOLE_WEIGHT, weights.level, factors[WEIGHTS]))
        )
    root = f"u{cycle.root_id}"
    changed_goals = []
    for goal in cycle.goals.on().select_related("cycle__tenant", "cycle__root"):
        for group in goal.siblings.filter(axis__in=set(factors) - {WEIGHTS}, node=root):
            with told_in(goal):
                level = sharing.favoured(goal.units, group.level, factors[group.axis])
            groups.append((goal, group.axis, root, level))
            changed_goals.append(goal)
    change = Change(groups=groups)
    for goal in changed_goals:
        check_below(goal, change, root)
    return keep_change(cycle, change, deed="profile_applied", by=by, note=profile.name)


@transaction.atomic
def reconcile(*, goal: Goal, dimension: str, by: Person, note: str = "") -> Edit:
    """Bring a dimension's tree and the organisation's together; locks stay to the cent."""
    cycle = locked(goal.cycle)
    require_sets_whole(by, cycle)
    goal = cycle.goals.select_related("cycle__tenant", "cycle__root").get(pk=goal.pk)
    tree = tree_of(goal)
    check_tree(goal, tree)
    agreed = reconciled(tree, dimension)
    groups: list[GroupChange] = [
        (goal, dimension, node, level) for node, level in agreed.mixes.get(dimension, {}).items()
    ]
    return keep_change(
        cycle, Change(groups=groups), deed="reconciled", by=by, note=note or dimension
    )


@transaction.atomic
def follow_organisation(*, goal: Goal, by: Person) -> Regrown:
    """Bring a goal's tree into the shape of the organisation as it stands now."""
    cycle = locked(goal.cycle)
    require_sets_whole(by, cycle)
    goal = cycle.goals.select_related("cycle__tenant", "cycle__root").get(pk=goal.pk)
    tree = tree_of(goal)
    shape, _ = shared_by(cycle, goal, Method.EVEN)
    grown = regrown(tree, shape.below)
    groups: list[GroupChange] = [
        (goal, ORG, node, grown.tree.org.get(node)) for node in {**tree.org, **grown.tree.org}
    ]
    for dimension, mix in tree.mixes.items():
        kept = grown.tree.mixes[dimension]
        groups += [(goal, dimension, node, None) for node in mix if node not in kept]
    if grown.came or grown.left or grown.moved:
        keep_change(
            cycle, Change(groups=groups, reshapes=True), deed="organisation_followed", by=by
        )
    return grown


@transaction.atomic
def undo(*, edit: Edit, by: Person) -> Edit:
    """Undo an edit: everything it changed is again exactly what it was.

    Undoing an undoing does it again. What was changed since, or published, stays.
    """
    cycle = locked(edit.cycle)
    edit = Edit.objects.select_related("cycle").get(pk=edit.pk)
    _require_undoes(by, cycle, edit)
    if Edit.objects.filter(undoes=edit).exists():
        raise NotToUndo()
    latest = cycle.revisions.order_by("-number").first()
    if latest is not None and edit.number <= latest.edit_number:
        raise PublishedSince()
    goals = {goal.pk: goal for goal in cycle.goals.select_related("cycle__tenant", "cycle__root")}
    change = Change(reshapes=edit.deed in RESHAPING)
    for each in edit.changes:
        goal = goals.get(each["goal"])
        if "axis" not in each:
            assert goal is not None, "an edit of fields names its goal"
            fields = {name: from_json(name, value) for name, value in each["before"].items()}
            change.fields.append((goal, fields))
            continue
        group = Siblings.objects.filter(
            cycle=cycle, goal=goal, axis=each["axis"], node=each["node"]
        ).first()
        if (None if group is None else group.shares) != each["after"]:
            raise NotToUndo()
        before = None if each["before"] is None else as_level(each["before"])
        change.groups.append((goal, each["axis"], each["node"], before))
    done = keep_change(cycle, change, deed="undone", by=by, note=edit.deed, undoes=edit)
    for goal in {goal.pk: goal for goal, *_ in change.groups if goal is not None}.values():
        check_tree(goal, whole_tree(goal, {}))
    return done


RESHAPING = frozenset({"goal_added", "organisation_followed", "undone", "restored"})
"""Deeds that put nodes elsewhere, so that undoing them works out the ways anew."""


def _require_undoes(by: Person, cycle: Cycle, edit: Edit) -> None:
    nodes = {each["node"] for each in edit.changes if each.get("axis") == ORG and each["goal"]}
    others = [each for each in edit.changes if each.get("axis") != ORG]
    if others or not nodes:
        require_sets_whole(by, cycle)
        return
    for node in nodes:
        require_sets_below(by, cycle, node)


__all__ = [
    "ChangedMeanwhile",
    "NotToUndo",
    "NothingBelow",
    "PublishedSince",
    "apply_profile",
    "carry",
    "follow_organisation",
    "put",
    "reconcile",
    "reweigh",
    "reweigh_goals",
    "split_anew",
    "undo",
]
