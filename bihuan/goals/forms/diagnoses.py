"""Shapes of what is typed about reasons: a word of a manager, a diagnosis, a trial of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bihuan.facts.domain.kind import Kind
from bihuan.goals.domain.reason.diagnosis import (
    ABOUT_LENGTH,
    NAME_LENGTH,
    Diagnosis,
    read_diagnosis,
)
from bihuan.goals.domain.reason.probe import PARAMETERS, Parameter, Probe, Sort
from bihuan.goals.domain.reason.word import NOTE_LENGTH, Word
from bihuan.goals.forms.quotas import PersonField, UnitField, metric_choices
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries import GROUP_LABELS, MetricDefinition
from bihuan.org.models import Person, PersonQuerySet, Unit
from bihuan.org.queries import named_like

BETWEEN = re.compile(r"[、,，;；\n]+")
PROBE_LABELS = {
    Probe.BELOW_BASELINE.value: _("A metric is worse than usual and than in the team"),
    Probe.LOST_SHARE.value: _("Deals are lost for a reason more often than among others"),
    Probe.THIN_PIPELINE.value: _("The pipeline is too thin for what is missing"),
    Probe.WAITING.value: _("Something began and has not ended by its day"),
    Probe.UNPAID.value: _("Contracts are signed and not paid by their day"),
    Probe.GATE_PENDING.value: _("Amounts wait for their gates"),
    Probe.SLOW_STAGE.value: _("Open deals stand still"),
    Probe.FALLEN_PART.value: _("One part of the figure fell off"),
    Probe.REBOOKED.value: _("Something is booked in a category where it never was"),
    Probe.ABSENCE.value: _("Nothing was recorded for days"),
    Probe.NEWCOMER.value: _("The person is new in the seat"),
    Probe.DEFINITION_CHANGED.value: _("The definition of the metric changed"),
    Probe.TARGET_JUMP.value: _("The target rose much more than the work fell"),
}


class WordForm(forms.Form):
    """What a manager says of a reason."""

    word = forms.ChoiceField(choices=[(word.value, word.value) for word in Word])
    tag = forms.CharField(max_length=40)
    instead = forms.CharField(max_length=40, required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False, strip=True)


class TrialForm(forms.Form):
    """The cell on which a diagnosis is tried before it is kept."""

    trial_metric = forms.ChoiceField(label=_("Metric"), required=False)
    trial_period = forms.CharField(
        label=_("Period"),
        required=False,
        max_length=30,
        help_text=_("Such as 2026-11, 2026-W47 or 2026-Q4"),
    )
    trial_person = PersonField(
        Person.objects.none(), label=_("Person"), required=False, empty_label=_("A unit")
    )
    trial_unit = UnitField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("A person")
    )

    def __init__(
        self,
        *args: object,
        metrics: Sequence[MetricDefinition],
        people: PersonQuerySet,
        units: Sequence[int],
        typed: Mapping[str, str],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        self.fields["trial_metric"].choices = metric_choices(metrics)  # type: ignore[attr-defined]  # a choice
        person = self.fields["trial_person"]
        assert isinstance(person, PersonField)
        person.offer(people, answers=named_like, **typed)
        self.fields["trial_unit"].queryset = Unit.objects.filter(pk__in=units).order_by("path")  # type: ignore[attr-defined]  # a choice of rows

    def cell(self) -> dict[str, str]:
        """Return the cell as an address names it."""
        given = self.cleaned_data
        person, unit = given.get("trial_person"), given.get("trial_unit")
        found = {"metric": given["trial_metric"], "period": given["trial_period"]}
        if person is not None:
            found["person"] = str(person.pk)
        elif unit is not None:
            found["unit"] = str(unit.pk)
        return found


class DiagnosisForm(forms.Form):
    """A diagnosis as fields: its tag, what it explains, and the parameters of its probe."""

    name_zh = forms.CharField(label=_("Tag in Chinese"), max_length=NAME_LENGTH)
    name_en = forms.CharField(label=_("Tag in English"), max_length=NAME_LENGTH)
    about_zh = forms.CharField(
        label=_("What it means, in Chinese"),
        max_length=ABOUT_LENGTH,
        widget=forms.Textarea({"rows": 2}),
    )
    about_en = forms.CharField(
        label=_("What it means, in English"),
        max_length=ABOUT_LENGTH,
        widget=forms.Textarea({"rows": 2}),
    )
    explains = forms.MultipleChoiceField(
        label=_("Metrics that it can explain"), widget=forms.SelectMultiple({"size": 8})
    )
    prior = forms.DecimalField(
        label=_("Taken to be right before anybody has said so"),
        min_value=Decimal("0.05"),
        max_value=Decimal("0.95"),
        max_digits=6,
        decimal_places=4,
        help_text=_("A share such as 0.6; what managers say then moves it."),
    )
    is_on = forms.BooleanField(label=_("Is looked for"), required=False)
    note = forms.CharField(label=_("Why it is changed"), max_length=300, required=False)

    def __init__(
        self,
        *args: object,
        probe: Probe,
        metrics: Sequence[MetricDefinition],
        kinds: Mapping[str, Kind],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        self.probe = probe
        groups = [
            (f"@{key}", _now("All of: %(group)s") % {"group": label})
            for key, label in GROUP_LABELS.items()
        ]
        self.fields["explains"].choices = [*groups, *metric_choices(metrics)]  # type: ignore[attr-defined]  # a choice
        for parameter in PARAMETERS[probe]:
            self.fields[f"p_{parameter.name}"] = _field(parameter, metrics, kinds)

    def parameters(self) -> Iterator[forms.BoundField]:
        """Yield the fields of the probe's parameters, in their order."""
        for parameter in PARAMETERS[self.probe]:
            yield self[f"p_{parameter.name}"]

    def diagnosis(self, code: str) -> Diagnosis:
        """Return what was typed, as a diagnosis; it is refused where it cannot be one."""
        given = self.cleaned_data
        parameters = {
            each.name: _plain(each, given[f"p_{each.name}"]) for each in PARAMETERS[self.probe]
        }
        names = ("name_zh", "name_en", "about_zh", "about_en", "explains", "is_on")
        raw = {name: given[name] for name in names}
        prior = f"{given['prior']:f}".rstrip("0")
        return read_diagnosis(
            {
                **raw,
                "code": code,
                "probe": self.probe.value,
                "parameters": parameters,
                "prior": prior,
            }
        )


class NewDiagnosisForm(DiagnosisForm):
    """A reason of the company's own."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{1,39}$",
        label=_("Code"),
        help_text=_("Small letters, digits and underscores; it stays for good."),
    )


def initial_of(diagnosis: Diagnosis) -> dict[str, object]:
    """Return a diagnosis as the fields of the form begin."""
    parameters = diagnosis.parameters
    return {
        "name_zh": diagnosis.name_zh,
        "name_en": diagnosis.name_en,
        "about_zh": diagnosis.about_zh,
        "about_en": diagnosis.about_en,
        "explains": list(diagnosis.explains),
        "prior": diagnosis.prior,
        "is_on": diagnosis.is_on,
        **{f"p_{name}": value.normalize() for name, value in parameters.numbers.items()},
        **{f"p_{name}": value for name, value in parameters.words.items()},
        **{f"p_{name}": "、".join(value) for name, value in parameters.texts.items()},
    }


def _field(
    parameter: Parameter, metrics: Sequence[MetricDefinition], kinds: Mapping[str, Kind]
) -> forms.Field:
    label = _now(parameter.label)
    if parameter.sort is Sort.NUMBER:
        return forms.DecimalField(
            label=label,
            min_value=parameter.least,
            max_value=parameter.most,
            max_digits=10,
            decimal_places=4,
        )
    if parameter.sort is Sort.TEXTS:
        return forms.CharField(
            label=label, max_length=400, help_text=_("Several are parted by “、” or commas.")
        )
    choices: Mapping[Sort, list[tuple[str, str]]] = {
        Sort.METRIC: metric_choices(metrics),
        Sort.KIND: _kind_choices(kinds),
        Sort.DIMENSION: _dimension_choices(),
    }
    return forms.ChoiceField(label=label, choices=choices[parameter.sort])


def names_of_parameters(
    metrics: Sequence[MetricDefinition], kinds: Mapping[str, Kind]
) -> dict[str, str]:
    """Return what the metrics, kinds and dimensions that a parameter can name are called."""
    return dict([*_dimension_choices(), *_kind_choices(kinds), *metric_choices(metrics)])


def _kind_choices(kinds: Mapping[str, Kind]) -> list[tuple[str, str]]:
    return [
        (code, kind.label_zh if _is_chinese() else kind.label_en) for code, kind in kinds.items()
    ]


def _dimension_choices() -> list[tuple[str, str]]:
    return [
        (name, each.label_zh if _is_chinese() else each.label_en)
        for name, each in DIMENSIONS.items()
    ]


def _is_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


def _plain(parameter: Parameter, value: object) -> object:
    if parameter.sort is Sort.NUMBER:
        return f"{value:f}"
    if parameter.sort is Sort.TEXTS:
        return [each for each in BETWEEN.split(str(value)) if each.strip()]
    return value
