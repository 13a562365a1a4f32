"""What can be said about how one wants to see the product."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.org.models import Login


class Look(forms.Form):
    """Language and colours; what is not sent stays as it is."""

    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, required=False, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label=_("Colours"), choices=Login.Theme.choices, required=False, widget=forms.RadioSelect
    )
