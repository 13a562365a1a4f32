"""The controls of the builder: what a rule says, its conditions and its responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.period import Grain
from bihuan.org.domain.role import Role
from bihuan.org.models import ROLE_LABELS
from bihuan.rules.actions.drafting import REASON_LENGTH
from bihuan.rules.domain.condition import (
    GRAINS,
    MOST_DAYS,
    MOST_FIELD_DAYS,
    MOST_PERIODS,
    Measure,
    Side,
)
from bihuan.rules.domain.definition import ABOUT_LENGTH, NAME_LENGTH
from bihuan.rules.domain.field import OPS, WITH_DAYS, WITHOUT_VALUES, FieldType, Op
from bihuan.rules.domain.response import CONTENT_SAYS, KIND_SAYS, TO_SAYS, To
from bihuan.rules.domain.subject import Subject
from bihuan.rules.forms.entry import ABSENCE, ALL, ANY, DROP, DWELL, FIELD, IN_PERCENT, SINCE
from bihuan.rules.queries.fields import KnownField

Choices = Sequence[tuple[str, str]]

REDRAWS = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-vals": '{"do": "redraw"}',
    "hx-target": "#builder",
    "hx-swap": "outerHTML",
}
"""A choice after which other controls are asked for; the address is the page's own."""
EVERY_LABELS = {
    Grain.DAY.value: _("Every morning"),
    Grain.WEEK.value: _("Every Monday"),
    Grain.FORTNIGHT.value: _("Every second Monday"),
    Grain.MONTH.value: _("On the first of each month"),
}
GRAIN_LABELS = {
    Grain.DAY.value: _("days"),
    Grain.WEEK.value: _("weeks"),
    Grain.FORTNIGHT.value: _("fortnights"),
    Grain.MONTH.value: _("months"),
}
KIND_LABELS = {
    Measure.ATTAINMENT.value: _("Attainment of the paced target"),
    Measure.VALUE.value: _("Value of a metric"),
    Measure.SHARE.value: _("Share of a part in a metric"),
    DROP: _("Drop under one's own usual"),
    SINCE: _("Days since the last fact"),
    ABSENCE: _("No fact for some days"),
    DWELL: _("A deal stands still in its stage"),
    FIELD: _("What it says of itself"),
}
JOINT_LABELS = {ALL: _("All of these hold"), ANY: _("At least one of these holds")}
SIDE_LABELS = {Side.BELOW.value: _("is below"), Side.ABOVE.value: _("is above")}
SUBJECT_LABELS = {
    Subject.PERSON.value: _("People"),
    Subject.UNIT.value: _("Units"),
    Subject.ACCOUNT.value: _("Customers"),
    Subject.OPPORTUNITY.value: _("Open deals"),
}
OP_LABELS = {
    Op.EQUALS.value: _("is exactly"),
    Op.ONE_OF.value: _("is one of"),
    Op.CONTAINS.value: _("contains"),
    Op.AT_LEAST.value: _("is at least"),
    Op.AT_MOST.value: _("is at most"),
    Op.EMPTY.value: _("is empty"),
    Op.PAST.value: _("lies in the last days"),
    Op.COMING.value: _("lies in the next days"),
}
OF_DAYS = {Op.AT_LEAST.value: _("is on or after"), Op.AT_MOST.value: _("is on or before")}
COVERABLE = tuple(role for role in Role if role is not Role.INTEGRATION)
FIELDS_OF = {
    Measure.ATTAINMENT.value: ("metric", "side", "limit", "back", "periods", "grain", "over"),
    Measure.VALUE.value: ("metric", "side", "limit", "back", "periods", "grain", "over"),
    Measure.SHARE.value: (
        *("metric", "dimension", "part", "side", "limit", "back", "periods", "grain", "over"),
    ),
    DROP: ("metric", "limit", "back", "before", "grain"),
    SINCE: ("facts", "days"),
    ABSENCE: ("facts", "days"),
    DWELL: ("stages", "days"),
    FIELD: ("field", "op", "values"),
}
"""Which controls a kind of condition has, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from, in the language of the page."""

    metrics: Choices
    kinds: Choices
    units: Choices
    dimensions: Choices = field(default=())
    fields: Sequence[tuple[KnownField, str]] = field(default=())
    """The fields of the subject that is chosen, with what each is called."""
    attributes: Choices = field(default=())
    """What may name who is responsible for a customer or deal."""
    is_held: bool = False
    """Whether the subject that is chosen is a customer or a deal."""


class RuleForm(forms.Form):
    """Everything a rule says besides its conditions and responses."""

    key = forms.CharField(
        label=_("Key"),
        max_length=NAME_LENGTH,
        help_text=_("Small letters, digits and underscores; it stands in addresses and stays."),
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=NAME_LENGTH)
    name_en = forms.CharField(label=_("Name in English"), max_length=NAME_LENGTH)
    about_zh = forms.CharField(
        label=_("What it is for, in Chinese"), max_length=ABOUT_LENGTH, required=False
    )
    about_en = forms.CharField(
        label=_("What it is for, in English"), max_length=ABOUT_LENGTH, required=False
    )
    every = forms.ChoiceField(label=_("It looks"), choices=list(EVERY_LABELS.items()))
    subject = forms.ChoiceField(label=_("Whom it judges"), choices=list(SUBJECT_LABELS.items()))
    roles = forms.MultipleChoiceField(
        label=_("Of people, those who are"),
        choices=[(role.value, ROLE_LABELS[role.value]) for role in COVERABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    units = forms.MultipleChoiceField(
        label=_("Only in these units"),
        required=False,
        help_text=_("With all below them; none chosen means everywhere."),
    )
    product_lines = forms.CharField(
        label=_("Only these product lines"),
        required=False,
        help_text=_("With commas between them; empty means all."),
    )
    owner = forms.ChoiceField(
        label=_("Who is responsible"),
        required=False,
        help_text=_("It is seen in the unit of that person, and what is asked goes to them."),
    )
    metrics = forms.MultipleChoiceField(
        label=_("Key metrics"),
        required=False,
        help_text=_("Each is judged by itself where a condition reads “each key metric”."),
    )
    joint = forms.ChoiceField(label=_("It fires when"), choices=list(JOINT_LABELS.items()))
    back_looks = forms.IntegerField(
        label=_("Over after so many good looks"), min_value=1, max_value=12
    )
    cooldown_days = forms.IntegerField(
        label=_("Quiet days after an alert"), min_value=0, max_value=366
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=1,
        max_value=99,
        help_text=_("Of several that fire for one subject, the one with the highest speaks."),
    )
    is_on = forms.BooleanField(label=_("It looks at all: switched on"), required=False)
    reason = forms.CharField(
        label=_("Why?"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What this version is for; asked for at the latest when it is put in force."),
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    as_data = forms.CharField(
        label=_("Conditions as data"),
        required=False,
        widget=forms.Textarea({"rows": 10, "class": "code"}),
    )

    def __init__(
        self, *args: object, offered: Offered, is_new: bool, is_deep: bool = False, **more: object
    ) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # passed through as given
        if not is_new:
            del self.fields["key"]
        if not is_deep:
            del self.fields["as_data"]
        del self.fields["roles" if offered.is_held else "owner"]
        if offered.is_held:
            latest = ("", _("Whoever recorded the latest fact of it"))
            self.fields["owner"].choices = [latest, *offered.attributes]  # type: ignore[attr-defined]
        self.fields["subject"].widget.attrs.update(REDRAWS)
        self.fields["metrics"].choices = offered.metrics  # type: ignore[attr-defined]
        self.fields["units"].choices = offered.units  # type: ignore[attr-defined]
        self.fields["metrics"].widget.attrs["size"] = 6
        self.fields["units"].widget.attrs["size"] = 6


class ConditionForm(forms.Form):
    """One condition; which of its controls count is told by its kind."""

    kind = forms.ChoiceField(label=_("What is looked at"), choices=list(KIND_LABELS.items()))
    metric = forms.ChoiceField(label=_("Metric"), required=False)
    dimension = forms.ChoiceField(label=_("Part by"), required=False)
    part = forms.CharField(label=_("The part"), required=False, max_length=80)
    side = forms.ChoiceField(
        label=_("Comparison"), required=False, choices=list(SIDE_LABELS.items())
    )
    limit = forms.DecimalField(
        label=_("Limit"), required=False, max_digits=20, decimal_places=4, widget=forms.TextInput
    )
    back = forms.DecimalField(
        label=_("Over once back at"),
        required=False,
        max_digits=20,
        decimal_places=4,
        widget=forms.TextInput,
    )
    periods = forms.IntegerField(
        label=_("Periods running"), required=False, min_value=1, max_value=MOST_PERIODS
    )
    before = forms.IntegerField(
        label=_("Usual: median of periods before"),
        required=False,
        min_value=3,
        max_value=MOST_PERIODS,
    )
    grain = forms.ChoiceField(
        label=_("Periods"),
        required=False,
        choices=[(each.value, GRAIN_LABELS[each.value]) for each in GRAINS],
    )
    over = forms.IntegerField(
        label=_("Periods put together"), required=False, min_value=1, max_value=MOST_PERIODS
    )
    facts = forms.MultipleChoiceField(label=_("Facts"), required=False)
    stages = forms.CharField(label=_("Stages, with commas; empty means any"), required=False)
    days = forms.IntegerField(
        label=_("Number of days"), required=False, min_value=1, max_value=MOST_DAYS
    )
    field = forms.ChoiceField(label=_("Field"), required=False)
    op = forms.ChoiceField(label=_("Comparison"), required=False)
    values = forms.CharField(label=_("With what"), required=False, max_length=2000)
    within = forms.IntegerField(
        label=_("Number of days"), required=False, min_value=0, max_value=MOST_FIELD_DAYS
    )
    denied = forms.BooleanField(label=_("It must not be so"), required=False)

    def __init__(self, *args: object, offered: Offered, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # passed through as given
        for name in ("kind", "field", "op"):
            self.fields[name].widget.attrs.update(REDRAWS)
        self._offer_fields(offered)
        metrics = [("", _("each key metric")), *offered.metrics]
        for name, choices in (
            ("metric", metrics),
            ("dimension", offered.dimensions),
            ("facts", offered.kinds),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # fields of choices
        if self._kind in IN_PERCENT:
            self.fields["limit"].label = _("Limit, in percent")
            self.fields["back"].label = _("Over once back at, in percent")

    def _offer_fields(self, offered: Offered) -> None:
        """Let the comparison fit the type of the field, and say what may stand there."""
        names = [(known.name, label) for known, label in offered.fields]
        self.fields["field"].choices = names  # type: ignore[attr-defined]  # of choices
        known = {each.name: each for each, _label in offered.fields}
        first = offered.fields[0][0] if offered.fields else None
        self.known = known.get(str(self["field"].value() or ""), first)
        kind = self.known.type if self.known is not None else FieldType.TEXT
        labels = OP_LABELS | (OF_DAYS if kind is FieldType.DATE else {})
        choices = [(op.value, labels[op.value]) for op in OPS[kind]]
        self.fields["op"].choices = choices  # type: ignore[attr-defined]  # of choices
        if self.known is not None and self.known.examples:
            shown = {"examples": self.known.shown_examples}
            self.fields["values"].help_text = _("For example: %(examples)s") % shown
        if kind is FieldType.DATE:
            self.fields["values"].widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")

    @property
    def _kind(self) -> str:
        return str(self["kind"].value() or Measure.ATTAINMENT.value)

    @property
    def _op(self) -> str:
        """Return the comparison that is chosen; the first where the one chosen does not fit."""
        offered = [value for value, _label in self.fields["op"].choices]  # type: ignore[attr-defined]
        chosen = self["op"].value()
        return str(chosen if chosen in offered else offered[0])

    @property
    def shown(self) -> list[forms.BoundField]:
        """Return the controls that a condition of its kind has."""
        names = FIELDS_OF.get(self._kind, ())
        if self._kind == FIELD and self._op in WITHOUT_VALUES:
            names = ("field", "op", *(("within",) if self._op in WITH_DAYS else ()))
        return [self[name] for name in names]

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if self.known is not None:
            given["type"] = self.known.type.value
        return given


class ResponseForm(forms.Form):
    """One response: what happens, to whom it goes, and until when it is to be done."""

    kind = forms.ChoiceField(
        label=_("What happens"), choices=[(each.value, _(says)) for each, says in KIND_SAYS.items()]
    )
    to = forms.ChoiceField(
        label=_("Whom it goes to"),
        choices=[(each.value, _(says)) for each, says in TO_SAYS.items()],
    )
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[("", "–"), *((role.value, ROLE_LABELS[role.value]) for role in COVERABLE)],
    )
    due_days = forms.IntegerField(
        label=_("Days to do it"), required=False, min_value=1, max_value=60
    )
    brings = forms.MultipleChoiceField(
        label=_("It brings with it"),
        required=False,
        choices=[(each.value, _(says)) for each, says in CONTENT_SAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label=_("In the company's own words; empty means the product's"),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # passed through as given
        for name in ("kind", "to"):
            self.fields[name].widget.attrs.update(REDRAWS)

    @property
    def shown(self) -> list[forms.BoundField]:
        """Return the controls that a response of its kind has."""
        kind, to = str(self["kind"].value()), str(self["to"].value())
        names = ["to"]
        if to == To.ROLE.value:
            names.append("role")
        if kind in ("task", "proposal", "freeze", "pack"):
            names.append("due_days")
        if kind == "task":
            names.append("brings")
        if kind in ("task", "notice", "proposal", "freeze"):
            names.append("words")
        return [self[name] for name in names]
