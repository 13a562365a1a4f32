"""Rules as rows of controls: a definition taken apart into what the builder shows, and back.

The builder joins its conditions in one row of ``all`` or ``any``, each of them as it is or
denied. A rule whose conditions lie deeper is written as data instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bihuan.rules.domain.condition import (
    All,
    Any,
    Drop,
    Dwell,
    FieldIs,
    Leaf,
    Level,
    Measure,
    Not,
    Tree,
)
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.field import WITH_DAYS, WITHOUT_VALUES, FieldType, Op
from bihuan.rules.domain.response import Response

PERCENT = Decimal(100)
ALL, ANY = "all", "any"
DROP, SINCE, ABSENCE, DWELL, FIELD = "drop", "since", "absence", "dwell", "field"
LEVELS = (Measure.ATTAINMENT.value, Measure.VALUE.value, Measure.SHARE.value)
IN_PERCENT = frozenset({Measure.ATTAINMENT.value, Measure.SHARE.value, DROP})
"""Kinds of condition whose limits are typed in percent."""
LIST_MARKS = ("，", "、", ";", "；", "\n")
LISTING = frozenset({Op.ONE_OF, Op.CONTAINS})
"""Comparisons with several values, which are typed with commas between them."""

Row = dict[str, object]


def rows_of(tree: Tree) -> tuple[str, list[Row]] | None:
    """Return how the conditions of a rule are joined, and each; nothing where they lie deeper."""
    parts: tuple[Tree, ...] = (tree,)
    joint = ALL
    if isinstance(tree, All):
        parts = tree.all
    elif isinstance(tree, Any):
        parts, joint = tree.any, ANY
    found = [_row_of(each) for each in parts]
    rows = [each for each in found if each is not None]
    return (joint, rows) if len(rows) == len(found) else None


def _row_of(tree: Tree) -> Row | None:
    if isinstance(tree, Not):
        inner = None if isinstance(tree.not_, Not) else _row_of(tree.not_)
        return None if inner is None else {**inner, "denied": True}
    return None if isinstance(tree, All | Any) else _leaf_row(tree)


def _leaf_row(leaf: Leaf) -> Row | None:
    if isinstance(leaf, Level):
        return _level_row(leaf)
    if isinstance(leaf, FieldIs):
        return _field_row(leaf)
    if isinstance(leaf, Drop):
        back = None if leaf.back is None else _typed(leaf.back, DROP)
        return {
            "kind": DROP,
            "metric": leaf.metric,
            "limit": _typed(leaf.share, DROP),
            "back": back,
            "before": leaf.before,
            "grain": leaf.grain.value,
        }
    if isinstance(leaf, Dwell):
        return {"kind": DWELL, "stages": "，".join(leaf.stages), "days": leaf.days}
    return {"kind": leaf.kind, "facts": list(leaf.facts), "days": leaf.days}


def _field_row(leaf: FieldIs) -> Row | None:
    """Return a field and what is asked of it; nothing where a value would come back as two."""
    if leaf.op in LISTING and any(listed(each) != [each] for each in leaf.values):
        return None
    return {
        "kind": FIELD,
        "field": leaf.field,
        "op": leaf.op.value,
        "values": "，".join(leaf.values),
        "within": leaf.days,
    }


def _level_row(leaf: Level) -> Row:
    kind = leaf.measure.value
    return {
        "kind": kind,
        "metric": leaf.metric,
        "side": leaf.side.value,
        "limit": _typed(leaf.limit, kind),
        "back": None if leaf.back is None else _typed(leaf.back, kind),
        "periods": leaf.periods,
        "over": leaf.over,
        "grain": leaf.grain.value,
        "dimension": leaf.part.dimension if leaf.part else "",
        "part": leaf.part.value if leaf.part else "",
    }


def _typed(value: Decimal, kind: str) -> Decimal:
    """Return a limit as it is typed: a ratio in percent, without idle zeros."""
    shown = value * PERCENT if kind in IN_PERCENT else value
    return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown.normalize()


def response_row(response: Response) -> Row:
    return {
        "kind": response.kind.value,
        "to": response.to.value,
        "role": response.role.value if response.role else "",
        "due_days": response.due_days,
        "brings": [each.value for each in response.brings],
        "words": response.words,
    }


def entry_of(rule: RuleDefinition) -> Row:
    """Return what stands in the controls beside the rows."""
    cover = rule.cover
    return {
        "name_zh": rule.name_zh,
        "name_en": rule.name_en,
        "about_zh": rule.about_zh,
        "about_en": rule.about_en,
        "subject": rule.subject.value,
        "every": rule.every.value,
        "metrics": list(rule.metrics),
        "units": list(cover.units),
        "roles": [role.value for role in cover.roles],
        "product_lines": "，".join(cover.product_lines),
        "owner": cover.owner,
        "back_looks": rule.back_looks,
        "cooldown_days": rule.cooldown_days,
        "priority": rule.priority,
        "is_on": rule.is_on,
    }


def leaf_from(given: Mapping[str, object]) -> Row:
    """Return a condition as data from what stands in its row."""
    leaf = _bare_leaf(given)
    return {"not": leaf} if given.get("denied") else leaf


def _bare_leaf(given: Mapping[str, object]) -> Row:
    kind = str(given["kind"])
    if kind in LEVELS:
        return _level_from(kind, given)
    if kind == FIELD:
        return _field_from(given)
    if kind == DROP:
        return _without_blanks(
            {
                "kind": DROP,
                "metric": given.get("metric") or "",
                "share": _ratio(given.get("limit"), kind),
                "back": _ratio(given.get("back"), kind),
                "before": given.get("before"),
                "grain": given.get("grain"),
            }
        )
    if kind == DWELL:
        stages = listed(str(given.get("stages") or ""))
        return _without_blanks({"kind": DWELL, "stages": stages, "days": given.get("days")})
    facts = given.get("facts") or []
    return _without_blanks({"kind": kind, "facts": facts, "days": given.get("days")})


def _field_from(given: Mapping[str, object]) -> Row:
    op, text = str(given.get("op") or ""), str(given.get("values") or "").strip()
    values = listed(text) if op in LISTING else [text] if text else []
    return {
        "kind": FIELD,
        "field": given.get("field") or "",
        "type": given.get("type") or FieldType.TEXT.value,
        "op": op,
        "values": [] if op in WITHOUT_VALUES else values,
        "days": (given.get("within") or 0) if op in WITH_DAYS else 0,
    }


def _level_from(kind: str, given: Mapping[str, object]) -> Row:
    leaf: Row = {
        "kind": "level",
        "measure": kind,
        "metric": given.get("metric") or "",
        "side": given.get("side"),
        "limit": _ratio(given.get("limit"), kind),
        "back": _ratio(given.get("back"), kind),
        "periods": given.get("periods"),
        "over": given.get("over"),
        "grain": given.get("grain"),
    }
    if kind == Measure.SHARE.value:
        leaf["part"] = {"dimension": given.get("dimension"), "value": given.get("part")}
    return _without_blanks(leaf)


def _without_blanks(leaf: Row) -> Row:
    """Leave out what was left empty, so that the rule says what is missing or takes its usual."""
    return {name: value for name, value in leaf.items() if value is not None}


def _ratio(value: object, kind: str) -> str | None:
    """Return a limit as the rule keeps it: exactly, as text."""
    if not isinstance(value, Decimal):
        return None
    return f"{value / PERCENT if kind in IN_PERCENT else value:f}"


def response_from(given: Mapping[str, object]) -> Row:
    """Return a response as data from what stands in its row."""
    return {
        "kind": given["kind"],
        "to": given["to"],
        "role": given.get("role") or None,
        "due_days": given.get("due_days") or 3,
        "brings": given.get("brings") or [],
        "words": given.get("words") or "",
    }


def listed(text: str) -> list[str]:
    """Return the words of a list, whichever commas it was typed with."""
    for mark in LIST_MARKS:
        text = text.replace(mark, ",")
    return [word.strip() for word in text.split(",") if word.strip()]
