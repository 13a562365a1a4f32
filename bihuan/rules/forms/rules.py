"""From which day a rule judges, and why."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.rules.actions.drafting import REASON_LENGTH

DAY_INPUT = {"type": "date"}
DAY_FORMAT = "%Y-%m-%d"


class InForceForm(forms.Form):
    """The day from which a draft is in force, and the reason for it."""

    valid_from = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(DAY_INPUT, format=DAY_FORMAT)
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Those whom it hits read it."),
    )
