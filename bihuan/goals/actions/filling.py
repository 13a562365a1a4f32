"""Taking a goal's targets from a sheet: an empty cell leaves what stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from django.db import transaction

from bihuan.base.spreadsheet import rows_of
from bihuan.goals.actions.working import (
    Change,
    GroupChange,
    check_tree,
    keep_change,
    locked,
    require_sets_whole,
    told_in,
)
from bihuan.goals.domain.filling import (
    above,
    at_spread,
    filled_down,
    filled_up,
    spread_up,
)
from bihuan.goals.domain.regrowth import regrown
from bihuan.goals.domain.sharing import IsHeld
from bihuan.goals.domain.spreading import PERIOD, by_period, weighted
from bihuan.goals.domain.tree import Tree, asked
from bihuan.goals.models import Edit, Goal
from bihuan.goals.models.cycle import ORG
from bihuan.goals.queries.cascade.drawn import tree_of
from bihuan.goals.queries.cascade.first import day_of
from bihuan.goals.queries.cascade.shape import shape_of
from bihuan.kernel.errors import DomainError, Invalid, Problem, ProblemsFound, gettext_noop
from bihuan.org.models import Person, Unit

HEADERS = {
    "zh": ("类型", "编码", "名称", "上级", "合计"),
    "en": ("kind", "code", "name", "parent", "total"),
}
"""The columns before the periods, as a sheet is written; either language is read."""
KINDS = {
    "zh": {"unit": "单元", "person": "人员"},
    "en": {"unit": "unit", "person": "person"},
}
KIND = {"kind": "kind", "类型": "kind"}
CODE = {"code": "code", "编码": "code"}
TOTAL = {"total": "total", "合计": "total", "目标合计": "total"}
UNIT_WORDS = frozenset({"unit", "单元", "组织"})
PERSON_WORDS = frozenset({"person", "人员"})
WHOLE = ""
"""The column of a node's whole target, among those of its periods."""


class ColumnMissing(Invalid):
    code = "goals.column_missing"
    says = gettext_noop("The sheet has no column “%(column)s”. Export one to see how it looks.")


class KindUnclear(Invalid):
    code = "goals.kind_unclear"
    says = gettext_noop("A row is of a “unit” or of a “person”, not “%(kind)s”.")


class NobodyOfThatCode(Invalid):
    code = "goals.nobody_of_that_code"
    says = gettext_noop("Nobody below this cycle's unit has the code “%(code)s”.")


class GivenTwice(Invalid):
    code = "goals.given_twice"
    says = gettext_noop("This one stands in row %(row)s already.")


class NotAnAmount(Invalid):
    code = "goals.not_an_amount"
    says = gettext_noop("“%(text)s” is not a target with at most %(digits)s decimals.")


class PeriodsDoNotMakeTotal(Invalid):
    code = "goals.periods_do_not_make_total"
    says = gettext_noop("The periods come to %(periods)s, and the total says %(total)s.")


class ChildrenDoNotMakeUnit(Invalid):
    code = "goals.children_do_not_make_unit"
    says = gettext_noop(
        "Those below come to %(below)s. Leave the unit's own cell empty, or give %(below)s."
    )


@dataclass(slots=True)
class _Sheet:
    """What a sheet gives: amounts by node and column, and where each stood."""

    given: dict[str, dict[str, int]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, error: DomainError, row: int, column: str = "", value: str = "") -> None:
        self.problems.append(
            Problem(
                code=error.code,
                says=error.says,
                params=error.params,
                row=row,
                column=column,
                value=value,
            )
        )


@transaction.atomic
def fill_goal(*, goal: Goal, data: bytes, is_up: bool, by: Person, note: str = "") -> Edit | None:
    """Take a goal's targets from an XLSX file; nothing where nothing differs.

    Every parent becomes the sum of those below it when ``is_up``; else parents keep what
    they have and siblings make room. People the goal did not ask yet join it.

    Raises:
        ProblemsFound: with every row and column that cannot be taken; nothing was changed.
    """
    cycle = locked(goal.cycle)
    require_sets_whole(by, cycle)
    goal = cycle.goals.select_related("cycle__tenant", "cycle__root").get(pk=goal.pk)
    sheet = _read(goal, rows_of(data))
    before = tree_of(goal)
    tree = _joined(goal, before, sheet)
    spread = _named(goal, tree)
    _leave_what_stands(sheet, spread)
    if sheet.problems:
        raise ProblemsFound(sheet.problems)
    if not sheet.given:
        return None
    _check_locks(tree, sheet)
    with told_in(goal):
        after, weights = _filled(goal, tree, spread, sheet, is_up=is_up)
    if sheet.problems:
        raise ProblemsFound(sheet.problems)
    check_tree(goal, after)
    change = _change(goal, before, after, weights)
    return keep_change(cycle, change, deed="filled", by=by, note=note)


def _read(goal: Goal, rows: Sequence[Sequence[str]]) -> _Sheet:
    header = [cell.strip() for cell in rows[0]] if rows else []
    places = {
        name: place
        for place, cell in enumerate(header)
        for words in (KIND, CODE, TOTAL)
        if (name := words.get(cell.lower()))
    }
    for name in ("kind", "code"):
        if name not in places:
            raise ColumnMissing(column=name)
    columns = {
        period.key: header.index(period.key)
        for period in goal.cycle.periods
        if period.key in header
    }
    if "total" in places:
        columns[WHOLE] = places["total"]
    known = _codes(goal)
    sheet = _Sheet()
    for number, row in enumerate(rows[1:], start=2):
        cells_ = [*row, *[""] * (len(header) - len(row))]
        if any(cells_):
            _read_row(goal, sheet, number, (cells_, header), (places, columns), known)
    return sheet


def _codes(goal: Goal) -> dict[tuple[str, str], str]:
    root = goal.cycle.root
    units = Unit.objects.filter(tenant_id=root.tenant_id, path__startswith=root.path)
    people = Person.objects.filter(tenant_id=root.tenant_id, is_robot=False)
    return {
        **{("unit", code): f"u{pk}" for pk, code in units.values_list("pk", "code")},
        **{("person", code): f"p{pk}" for pk, code in people.values_list("pk", "code")},
    }


def _read_row(
    goal: Goal,
    sheet: _Sheet,
    number: int,
    row: tuple[Sequence[str], Sequence[str]],
    where: tuple[Mapping[str, int], Mapping[str, int]],
    known: Mapping[tuple[str, str], str],
) -> None:
    cells_, header = row
    places, columns = where
    word, code = cells_[places["kind"]].lower(), cells_[places["code"]]
    kind = "unit" if word in UNIT_WORDS else "person" if word in PERSON_WORDS else ""
    node = known.get((kind, code))
    if not kind:
        sheet.refuse(KindUnclear(kind=word), number, header[places["kind"]], word)
    elif node is None:
        sheet.refuse(NobodyOfThatCode(code=code), number, header[places["code"]], code)
    elif node in sheet.rows:
        sheet.refuse(GivenTwice(row=sheet.rows[node]), number, header[places["code"]], code)
    else:
        sheet.rows[node] = number
        for column, place in columns.items():
            text = cells_[place]
            amount = _amount(goal, text)
            if text and amount is None:
                refusal = NotAnAmount(text=text, digits=goal.digits)
                sheet.refuse(refusal, number, header[place], text)
            elif amount is not None:
                sheet.given.setdefault(node, {})[column] = amount


def _amount(goal: Goal, text: str) -> int | None:
    """Return an amount in smallest units, or nothing where none is written."""
    try:
        amount = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0 or amount != round(amount, goal.digits):
        return None
    return goal.in_units(amount)


def _joined(goal: Goal, tree: Tree, sheet: _Sheet) -> Tree:
    """Return the tree with those in it whom the sheet asks and the goal did not yet."""
    here = {tree.root, *(child for level in tree.org.values() for child in level)}
    if not set(sheet.given) - here:
        return tree
    nodes = here | set(sheet.given)
    people = {int(node[1:]) for node in nodes if node.startswith("p")}
    shape = shape_of(goal.cycle.root, day_of(goal.cycle), people)
    grown = regrown(tree, {node: below for node, below in shape.below.items() if below}).tree
    inside = {child for level in grown.org.values() for child in level} | {grown.root}
    for node in set(sheet.given) - inside:
        sheet.refuse(NobodyOfThatCode(code=node[1:]), sheet.rows[node])
    return grown


Named = dict[str, dict[str, int]]


def _named(goal: Goal, tree: Tree) -> Named:
    """Return what each node has now, by period and as a whole."""
    keys = list(goal.weights)
    return {
        node: {**dict(zip(keys, each, strict=True)), WHOLE: sum(each)}
        for node, each in by_period(tree, goal.weights).items()
    }


def _leave_what_stands(sheet: _Sheet, spread: Named) -> None:
    """Drop what a sheet says that is so already, and check what it says twice."""
    for node, given in list(sheet.given.items()):
        stands = spread.get(node, {})
        periods = {key: amount for key, amount in given.items() if key != WHOLE}
        made = sum({**{k: v for k, v in stands.items() if k != WHOLE}, **periods}.values())
        if periods and given.get(WHOLE, made) != made:
            error = PeriodsDoNotMakeTotal(periods=made, total=given[WHOLE])
            sheet.refuse(error, sheet.rows[node])
        changed = {key: amount for key, amount in given.items() if stands.get(key) != amount}
        if changed:
            sheet.given[node] = changed
        else:
            del sheet.given[node]


def _check_locks(tree: Tree, sheet: _Sheet) -> None:
    held = {
        child
        for level in tree.org.values()
        for child, share in level.items()
        if share.held is not None
    }
    for node in sheet.given:
        if ({node} | above(tree, [node])) & held:
            sheet.refuse(IsHeld(), sheet.rows[node])


def _filled(
    goal: Goal, tree: Tree, spread: Named, sheet: _Sheet, *, is_up: bool
) -> tuple[Tree, list[int] | None]:
    """Return the tree as the sheet asks for, and the company's periods where they change."""
    totals = {node: _total(spread[node], given) for node, given in sheet.given.items()}
    periods = {
        node: {key: amount for key, amount in given.items() if key != WHOLE}
        for node, given in sheet.given.items()
    }
    has_periods = any(periods.values())
    if not is_up:
        filled = filled_down(tree, totals)
        return (_with_own(goal, filled, periods), None) if has_periods else (filled, None)
    leaves = {node: total for node, total in totals.items() if node not in tree.org}
    if not has_periods:
        filled = filled_up(tree, leaves)
        _check_units(tree, sheet, asked(filled), totals)
        return filled, None
    given = {node: periods[node] or _scaled(spread[node], totals[node]) for node in leaves}
    made = spread_up(tree, goal.weights, given)
    filled = at_spread(tree, made)
    _check_units(tree, sheet, asked(filled), totals)
    for node in set(totals) & set(tree.org):
        for key, amount in periods[node].items():
            if made[node][key] != amount:
                sheet.refuse(ChildrenDoNotMakeUnit(below=made[node][key]), sheet.rows[node], key)
    return filled, list(made[tree.root].values())


def _total(stands: Mapping[str, int], given: Mapping[str, int]) -> int:
    if WHOLE in given:
        return given[WHOLE]
    return sum(amount for key, amount in {**stands, **given}.items() if key != WHOLE)


def _scaled(stands: Mapping[str, int], total: int) -> dict[str, int]:
    weights = {key: amount for key, amount in stands.items() if key != WHOLE}
    return {key: share.weight for key, share in weighted(total, weights).items()}


def _check_units(
    tree: Tree, sheet: _Sheet, whole: Mapping[str, int], totals: Mapping[str, int]
) -> None:
    for node, total in totals.items():
        if node in tree.org and whole[node] != total:
            sheet.refuse(ChildrenDoNotMakeUnit(below=whole[node]), sheet.rows[node])


def _with_own(goal: Goal, tree: Tree, periods: Mapping[str, Mapping[str, int]]) -> Tree:
    """Return the tree in which some nodes have periods of their own; their amounts stay."""
    keys = list(goal.weights)
    own = dict(tree.mixes.get(PERIOD, {}))
    now = by_period(tree, goal.weights)
    for node, given in periods.items():
        if given:
            own[node] = weighted(
                sum(now[node]), {**dict(zip(keys, now[node], strict=True)), **given}
            )
    return replace(tree, mixes={**tree.mixes, PERIOD: own})


def _change(goal: Goal, before: Tree, after: Tree, weights: list[int] | None) -> Change:
    groups: list[GroupChange] = [
        (goal, ORG, node, after.org.get(node)) for node in {**before.org, **after.org}
    ]
    own = after.mixes.get(PERIOD, {})
    groups += [(goal, PERIOD, node, level) for node, level in own.items() if node != after.root]
    fields: dict[str, object] = {}
    if after.total != before.total:
        fields["amount"] = goal.as_amount(after.total)
    if weights is not None:
        fields |= {"period_weights": weights, "seasonality": "by_hand"}
    return Change(groups=groups, fields=[(goal, fields)] if fields else [], reshapes=True)
