"""The form that brings a goal's workbook."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

WAYS = (
    ("down", _("Parents keep their targets; those not in the file make room")),
    ("up", _("Every parent becomes the sum of those below, and so does the company")),
)


class SheetForm(forms.Form):
    file = forms.FileField(label=_("Excel file"))
    way = forms.ChoiceField(label=_("How it is taken"), choices=WAYS, initial="down")
