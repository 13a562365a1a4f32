"""Shapes of what is typed about targets; they check form, never save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.base.picking import PickField
from bihuan.goals.actions import QuotaRow
from bihuan.goals.domain.quota import EARLIEST, LATEST
from bihuan.metrics.queries import MetricDefinition
from bihuan.org.models import Person, PersonQuerySet, Unit
from bihuan.org.queries import named_like

WHEN = [
    ("now", _("Running or to come")),
    ("past", _("Already over")),
    ("all", _("All in force")),
    ("ended", _("Replaced or ended")),
]


def metric_choices(metrics: Sequence[MetricDefinition]) -> list[tuple[str, str]]:
    """Return metrics to choose from, by name in the language in force."""
    language = get_language() or "zh-hans"
    return [(metric.key, metric.name(language)) for metric in metrics]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice among units, indented by their depth."""

    def label_from_instance(self, obj: Unit) -> str:
        return "　" * obj.depth + obj.name


class PersonField(PickField):
    """A choice among people, told apart by their staff number."""

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name}（{obj.code}）"


class AmountForm(forms.Form):
    """The amount of a target that is set again."""

    amount = forms.DecimalField(
        label=_("Target"),
        max_digits=20,
        decimal_places=4,
        min_value=Decimal(0),
        help_text=_("Money in full, not in ten thousands. A share as 0.6 for 60%."),
    )


class QuotaForm(AmountForm):
    """A target of a person or of a unit."""

    metric = forms.ChoiceField(label=_("Metric"))
    person = PersonField(
        Person.objects.none(),
        label=_("Person"),
        required=False,
        empty_label=_("Nobody: the target of a unit"),
        help_text=_("Leave this empty for the target of a unit."),
    )
    unit = UnitField(
        Unit.objects.none(),
        label=_("Unit"),
        required=False,
        empty_label=_("None: the target of a person"),
        help_text=_("A unit's own target stands for what the people in it have."),
    )
    start = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())
    origin = forms.CharField(
        label=_("Why this target"),
        required=False,
        max_length=200,
        help_text=_("Shown wherever the target is: the talk, the plan or the mail it comes from."),
    )

    field_order = ("metric", "person", "unit", "start", "last_day", "amount", "origin")

    def __init__(
        self,
        *args: object,
        metrics: Sequence[MetricDefinition],
        people: PersonQuerySet,
        units: Sequence[int],
        typed: Mapping[str, str],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        metric, person, unit = self.fields["metric"], self.fields["person"], self.fields["unit"]
        assert isinstance(metric, forms.ChoiceField)
        assert isinstance(person, PersonField)
        assert isinstance(unit, UnitField)
        metric.choices = metric_choices(metrics)
        chosen = typed["chosen"] or self.initial.get("person")
        person.offer(people, answers=named_like, text=typed["text"], chosen=chosen)
        unit.queryset = Unit.objects.filter(pk__in=units, ended_on=None).order_by("path")
        for field in ("start", "last_day"):
            bounds = {"min": EARLIEST.isoformat(), "max": (LATEST - timedelta(days=1)).isoformat()}
            self.fields[field].widget.attrs.update(bounds)

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        chosen = [cleaned.get("person"), cleaned.get("unit")]
        if not self.errors and len([each for each in chosen if each]) != 1:
            self.add_error("person", _("Choose one person, or one unit."))
        return cleaned

    def row(self) -> QuotaRow:
        """Return what was asked for."""
        given = self.cleaned_data
        return QuotaRow(
            metric=given["metric"],
            person_id=given["person"].pk if given["person"] else None,
            unit_id=given["unit"].pk if given["unit"] else None,
            start=given["start"],
            end=given["last_day"] + timedelta(days=1),
            amount=given["amount"],
        )


class QuotaSearchForm(forms.Form):
    """Which targets a list shows."""

    q = forms.CharField(label=_("Person or unit"), required=False, max_length=80)
    metric = forms.ChoiceField(label=_("Metric"), required=False)
    when = forms.ChoiceField(label=_("Which"), required=False, choices=WHEN)

    def __init__(
        self, *args: object, metrics: Sequence[MetricDefinition], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        metric = self.fields["metric"]
        assert isinstance(metric, forms.ChoiceField)
        metric.choices = [("", _("All metrics")), *metric_choices(metrics)]
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"


class NoFields(forms.Form):
    """A deed that needs nothing but a yes."""
