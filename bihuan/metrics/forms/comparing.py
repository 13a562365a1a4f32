"""Over which days a version is compared, and how finely."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.period import Grain
from bihuan.metrics.forms.asking import GRAIN_LABELS
from bihuan.metrics.forms.drafting import DayInput
from bihuan.metrics.queries.differing import Comparison, DifferenceAsked

GRAINS = [(value, label) for value, label in GRAIN_LABELS.items() if value]
THEN, THROUGHOUT = "then", "throughout"


class Compare(forms.Form):
    """What a comparison shows; the last day is inside the span, as people say it."""

    start = forms.DateField(label=_("First day"), widget=DayInput())
    last = forms.DateField(label=_("Last day"), widget=DayInput())
    grain = forms.ChoiceField(label=_("Periods"), choices=GRAINS)
    read = forms.ChoiceField(
        label=_("The new definition holds"),
        choices=[
            (THEN, _("from its first day")),
            (THROUGHOUT, _("as if it always had")),
        ],
    )
    level = forms.TypedChoiceField(
        label=_("Units of level"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, data: dict[str, str], *, comparison: Comparison) -> None:
        usual = comparison.asked
        given = {
            "start": usual.start.isoformat(),
            "last": (usual.end - timedelta(days=1)).isoformat(),
            "grain": usual.grain.value,
            "read": THROUGHOUT if usual.is_throughout else THEN,
            "level": str(comparison.usual_level),
        }
        super().__init__({**given, **data})
        level = self.fields["level"]
        assert isinstance(level, forms.TypedChoiceField)
        level.choices = [(str(each), str(each + 1)) for each in comparison.levels]
        for name, field in self.fields.items():
            is_day = name in ("start", "last")
            field.widget.attrs["class"] = "form-control" if is_day else "form-select"

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        start, last = self.cleaned_data.get("start"), self.cleaned_data.get("last")
        if start and last and last < start:
            self.add_error("last", _("The last day cannot be before the first."))
        return given

    def asked(self) -> DifferenceAsked:
        """Return what was asked for; only once it is valid."""
        given = self.cleaned_data
        return DifferenceAsked(
            start=given["start"],
            end=given["last"] + timedelta(days=1),
            grain=Grain(given["grain"]),
            is_throughout=given["read"] == THROUGHOUT,
            level=given["level"],
        )
