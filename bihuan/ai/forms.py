"""Shapes of what is typed about texts; they check form, never save."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.ai.actions.judging import LONGEST
from bihuan.ai.domain.made import Word


class WordForm(forms.Form):
    word = forms.ChoiceField(choices=[(word.value, word.value) for word in Word])


class AdjustForm(forms.Form):
    adjusted = forms.CharField(
        label=_("How it should read"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 8}),
    )
