"""What is asked for when a report is to be made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.period import Period, month

MONTHS_BACK = 18


def months_until(today: date) -> list[Period]:
    """Return the months a report can be asked for: those that are over first, then this one."""
    index = today.year * 12 + today.month - 1
    back = [month(at // 12, at % 12 + 1) for at in range(index - 1, index - 1 - MONTHS_BACK, -1)]
    return [*back, month(today.year, today.month)]


class MonthForm(forms.Form):
    """The month a report is made of."""

    month = forms.ChoiceField(label=_("Month of the report"))

    def __init__(self, *args: object, months: Sequence[Period], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        field = self.fields["month"]
        assert isinstance(field, forms.ChoiceField), "the field above"
        field.choices = [(each.key, each.key) for each in months]
