"""The history of a working copy: who changed what, what can be undone and done again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator

from bihuan.goals.access import nodes_visible
from bihuan.goals.models import Cycle, Edit
from bihuan.goals.models.cycle import ORG, WEIGHTS
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.org.domain.scope import Scope

PAGE_SIZE = 20
ROWS_SHOWN = 6
REMEMBERED = 60
"""How far back the way is looked for that undoing goes."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """The edit that undoing would take back, and the one that redoing would bring again."""

    undo: Edit | None = None
    redo: Edit | None = None


def published_edit(cycle: Cycle) -> int:
    """Return the number of the last edit that a revision holds."""
    numbers = cycle.revisions.order_by("-number").values_list("edit_number", flat=True)
    return numbers.first() or 0


def undoable(cycle: Cycle) -> Undoable:
    """Return what undoing and redoing would do now; what was published stays."""
    found = list(
        cycle.edits.filter(number__gt=published_edit(cycle))
        .select_related("by", "undone_by")
        .defer("changes", "undone_by__changes")
        .order_by("-number")[:REMEMBERED]
    )
    by_pk = {edit.pk: edit for edit in found}
    standing = [edit for edit in found if not hasattr(edit, "undone_by")]
    undo = next((edit for edit in standing if not _takes_back(edit, by_pk)), None)
    fresh = max((edit.number for edit in found if edit.undoes_id is None), default=0)
    redo = next(
        (edit for edit in standing if _takes_back(edit, by_pk) and edit.number > fresh), None
    )
    return Undoable(undo, redo)


def _takes_back(edit: Edit, by_pk: Mapping[int, Edit]) -> bool:
    """Return whether an edit undoes something; one that undoes an undoing brings it again."""
    takes_back = False
    while edit.undoes_id is not None:
        takes_back = not takes_back
        if edit.undoes_id not in by_pk:
            break
        edit = by_pk[edit.undoes_id]
    return takes_back


@dataclass(frozen=True, slots=True)
class RowChange:
    """One of those who share a target: its share before and after, and its lock."""

    name: str
    before: Decimal | None
    after: Decimal | None
    was_locked: bool
    is_locked: bool


@dataclass(frozen=True, slots=True)
class GroupChange:
    """One group of siblings that an edit changed."""

    metric: str
    axis: str
    name: str
    """Whose target it is that they share."""
    rows: tuple[RowChange, ...]
    more: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    metric: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EditTold:
    """An edit as it is told: its groups and fields, as far as the reader sees them."""

    edit: Edit
    groups: tuple[GroupChange, ...]
    fields: tuple[FieldChange, ...]
    more: int
    """How many groups are not written out."""


def edits_told(
    cycle: Cycle, scope: Scope, page: int | str = 1
) -> tuple[Page[Edit], list[EditTold]]:
    """Return a page of a cycle's edits, the last first, and what each of them changed."""
    edits = cycle.edits.select_related("by", "undone_by", "undoes").order_by("-number")
    shown = Paginator(edits, PAGE_SIZE).get_page(page)
    metrics = dict(cycle.goals.values_list("pk", "metric"))
    telling = [(edit, list(_seen(edit, scope, cycle))) for edit in shown.object_list]
    nodes = {each["node"] for _, seen in telling for each in seen if each.get("node")}
    for _, seen in telling:
        for each in _from_the_top(seen)[:ROWS_SHOWN]:
            if each["axis"] == ORG:
                nodes |= {key for side in _sides(each) for key, *_ in side}
    names = nodes_named(nodes)
    return shown, [_told(edit, seen, metrics, names) for edit, seen in telling]


def _seen(edit: Edit, scope: Scope, cycle: Cycle) -> Iterable[dict[str, Any]]:
    """Return what an edit changed where the reader may look; the first few groups of many."""
    nodes = {each["node"] for each in edit.changes if each.get("node")}
    seen = nodes_visible(nodes | {f"u{cycle.root_id}"}, scope)
    for each in edit.changes:
        if "axis" not in each:
            if f"u{cycle.root_id}" in seen:
                yield each
        elif each["axis"] == WEIGHTS or each["node"] in seen:
            yield each


def _from_the_top(seen: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the groups that an edit changed, the highest in the tree first."""
    groups = [each for each in seen if "axis" in each]
    return sorted(groups, key=lambda each: str(each.get("chain", "")).count("/"))


def _sides(told: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    return told["before"] or [], told["after"] or []


def _told(
    edit: Edit,
    seen: Sequence[dict[str, Any]],
    metrics: Mapping[int, str],
    names: Mapping[str, str],
) -> EditTold:
    groups = _from_the_top(seen)
    fields = [each for each in seen if "axis" not in each]
    return EditTold(
        edit,
        tuple(_group(each, metrics, names) for each in groups[:ROWS_SHOWN]),
        tuple(
            FieldChange(metrics.get(each["goal"], ""), name, _text(before), _text(after))
            for each in fields
            for name, before in each["before"].items()
            if before != (after := each["after"][name])
        ),
        max(0, len(groups) - ROWS_SHOWN),
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        return " / ".join(str(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _group(
    told: Mapping[str, Any], metrics: Mapping[int, str], names: Mapping[str, str]
) -> GroupChange:
    before, after = (_shares(side) for side in _sides(told))
    rows = [
        RowChange(
            name=names.get(key, key),
            before=was[0],
            after=now[0],
            was_locked=was[1],
            is_locked=now[1],
        )
        for key in {**after, **before}
        if (was := before.get(key, (None, False))) != (now := after.get(key, (None, False)))
    ]
    rows.sort(key=lambda row: -abs((row.after or Decimal(0)) - (row.before or Decimal(0))))
    return GroupChange(
        metric=metrics.get(told["goal"], "") if told["goal"] else "",
        axis=told["axis"],
        name=names.get(told["node"], ""),
        rows=tuple(rows[:ROWS_SHOWN]),
        more=max(0, len(rows) - ROWS_SHOWN),
    )


def _shares(side: Sequence[Sequence[Any]]) -> dict[str, tuple[Decimal | None, bool]]:
    """Return each one's share of what the group weighs, and whether it is locked."""
    weighs = {key: weight if held is None else held for key, weight, held in side}
    total = sum(weighs.values())
    return {
        key: (Decimal(weighs[key]) / total if total else None, held is not None)
        for key, _, held in side
    }
