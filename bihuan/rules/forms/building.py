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
from bihuan.rules.domain.condition import GRAINS, MOST_DAYS, MOST_PERIODS, Measure, Side
from bihuan.rules.domain.definition import ABOUT_LENGTH, NAME_LENGTH
from bihuan.rules.domain.response import CONTENT_SAYS, KIND_SAYS, TO_SAYS, To
from bihuan.rules.domain.subject import Subject
from bihuan.rules.forms.entry import ABSENCE, ALL, ANY, DROP, DWELL, IN_PERCENT, SINCE

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
}
JOINT_LABELS = {ALL: _("All of these hold"), ANY: _("At least one of these holds")}
SIDE_LABELS = {Side.BELOW.value: _("is below"), Side.ABOVE.value: _("is above")}
SUBJECT_LABELS = {Subject.PERSON.value: _("People"), Subject.UNIT.value: _("Units")}
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
}
"""Which controls a kind of condition has, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from, in the language of the page."""

    metrics: Choices
    kinds: Choices
    units: Choices
    dimensions: Choices = field(default=())


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
    denied = forms.BooleanField(label=_("It must not be so"), required=False)

    def __init__(self, *args: object, offered: Offered, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # passed through as given
        self.fields["kind"].widget.attrs.update(REDRAWS)
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

    @property
    def _kind(self) -> str:
        return str(self["kind"].value() or Measure.ATTAINMENT.value)

    @property
    def shown(self) -> list[forms.BoundField]:
        """Return the controls that a condition of its kind has."""
        return [self[name] for name in FIELDS_OF.get(self._kind, ())]


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
