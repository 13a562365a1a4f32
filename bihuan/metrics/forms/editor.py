"""The editor of a definition: everything that is drawn of it, with problems at their places."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Problem
from bihuan.metrics.domain.definition import Better, Unit
from bihuan.metrics.domain.entry.branch import Branch, place_of_problem
from bihuan.metrics.domain.entry.metric import LISTS, MEASURE, RATIO
from bihuan.metrics.domain.field import DIMENSIONS, FIELDS, NUMERIC, FieldType
from bihuan.metrics.domain.gate import LAST, OWN, OwedBy
from bihuan.metrics.domain.measure import Over
from bihuan.metrics.forms.conditions import Known, Rows
from bihuan.metrics.forms.controls import (
    Choices,
    Control,
    GatesPart,
    Kind,
    MeasurePart,
    NeedPart,
    ParameterPart,
    Spot,
    TermPart,
    Text,
)
from bihuan.metrics.queries.catalogue import GROUP_LABELS, UNIT_LABELS

HOW_LABELS = [
    ("sum", _("the sum of a field")),
    ("count", _("how many facts")),
    ("distinct", _("how many different ones")),
    ("first", _("how many for the first time")),
    ("days_between", _("the days from one date to another")),
    ("metric", _("another metric")),
]
SIGN_LABELS = [("1", _("is added")), ("-1", _("is taken off"))]
OVER_LABELS = [
    (Over.PERIOD.value, _("of the period")),
    (Over.TO_DATE.value, _("from the beginning to the end of the period")),
]
OWED_LABELS = [
    (OwedBy.PERSON.value, _("Whoever the fact belongs to")),
    (OwedBy.MANAGER.value, _("Their manager")),
]
SHAPE_LABELS = [
    (MEASURE, _("An amount or a count")),
    (RATIO, _("A ratio: one divided by another")),
]
BETTER_LABELS = [
    (Better.HIGHER.value, _("the higher")),
    (Better.LOWER.value, _("the lower")),
]
WORDS: dict[str, tuple[Kind, Text]] = {
    "name_zh": ("text", _("Name in Chinese")),
    "name_en": ("text", _("Name in English")),
    "about_zh": ("area", _("What it is, in Chinese")),
    "about_en": ("area", _("What it is, in English")),
    "counted_zh": ("area", _("What counts, in Chinese, one a line")),
    "counted_en": ("area", _("What counts, in English, one a line")),
    "not_counted_zh": ("area", _("What does not count, in Chinese, one a line")),
    "not_counted_en": ("area", _("What does not count, in English, one a line")),
}
LINKS = ("contract", "opportunity", "account")


class Editor:
    """A definition as it is being written, drawn part by part."""

    def __init__(
        self,
        root: Branch,
        known: Known,
        *,
        is_new: bool,
        problems: Iterable[Problem] = (),
        focus: str | None = None,
    ) -> None:
        self.root, self.known = root, known
        self.rows = Rows(known, root)
        self.is_ratio = root.text("shape") == RATIO
        self.shape = self._select(root, "shape", _("Kind of figure"), SHAPE_LABELS, redraws=True)
        self.complement = self._complement()
        self.measures = self._measures()
        self.parameters = [self._parameter(each) for each in root.numbered("parameters")]
        # In the order of the page, so that the first problem is the topmost one.
        self.words = self._words(is_new=is_new)
        self.errors: list[str] = []
        self._tell(problems)
        self._look_at(focus)

    @property
    def problem_count(self) -> int:
        return sum(len(spot.errors) for spot in self.rows.spots.values()) + len(self.errors)

    def _select(
        self, branch: Branch, name: str, label: Text, choices: Choices, *, redraws: bool = False
    ) -> Control:
        control = Control("", kind="select", label=label, choices=choices, redraws=redraws)
        chosen = branch.text(name)
        if chosen and chosen not in dict(choices):
            control.choices = [*choices, (chosen, chosen)]
        return self.rows.control(branch, name, control)

    def _text(self, branch: Branch, name: str, label: Text, kind: Kind = "text") -> Control:
        return self.rows.control(branch, name, Control("", kind=kind, label=label))

    def _words(self, *, is_new: bool) -> list[Control]:
        root = self.root
        found = []
        for name, (kind, label) in WORDS.items():
            control = self._text(root, name, label, kind)
            if name in LISTS:
                control.texts = ["\n".join(root.lines(name))]
            found.append(control)
        groups = list(GROUP_LABELS.items())
        units = [(unit.value, UNIT_LABELS[unit.value]) for unit in Unit]
        found += [
            self._select(root, "unit", _("Unit of the figure"), units),
            self._select(root, "better", _("Better"), BETTER_LABELS),
            self._select(root, "group", _("Group"), groups),
        ]
        if is_new:
            key = self._text(root, "key", _("Code name"))
            key.help = _("Small letters, digits and underscores; programs know the metric by it.")
            found.append(key)
        return found

    def _complement(self) -> Control | None:
        if not self.is_ratio:
            return None
        ratio = self.root.at(RATIO)
        return self._text(ratio, "complement", _("One minus the ratio"), "switch")

    def _measures(self) -> list[MeasurePart]:
        if not self.is_ratio:
            return [self._measure(self.root.at(MEASURE), _("What is added up"))]
        ratio = self.root.at(RATIO)
        return [
            self._measure(ratio.at("of"), _("What is divided")),
            self._measure(ratio.at("to"), _("What it is divided by")),
        ]

    def _measure(self, branch: Branch, label: Text) -> MeasurePart:
        part = MeasurePart(branch.place, label=label)
        self.rows.spots[part.place] = part
        terms = branch.own_numbered()
        part.terms = [self._term(each, number) for number, each in enumerate(terms)]
        return part

    def _term(self, branch: Branch, number: int) -> TermPart:
        part = TermPart(branch.place, number=number)
        self.rows.spots[part.place] = part
        part.controls = [
            self._select(branch, "how", _("How it is counted"), HOW_LABELS, redraws=True),
            *self._what(branch),
            self._select(branch, "sign", _("Plus or minus"), SIGN_LABELS),
            self._select(branch, "over", _("Over which days"), OVER_LABELS),
        ]
        where = branch.below.get("where")
        if where is not None and where.text("is"):
            part.where = self.rows.node(where)
        gates = branch.below.get("gates")
        if gates is not None and gates.text("link"):
            part.gates = self._gates(gates)
        return part

    def _what(self, branch: Branch) -> list[Control]:
        known = self.known
        how = branch.text("how")
        if how == "sum":
            return [self._select(branch, "sum", _("Field"), known.fields(*NUMERIC))]
        if how in ("distinct", "first"):
            dimensions = [
                (name, each.label_zh if known.is_chinese else each.label_en)
                for name, each in DIMENSIONS.items()
                if name != "manager"
            ]
            return [self._select(branch, how, _("Of what"), dimensions)]
        if how == "days_between":
            days = known.fields(FieldType.DAY)
            begin = self._select(branch, "begin", _("First date"), days)
            self.rows.spots[f"{branch.place}.days_between"] = begin
            return [begin, self._select(branch, "end", _("Second date"), days)]
        if how == "metric":
            return [self._select(branch, "metric", _("Metric"), known.metrics)]
        return []

    def _gates(self, branch: Branch) -> GatesPart:
        part = GatesPart(branch.place)
        self.rows.spots[part.place] = part
        links = [
            name
            for name, field in FIELDS.items()
            if field.type in (FieldType.TEXT, FieldType.REFERENCE) and name != "kind"
        ]
        links.sort(key=lambda name: name not in LINKS)
        needs = branch.numbered("needs")
        days: Choices = [
            (LAST, _("the day the last one came")),
            (OWN, _("its own business day")),
            *((each.text("key"), self._gate_label(each)) for each in needs),
        ]
        part.controls = [
            self._select(
                branch,
                "link",
                _("What ties the facts together"),
                [(name, self.known.field_label(name)) for name in links],
            ),
            self._select(branch, "counts_on", _("It then counts on"), days),
        ]
        part.needs = [self._need(each) for each in needs]
        return part

    def _gate_label(self, branch: Branch) -> str:
        label = branch.text("label_zh" if self.known.is_chinese else "label_en")
        return say("the day of “%(gate)s”") % {"gate": label or branch.text("key")}

    def _need(self, branch: Branch) -> NeedPart:
        part = NeedPart(branch.place)
        self.rows.spots[part.place] = part
        part.controls = [
            self._text(branch, "label_zh", _("Name in Chinese")),
            self._text(branch, "label_en", _("Name in English")),
            self._select(branch, "owed_by", _("Who sees to it"), OWED_LABELS),
            self._text(branch, "within_days", _("Within days"), "number"),
            self._text(branch, "key", _("Code name")),
        ]
        part.where = self.rows.node(branch.at("where"))
        return part

    def _parameter(self, branch: Branch) -> ParameterPart:
        part = ParameterPart(branch.place)
        self.rows.spots[part.place] = part
        part.controls = [
            self._text(branch, "name", _("Code name")),
            self._text(branch, "value", _("Value")),
            self._text(branch, "label_zh", _("Name in Chinese")),
            self._text(branch, "label_en", _("Name in English")),
        ]
        return part

    def _tell(self, problems: Iterable[Problem]) -> None:
        """Put every problem to the spot it is about, or to the nearest one around."""
        for problem in problems:
            place = place_of_problem(problem.column)
            while place and place not in self.rows.spots:
                place = place[: max(place.rfind("."), place.rfind("["), 0)]
            spot = self.rows.spots.get(place)
            sentence = say(problem.says) % problem.params
            told = self.errors if spot is None else spot.errors
            if sentence not in told:
                told.append(sentence)

    def _look_at(self, focus: str | None) -> None:
        """Have the eye go to a place, or else to the first problem."""
        spots = list(self.rows.spots.values())
        if focus is None:
            focus = next((spot.place for spot in spots if spot.errors), None)
        if focus is None:
            return
        first = next((spot for spot in spots if self._is_in(spot, focus)), None)
        if isinstance(first, Control):
            first.has_focus = True

    @staticmethod
    def _is_in(spot: Spot, place: str) -> bool:
        is_below = spot.place == place or spot.place.startswith((f"{place}.", f"{place}["))
        return isinstance(spot, Control) and is_below
