"""How much programs and exports may take."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AllowanceForm(forms.Form):
    token_a_minute = forms.IntegerField(label=_("Requests of a token in a minute"), min_value=1)
    person_a_minute = forms.IntegerField(
        label=_("Requests of a person in a minute"),
        min_value=1,
        help_text=_("By all their tokens, and by pages that ask the API."),
    )
    files_a_day = forms.IntegerField(label=_("Files a person exports in a day"), min_value=1)
    rows_a_day = forms.IntegerField(label=_("Rows a person exports in a day"), min_value=1)
