"""Shapes of what is asked of metrics; they check form, never save."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries import GROUP_LABELS, Defined, MetricDefinition, TableAsked

GRAIN_LABELS = {
    "": _("The whole span"),
    Grain.DAY.value: _("By day"),
    Grain.WEEK.value: _("By week"),
    Grain.FORTNIGHT.value: _("By two weeks"),
    Grain.MONTH.value: _("By month"),
    Grain.QUARTER.value: _("By quarter"),
    Grain.YEAR.value: _("By year"),
}


DEFINED_LABELS = {
    Defined.THEN.value: _("As defined then"),
    Defined.NOW.value: _("As defined now"),
}


class Search(forms.Form):
    q = forms.CharField(label=_("Name, initials or key"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["class"] = "form-control"


class Explore(forms.Form):
    """What the explorer is asked to show; the last day is inside the span, as people say it."""

    metric = forms.ChoiceField(label=_("Metric"))
    by = forms.ChoiceField(label=_("Broken down by"), required=False)
    then = forms.ChoiceField(label=_("and by"), required=False)
    grain = forms.ChoiceField(
        label=_("Periods"), required=False, choices=list(GRAIN_LABELS.items())
    )
    defined = forms.ChoiceField(
        label=_("Past figures"), required=False, choices=list(DEFINED_LABELS.items())
    )
    start = forms.DateField(label=_("First day"))
    last = forms.DateField(label=_("Last day"))

    def __init__(self, *args: Any, metrics: list[MetricDefinition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_chinese = (get_language() or "").startswith("zh")
        dimensions = [
            (each.name, each.label_zh if is_chinese else each.label_en)
            for each in DIMENSIONS.values()
        ]
        groups: dict[str, list[tuple[str, str]]] = {}
        for metric in metrics:
            name = metric.name(get_language() or "")
            groups.setdefault(metric.group, []).append((metric.key, name))
        choices: dict[str, list[Any]] = {
            "metric": [(GROUP_LABELS[group], inner) for group, inner in groups.items()],
            "by": [("", _("Nothing")), *dimensions],
            "then": [("", _("Nothing")), *dimensions],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
        for name, field in self.fields.items():
            is_day = name in ("start", "last")
            field.widget.attrs["class"] = "form-control" if is_day else "form-select"
            if is_day:
                field.widget = forms.DateInput(
                    format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}
                )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        start, last = given.get("start"), given.get("last")
        if start and last and last < start:
            self.add_error("last", _("The last day cannot be before the first."))
        return given

    def asked(self) -> TableAsked:
        """Return what was asked for; only once it is valid."""
        given = self.cleaned_data
        return TableAsked(
            metric=given["metric"],
            by=tuple(dict.fromkeys(name for name in (given["by"], given["then"]) if name)),
            grain=Grain(given["grain"]) if given["grain"] else None,
            start=given["start"],
            end=given["last"] + timedelta(days=1),
            defined=Defined(given["defined"] or Defined.THEN.value),
        )


def usual(metric: str, today: date) -> dict[str, str]:
    """Return what the explorer shows before anything is asked: this quarter by month."""
    quarter: Period = period_of(today, Grain.QUARTER)
    return {
        "metric": metric,
        "by": "",
        "then": "",
        "grain": Grain.MONTH.value,
        "start": quarter.start.isoformat(),
        "last": (quarter.end - timedelta(days=1)).isoformat(),
    }
