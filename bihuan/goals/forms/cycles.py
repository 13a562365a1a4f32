"""Shapes of what is typed about cycles; they check form, never save."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.goals.actions import GoalAsked
from bihuan.goals.domain.cycle import Method, Reason, Seasonality
from bihuan.goals.domain.quota import EARLIEST, LATEST
from bihuan.goals.forms.quotas import DayInput, UnitField, metric_choices
from bihuan.goals.forms.weighing import AmountUnreadable, in_units
from bihuan.goals.models import Goal
from bihuan.goals.models.cycle import GRAIN_LABELS, SEASONALITY_LABELS, WEIGHTS
from bihuan.goals.models.revision import REASON_LABELS
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries import MetricDefinition
from bihuan.org.models import Unit

SPLIT_BY = ("product_line", "region", "tier", "channel", "industry", "category")
"""The dimensions a form offers; the API takes any other that is no reference."""
METHODS = {
    Method.HISTORY.value: _("As last year's figures were"),
    Method.EVEN.value: _("Evenly, by head"),
    Method.POTENTIAL.value: _("By potential: another metric's figures"),
}
LEVELS_DEEP = 5
OWN_SPANS = "own"
"""Spans of a cycle's own come with a file or by the API; a form has no room for them."""
MOST_FACTORS = 24


def _depths() -> list[tuple[str, object]]:
    levels = [
        (
            str(depth),
            ngettext(
                "company and %(count)s level below", "company and %(count)s levels below", depth
            )
            % {"count": depth},
        )
        for depth in range(1, LEVELS_DEEP + 1)
    ]
    return [("", _("not split")), ("0", _("company only")), *levels]


class CycleForm(forms.Form):
    """A span targets are set for."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Short and unmistakable, such as 2027-Q1.")
    )
    start = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())
    grain = forms.ChoiceField(
        label=_("Targets per"),
        choices=[pair for pair in GRAIN_LABELS.items() if pair[0] != OWN_SPANS],
        help_text=_("Every person gets a target for each of these periods."),
    )
    root = UnitField(
        Unit.objects.none(),
        label=_("For"),
        empty_label=None,
        help_text=_("The unit whose target is shared out, down to each person below it."),
    )

    def __init__(self, *args: object, units: Sequence[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        root = self.fields["root"]
        assert isinstance(root, UnitField)
        root.queryset = Unit.objects.filter(pk__in=units, ended_on=None).order_by("path")
        for field in ("start", "last_day"):
            bounds = {"min": EARLIEST.isoformat(), "max": (LATEST - timedelta(days=1)).isoformat()}
            self.fields[field].widget.attrs.update(bounds)


class LevelsForm(forms.Form):
    """What of a goal can be changed at any time."""

    amount = forms.DecimalField(
        label=_("Target of the company"),
        max_digits=20,
        decimal_places=4,
        min_value=Decimal(0),
        help_text=_("Money in full, not in ten thousands."),
    )
    strategy = forms.CharField(
        label=_("What it serves"),
        required=False,
        max_length=120,
        help_text=_("One line everybody reads beside their target."),
    )
    floor = forms.DecimalField(
        label=_("Floor, % of the target"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
    )
    stretch = forms.DecimalField(
        label=_("Stretch, % of the target"),
        required=False,
        min_value=Decimal(100),
        max_value=Decimal(999),
        decimal_places=2,
    )
    seasonality = forms.ChoiceField(
        label=_("Over the periods"), choices=list(SEASONALITY_LABELS.items())
    )

    def ratio(self, name: str) -> Decimal | None:
        """Return a percentage that was typed as a share of one."""
        value: Decimal | None = self.cleaned_data[name]
        return None if value is None else value / 100

    @property
    def season(self) -> Seasonality:
        return Seasonality(self.cleaned_data["seasonality"])

    def by_hand(self, digits: int) -> list[int]:
        """Return the amounts of the periods as they were typed, in smallest units."""
        names = sorted(
            (name for name in self.data if name.startswith("period-") and name[7:].isdecimal()),
            key=lambda name: int(name[7:]),
        )
        if self.season is not Seasonality.BY_HAND:
            return []
        return [in_units(str(self.data[name]) or "0", digits) for name in names]


class GoalForm(LevelsForm):
    """What a cycle is to ask for, and how it is first shared."""

    metric = forms.ChoiceField(
        label=_("Metric"), help_text=_("Only those whose targets add up over people.")
    )
    method = forms.ChoiceField(label=_("Share it out"), choices=list(METHODS.items()))
    potential = forms.ChoiceField(label=_("Potential"), required=False)

    field_order = ("metric", "amount", "method", "potential", "seasonality")

    def __init__(
        self, *args: object, metrics: Sequence[MetricDefinition], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        for name, first in (("metric", []), ("potential", [("", _("the same metric"))])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*first, *metric_choices(metrics)]
        self.fields["seasonality"].initial = Seasonality.WORKING_DAYS.value
        for name, label in dimension_choices():
            self.fields[f"depth-{name}"] = forms.ChoiceField(
                label=label, required=False, choices=_depths()
            )
            self.fields[f"values-{name}"] = forms.CharField(
                label=_("Values of %(dimension)s") % {"dimension": label},
                required=False,
                max_length=600,
                help_text=_("Only where no fact tells them; separated by commas."),
            )

    def splits(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the two fields of each dimension: how deep, and its values."""
        return [(self[f"depth-{name}"], self[f"values-{name}"]) for name in SPLIT_BY]

    def asked(self, digits: int) -> GoalAsked:
        """Return what was asked for."""
        given = self.cleaned_data
        depths = {name: int(given[f"depth-{name}"]) for name in SPLIT_BY if given[f"depth-{name}"]}
        return GoalAsked(
            metric=given["metric"],
            amount=given["amount"],
            strategy=given["strategy"],
            floor_ratio=self.ratio("floor"),
            stretch_ratio=self.ratio("stretch"),
            seasonality=self.season,
            period_weights=self.by_hand(digits),
            method=Method(given["method"]),
            potential=given["potential"],
            depths=depths,
            values={name: values for name in depths if (values := _listed(given, name))},
        )


def _listed(given: dict[str, str], name: str) -> list[str]:
    parts = given[f"values-{name}"].replace("，", ",").replace("、", ",").split(",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def levels_of(goal: Goal) -> dict[str, object]:
    """Return a goal as its form shows it first."""

    def percent(ratio: Decimal | None) -> Decimal | None:
        return None if ratio is None else (ratio * 100).normalize() + 0

    return {
        "amount": round(goal.amount, goal.digits),
        "strategy": goal.strategy,
        "floor": percent(goal.floor_ratio),
        "stretch": percent(goal.stretch_ratio),
        "seasonality": goal.seasonality,
    }


class PublishForm(forms.Form):
    """Why a revision is published."""

    reason = forms.ChoiceField(label=_("Why"), choices=list(REASON_LABELS.items()))
    note = forms.CharField(
        label=_("In a sentence"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody whose target changes reads it."),
    )
    seen_edit = forms.IntegerField(min_value=0, widget=forms.HiddenInput())

    @property
    def why(self) -> Reason:
        return Reason(self.cleaned_data["reason"])


class ProfileForm(forms.Form):
    """A named set of factors: on goals of a cycle, or on values of a dimension."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(
        self,
        *args: object,
        metrics: Sequence[MetricDefinition],
        factors: Sequence[Sequence[str]] = (),
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        self.by_name = {
            name: metric.key
            for metric in metrics
            for name in (metric.name_zh, metric.name_en, metric.key)
        }
        self.names = {metric.key: metric.name(language()) for metric in metrics}
        self.factors = factors
        self.theirs = ""
        """The factors that somebody else saved meanwhile, in words."""

    def say_what_stands(self, *, name: str, note: str, factors: Sequence[Sequence[str]]) -> None:
        """Tell beside what was typed what somebody else saved meanwhile, where it differs."""
        for field, value in (("name", name), ("note", note)):
            if self.data.get(field, "").strip() != value:
                self.add_error(field, _("Now there: %(value)s") % {"value": value or "–"})
        if [list(each) for each in factors] != [list(each) for each in self.asked()]:
            self.theirs = "、".join(self._in_words(*each) for each in factors) or "–"

    def _in_words(self, axis: str, key: str, factor: str) -> str:
        called = self.names.get(key, key) if axis == WEIGHTS else key
        return f"{dict(self.axes).get(axis, axis)} {called} × {factor}"

    @property
    def axes(self) -> list[tuple[str, str]]:
        """Return what a factor can be laid on."""
        return [(WEIGHTS, gettext("Weight of a goal")), *dimension_choices()]

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Return the factors as they were typed, or stand, and a few empty lines."""
        if self.is_bound:
            found = [each for each in self._typed() if any(each[1:])]
        else:
            found = [
                (axis, self.names.get(key, key) if axis == WEIGHTS else key, factor)
                for axis, key, factor in self.factors
            ]
        return [*found, *[(WEIGHTS, "", "")] * max(3 - len(found), 1)]

    def asked(self) -> list[tuple[str, str, str]]:
        """Return the factors, goals by the keys of their metrics."""
        return [
            (axis, self.by_name.get(key, key) if axis == WEIGHTS else key, factor)
            for axis, key, factor in self._typed()
            if key
        ]

    def _typed(self) -> list[tuple[str, str, str]]:
        return [
            (
                str(self.data.get(f"axis-{place}", "")),
                str(self.data.get(f"key-{place}", "")).strip(),
                str(self.data.get(f"factor-{place}", "")).strip(),
            )
            for place in range(MOST_FACTORS)
            if f"axis-{place}" in self.data
        ]


def language() -> str:
    return get_language() or "zh-hans"


def dimension_choices() -> list[tuple[str, str]]:
    """Return the dimensions a form offers, in the language in force."""
    is_chinese = language().startswith("zh")
    found = (DIMENSIONS[name] for name in SPLIT_BY)
    return [(each.name, each.label_zh if is_chinese else each.label_en) for each in found]


__all__ = [
    "SPLIT_BY",
    "AmountUnreadable",
    "CycleForm",
    "GoalForm",
    "LevelsForm",
    "ProfileForm",
    "PublishForm",
    "levels_of",
]
