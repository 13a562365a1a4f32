"""What an administrator says of any provider of sign-in, whatever it speaks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.org.models import SignInProvider


class AnyProviderForm(forms.Form):
    """Which provider it is, and whom it lets in; a form for each kind asks the rest."""

    code = forms.SlugField(
        label=_("code"),
        max_length=40,
        help_text=_("Part of the address to which the provider sends people back."),
    )
    name = forms.CharField(
        label=_("name"), max_length=40, help_text=_("What the button on the sign-in page says.")
    )
    match_by = forms.ChoiceField(label=_("known by"), choices=SignInProvider.MatchBy.choices)
    may_create = forms.BooleanField(
        label=_("opens logins for people who have none"), required=False
    )
    is_on = forms.BooleanField(label=_("in use"), required=False, initial=True)
