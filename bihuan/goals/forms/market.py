"""Shapes of what is typed about the market; they check form, never save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.goals.actions import EventAsked
from bihuan.goals.actions.market.filing import LONGEST_ANSWER
from bihuan.goals.domain.market import RATIOS, Handling, Kind, Parameters
from bihuan.goals.forms.quotas import DayInput, UnitField
from bihuan.goals.models.market import HANDLING_LABELS, KIND_LABELS, PARAMETERS
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries import MetricDefinition
from bihuan.org.models import Unit

PERCENT = Decimal(100)
PLACE = "place-"


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice of several units, indented by their depth."""

    label_from_instance = UnitField.label_from_instance


class EventForm(forms.Form):
    """What happened, where, how much, until when."""

    name = forms.CharField(
        label=_("What happened"),
        max_length=120,
        help_text=_("One line that everybody who is asked reads, and the revision carries."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KIND_LABELS.items()))
    size = forms.DecimalField(
        label=_("How much"),
        max_digits=7,
        decimal_places=2,
        help_text=_(
            "A price cut, a policy or another change in percent, with a minus for less demand;"
            " stock in weeks more than usual; a delay in days."
        ),
    )
    start = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())
    handling = forms.ChoiceField(
        label=_("What becomes of the company's target"),
        choices=list(HANDLING_LABELS.items()),
        initial=Handling.KEEP.value,
    )
    units = UnitsField(
        Unit.objects.none(),
        label=_("Only in these units"),
        required=False,
        help_text=_("With all below them; none chosen means everywhere."),
    )
    metrics = forms.MultipleChoiceField(
        label=_("Only these targets"),
        required=False,
        help_text=_("None chosen means all that are in money."),
    )
    answer_days = forms.IntegerField(
        label=_("Days to answer"),
        min_value=1,
        max_value=LONGEST_ANSWER,
        initial=5,
        help_text=_("Targets change from the day after at the earliest."),
    )
    evidence = forms.CharField(
        label=_("How it is known"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    evidence_url = forms.URLField(
        label=_("Link to the evidence"), required=False, max_length=500, assume_scheme="https"
    )

    def __init__(
        self,
        *args: object,
        units: QuerySet[Unit],
        metrics: Sequence[MetricDefinition],
        values: Mapping[str, Sequence[str]],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        language = get_language() or "zh-hans"
        chosen, asked = self.fields["units"], self.fields["metrics"]
        assert isinstance(chosen, UnitsField)
        assert isinstance(asked, forms.MultipleChoiceField)
        chosen.queryset = units
        chosen.widget.attrs["size"] = "6"
        asked.choices = [(each.key, each.name(language)) for each in metrics]
        asked.widget = forms.CheckboxSelectMultiple(choices=asked.choices)
        for name, offered in values.items():
            known = DIMENSIONS[name]
            self.fields[PLACE + name] = forms.MultipleChoiceField(
                label=known.label_zh if language.startswith("zh") else known.label_en,
                required=False,
                choices=[(each, each) for each in offered],
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def places(self) -> list[forms.BoundField]:
        """Return the fields that say where, by dimension."""
        return [self[name] for name in self.fields if name.startswith(PLACE)]

    def asked(self) -> EventAsked:
        """Return what was reported."""
        given = self.cleaned_data
        kind = Kind(given["kind"])
        size = given["size"]
        return EventAsked(
            name=given["name"],
            kind=kind,
            size=size / PERCENT if kind in RATIOS else size,
            start=given["start"],
            end=given["last_day"] + timedelta(days=1),
            handling=Handling(given["handling"]),
            where={
                name.removeprefix(PLACE): values
                for name, values in given.items()
                if name.startswith(PLACE) and values
            },
            units=list(given["units"]),
            metrics=given["metrics"],
            evidence=given["evidence"],
            evidence_url=given["evidence_url"],
            answer_days=given["answer_days"],
        )


class MarketModelForm(forms.Form):
    """What the model of market events assumes."""

    elasticity = forms.DecimalField(
        label=_("Elasticity"),
        help_text=_("Demand falls by this times a competitor's price cut: 0.5 × 20% = 10%."),
    )
    stock_weight = forms.DecimalField(
        label=_("Weight of stock in the channel"),
        help_text=_("Which part of the weeks in stock is not sold in anew; 1 is all of it."),
    )
    delay_weight = forms.DecimalField(
        label=_("Weight of a delayed launch"),
        help_text=_("Which part of the target of the days of delay is lost; 1 is all of it."),
    )
    policy_weight = forms.DecimalField(
        label=_("Weight of an estimate"),
        help_text=_("Which part of an estimated change of demand is believed; 1 is all of it."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        for field in self.fields.values():
            field.widget.attrs.update({"step": "any", "min": "0", "inputmode": "decimal"})

    def parameters(self) -> Parameters:
        return Parameters(**{name: self.cleaned_data[name] for name in PARAMETERS})
