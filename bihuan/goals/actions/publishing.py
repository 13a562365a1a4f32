"""Publishing a cycle: what was worked on becomes a revision, and the targets in force."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.goals.actions.targeting import (
    ROWS_AT_ONCE,
    Published,
    end_dropped,
    leaders_of,
    set_targets,
)
from bihuan.goals.actions.working import (
    GOAL_FIELDS,
    Change,
    ChangedMeanwhile,
    as_json,
    as_level,
    check_tree,
    keep_change,
    locked,
    require_sets_whole,
)
from bihuan.goals.domain.cycle import Reason
from bihuan.goals.domain.tree import Tree, differences
from bihuan.goals.models import (
    Cycle,
    Edit,
    Goal,
    Receipt,
    Revision,
    Siblings,
)
from bihuan.goals.models.cycle import WEIGHTS
from bihuan.goals.queries.cascade.drawn import from_json, tree_of, weights_of
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.inbox.actions import notify, settle
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.errors import Conflict, Forbidden, Invalid, gettext_noop
from bihuan.org.models import Person


class NothingToPublish(Conflict):
    code = "goals.nothing_to_publish"
    says = gettext_noop("Nothing has changed since the last revision.")


class TreesDisagree(Conflict):
    code = "goals.trees_disagree"
    says = gettext_noop(
        "“%(dimension)s” and the organisation disagree in %(count)s places, first at %(node)s,"
        " %(value)s, by %(difference)s. Reconcile them first."
    )


class NotYourReceipt(Forbidden):
    code = "goals.not_your_receipt"
    says = gettext_noop("Only the person themselves can acknowledge their targets.")


class ReasonUnknown(Invalid):
    code = "goals.reason_unknown"
    says = gettext_noop("A revision needs a reason from the list: “%(reason)s”.")


Progress = Callable[[int, int], None]


def silent(done: int, of: int) -> None:
    """Tell nobody how far it is."""


@transaction.atomic
def publish(  # noqa: PLR0913 - what a revision says, each by name
    *,
    cycle: Cycle,
    reason: Reason,
    by: Person,
    note: str = "",
    seen_edit: int | None = None,
    restores: Revision | None = None,
    progress: Progress = silent,
) -> Published:
    """Freeze the working copy as a revision and set the targets it asks for.

    ``seen_edit`` is the last edit that whoever publishes has seen.

    Raises:
        ChangedMeanwhile: somebody edited since. NothingToPublish: nobody did.
        TreesDisagree: a dimension and the organisation say different things.
        ReachesOutside: somebody has a target that begins before the cycle or ends after it.
    """
    cycle = locked(cycle)
    require_sets_whole(by, cycle)
    _require_seen(cycle, seen_edit)
    goals = list(cycle.goals.on().select_related("cycle__tenant", "cycle__root"))
    plan = plan_of(cycle, goals)
    digest = digest_of(plan)
    latest = cycle.revisions.order_by("-number").first()
    if not goals or (latest is not None and latest.digest == digest):
        raise NothingToPublish()
    trees = {goal.pk: tree_of(goal) for goal in goals}
    for goal in goals:
        check_tree(goal, trees[goal.pk])
        _require_agreement(goal, trees[goal.pk])
    revision = Revision.objects.create(
        cycle=cycle,
        number=cycle.revision_number + 1,
        reason=reason.value,
        note=note,
        plan=plan,
        digest=digest,
        edit_number=cycle.edit_number,
        restores=restores,
        published_by=by,
        published_at=clock.now(),
    )
    Cycle.objects.filter(pk=cycle.pk).update(revision_number=revision.number)
    done = Published(revision)
    for place, goal in enumerate(goals):
        progress(place, len(goals))
        set_targets(done, goal, trees[goal.pk], by)
    end_dropped(done, cycle, goals, by)
    done.people |= leaders_of(done)
    now = clock.now()
    Receipt.objects.bulk_create(
        [Receipt(revision=revision, person_id=pk, asked_at=now) for pk in sorted(done.people)],
        batch_size=ROWS_AT_ONCE,
    )
    _tell(done, by)
    journal.record(by, "cycle.published", cycle, revision=revision.number, people=len(done.people))
    progress(len(goals), len(goals))
    return done


def _tell(done: Published, by: Person) -> None:
    """Tell everybody touched, and ask them to acknowledge it within a week."""
    revision = done.revision
    draft = NoticeDraft(
        kind="goals.revision_published",
        about=about(revision),
        sentence=Sentence(
            gettext_noop("%(cycle)s: your targets have changed, revision %(number)s."),
            {"cycle": revision.cycle.name, "number": revision.number},
        ),
        link="/goals/mine/",
        asks=Sentence(gettext_noop("Acknowledge them")),
        due_on=clock.today(by.tenant.time_zone) + timedelta(days=DAYS_TO_ACKNOWLEDGE),
    )
    notify(draft=draft, people=done.people, by=by)


def about(revision: Revision) -> About:
    """Return what notices of a revision are about."""
    return About("goals.revision", revision.pk)


DAYS_TO_ACKNOWLEDGE = 7


def _require_seen(cycle: Cycle, seen_edit: int | None) -> None:
    if seen_edit is None or seen_edit == cycle.edit_number:
        return
    last = cycle.edits.select_related("by").first()
    assert last is not None, "a cycle whose edits were counted has one"
    raise ChangedMeanwhile(who=last.by.name, at=last.at)


def plan_of(cycle: Cycle, goals: list[Goal]) -> dict[str, Any]:
    """Return a cycle's working copy as it is frozen."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for each in Siblings.objects.filter(cycle=cycle, goal__isnull=False).order_by("axis", "node"):
        groups[each.goal_id or 0].append([each.axis, each.node, each.chain, each.shares])
    weights = weights_of(cycle)
    return {
        "start": cycle.start.isoformat(),
        "end": cycle.end.isoformat(),
        "grain": cycle.grain,
        "cuts": cycle.cuts,
        "weights": [] if weights is None else weights.shares,
        "goals": [
            {
                "fields": {
                    "metric": goal.metric,
                    "currency": goal.currency,
                    "digits": goal.digits,
                    "position": goal.position,
                    **{name: as_json(getattr(goal, name)) for name in GOAL_FIELDS},
                },
                "siblings": groups[goal.pk],
            }
            for goal in goals
        ],
    }


def digest_of(plan: Mapping[str, Any]) -> str:
    """Return the digest of a plan, the same for the same plan whatever the order of its keys."""
    text = json.dumps(plan, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _require_agreement(goal: Goal, tree: Tree) -> None:
    for dimension in tree.mixes:
        found = differences(tree, dimension)
        if found:
            first = max(found, key=lambda each: abs(each.asked - each.fitted))
            raise TreesDisagree(
                dimension=dimension,
                count=len(found),
                node=nodes_named([first.node]).get(first.node, first.node),
                value=first.value,
                difference=f"{goal.as_amount(first.asked - first.fitted):+,f}",
            )


@transaction.atomic
def restore(*, revision: Revision, by: Person) -> Edit:
    """Take an earlier revision as the working copy; publish it to bring it into force."""
    cycle = locked(revision.cycle)
    require_sets_whole(by, cycle)
    change = Change(reshapes=True)
    goals = {goal.metric: goal for goal in cycle.goals.select_related("cycle__tenant")}
    for said in revision.plan["goals"]:
        goal = goals[said["fields"]["metric"]]
        change.fields.append(
            (goal, {name: from_json(name, said["fields"][name]) for name in GOAL_FIELDS})
        )
        kept = {(axis, node): as_level(shares) for axis, node, _, shares in said["siblings"]}
        for axis, node in set(goal.siblings.values_list("axis", "node")) - set(kept):
            change.groups.append((goal, axis, node, None))
        change.groups += [(goal, axis, node, level) for (axis, node), level in kept.items()]
    for goal in set(goals.values()) - {goal for goal, _ in change.fields}:
        change.fields.append((goal, {"is_on": False}))
    change.groups.append((None, WEIGHTS, "", as_level(revision.plan["weights"])))
    return keep_change(cycle, change, deed="restored", by=by, note=str(revision.number))


@transaction.atomic
def acknowledge(*, receipt: Receipt, by: Person, note: str = "") -> Receipt:
    """Note that a person has seen what a revision asks of them; once is enough.

    Whoever has seen a revision has seen what earlier ones of the cycle asked.
    """
    found = Receipt.objects.select_related("revision").get(pk=receipt.pk)
    if found.person_id != by.pk:
        raise NotYourReceipt()
    waiting = Receipt.objects.waiting().filter(
        person=by,
        revision__cycle_id=found.revision.cycle_id,
        revision__number__lte=found.revision.number,
    )
    for each in waiting.select_for_update(of=("self",)).select_related("revision"):
        each.acknowledged_at, each.note = clock.now(), note[:300]
        each.save(update_fields=["acknowledged_at", "note"])
        settle(about=about(each.revision), person=by)
        journal.record(by, "receipt.acknowledged", each)
    found.refresh_from_db()
    return found
