"""Over which days a rule is tried, in which wording, and on what knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.rules.forms.rules import DAY_FORMAT, DAY_INPUT

DAY = timedelta(days=1)


class SpanForm(forms.Form):
    """A span and a version of a rule."""

    first = forms.DateField(
        label=_("First day"), widget=forms.DateInput(DAY_INPUT, format=DAY_FORMAT)
    )
    last = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(DAY_INPUT, format=DAY_FORMAT)
    )
    version = forms.TypedChoiceField(label=_("Version"), coerce=int)
    as_known_then = forms.BooleanField(
        label=_("Only what was recorded by each morning"),
        required=False,
        help_text=_("Else on all facts as they are known today. Targets are today's either way."),
    )

    def __init__(self, *args: object, versions: Sequence[tuple[int, object]], **more: object):
        super().__init__(*args, **more)  # type: ignore[arg-type]  # passed through as given
        self.fields["version"].choices = versions  # type: ignore[attr-defined]  # of choices

    @property
    def start(self) -> date:
        found: date = self.cleaned_data["first"]
        return found

    @property
    def end(self) -> date:
        last: date = self.cleaned_data["last"]
        return last + DAY
