"""The rows and groups of a condition, as controls of the editor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bihuan.metrics.domain.condition import BARE, LISTED, OPS_OF, Op
from bihuan.metrics.domain.entry.branch import Branch
from bihuan.metrics.domain.entry.condition import FIELD, GROUPS, PARAMETER, VALUE, values_of
from bihuan.metrics.domain.field import FIELDS, NUMERIC, FieldType
from bihuan.metrics.domain.formula import CHINESE, ENGLISH
from bihuan.metrics.forms.controls import Choices, Control, Kind, Node, Spot

GROUP_LABELS = [
    ("all", _("All of these hold")),
    ("any", _("At least one of these holds")),
    ("not", _("None of these holds")),
]
COMPARE_LABELS = {
    VALUE: _("this value"),
    FIELD: _("another field"),
    PARAMETER: _("a parameter"),
}
PREFERRED = ("kind", "category", "product_line", "amount", "outcome", "stage", "channel")
"""Fields that conditions mostly read, offered first."""


@dataclass(frozen=True)
class Known:
    """What there is to choose from, in one language."""

    is_chinese: bool
    kinds: Mapping[str, str]
    offered: Mapping[str, Sequence[str]]
    metrics: Choices

    def field_label(self, name: str) -> str:
        field = FIELDS[name]
        return field.label_zh if self.is_chinese else field.label_en

    def fields(self, *types: FieldType) -> Choices:
        """Return fields of some types, or all, those that are mostly read first."""
        order = {name: number for number, name in enumerate(PREFERRED)}
        names = sorted(FIELDS, key=lambda name: order.get(name, len(order)))
        return [
            (name, self.field_label(name))
            for name in names
            if not types or FIELDS[name].type in types
        ]

    def ops(self, field: str) -> Choices:
        """Return the comparisons that fit a field."""
        words = (CHINESE if self.is_chinese else ENGLISH).ops
        allowed = OPS_OF[FIELDS[field].type] if field in FIELDS else frozenset(Op)
        return [(op.value, words[op]) for op in Op if op in allowed]

    def values(self, field: str) -> Choices:
        """Return what facts really say in a field."""
        if field == "kind":
            return list(self.kinds.items())
        return [(value, value) for value in self.offered.get(field, ())]


class Rows:
    """Builds the controls of conditions, and remembers each spot by its place."""

    def __init__(self, known: Known, root: Branch) -> None:
        self.known = known
        self.root = root
        self.spots: dict[str, Spot] = {}

    def control(self, branch: Branch, name: str, control: Control) -> Control:
        """Return a control that is called by its place, with what stands there."""
        control.place = f"{branch.place}.{name}".lstrip(".")
        if not control.texts:
            control.texts = [branch.text(name)]
        self.spots[control.place] = control
        return control

    def node(self, branch: Branch) -> Node:
        """Return a condition with everything below it."""
        node = Node(place=branch.place)
        self.spots[node.place] = node
        if branch.text("is") in GROUPS:
            node.is_group = True
            node.controls = [self._how(branch)]
            node.parts = [self.node(each) for each in branch.own_numbered()]
        else:
            node.controls = self._row(branch)
        return node

    def _how(self, branch: Branch) -> Control:
        how = Control("", kind="select", label=_("How they go together"), choices=GROUP_LABELS)
        how.is_bare = True
        return self.control(branch, "is", how)

    def _row(self, branch: Branch) -> list[Control]:
        field, op = branch.text("field"), branch.text("op")
        first = Control(
            "", kind="select", label=_("Field"), choices=self.known.fields(), redraws=True
        )
        ops = self.known.ops(field)
        second = Control("", kind="select", label=_("Comparison"), choices=ops, redraws=True)
        row = [self.control(branch, "field", first), self.control(branch, "op", second)]
        if op not in dict(ops):
            op = ops[0][0]
        if op not in BARE:
            row += self._values(branch, field, op)
        for each in row:
            each.is_bare = True
        return row

    def _values(self, branch: Branch, field: str, op: str) -> list[Control]:
        if op in LISTED:
            return self._many(branch, field)
        found = []
        compare = branch.text("compare") or VALUE
        ways = self._ways(field)
        if len(ways) > 1:
            control = Control("", kind="select", label=_("Compared with"), redraws=True)
            control.choices = ways
            found.append(self.control(branch, "compare", control))
        if compare == FIELD:
            others = self.known.fields(FIELDS[field].type) if field in FIELDS else []
            other = Control("", kind="select", label=_("Other field"), choices=others)
            return [*found, self.control(branch, "other", other)]
        if compare == PARAMETER and len(ways) > 1:
            parameter = Control("", kind="select", label=_("Parameter"))
            parameter.choices = self._parameters()
            return [*found, self.control(branch, "parameter", parameter)]
        return [*found, self._one(branch, field)]

    def _one(self, branch: Branch, field: str) -> Control:
        kind: Kind = "select" if field == "kind" else "text"
        if field in FIELDS and FIELDS[field].type is FieldType.DAY:
            kind = "date"
        choices = self.known.values(field)
        chosen = values_of(branch)
        if kind == "select":
            choices = [("", _("Choose a kind of fact")), *choices]
            choices += [(each, each) for each in chosen[:1] if each not in dict(choices)]
        control = Control("", kind=kind, label=_("Value"), texts=chosen[:1] or [""])
        control.choices = choices
        return self.control(branch, "value", control)

    def _many(self, branch: Branch, field: str) -> list[Control]:
        chosen = values_of(branch)
        labels = dict(self.known.values(field))
        # What is chosen comes first and in its own order, so that drawing changes nothing.
        order = {**dict.fromkeys(chosen), **dict.fromkeys(labels)}
        choices = [(each, labels.get(each, each)) for each in order]
        boxes = Control("", kind="checks", label=_("Values"), texts=chosen or [""])
        boxes.choices = choices
        more = Control("", kind="area", label=_("Other values, one a line"), texts=[""])
        return [self.control(branch, "value", boxes), self.control(branch, "more", more)]

    def _ways(self, field: str) -> Choices:
        """Return what a field can be compared with."""
        if field not in FIELDS or field == "kind":
            return [(VALUE, COMPARE_LABELS[VALUE])]
        ways = [VALUE, FIELD]
        if FIELDS[field].type in NUMERIC and self.root.numbered("parameters"):
            ways.append(PARAMETER)
        return [(way, COMPARE_LABELS[way]) for way in ways]

    def _parameters(self) -> Choices:
        given = self.root.numbered("parameters")
        label = "label_zh" if self.known.is_chinese else "label_en"
        return [(each.text("name"), each.text(label) or each.text("name")) for each in given]
