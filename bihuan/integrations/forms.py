from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files chosen at once."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, list | tuple) else [data]
        clean = super().clean
        return [clean(each, initial) for each in given]


class UploadForm(forms.Form):
    bundle = ManyFiles(
        label=_("Files"),
        help_text=_("CSV, Excel (.xlsx), or .csv.gz; up to 100 MB each."),
    )
    mapping = forms.FileField(
        label=_("Mapping"),
        required=False,
        help_text=_("A mapping file (YAML), if you have one. Without it the columns are guessed."),
    )


class MappingForm(forms.Form):
    mapping = forms.CharField(
        label=_("Mapping"),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "codeblock"}),
    )


class WeComForm(forms.Form):
    """An app of WeCom. What is secret is never shown again; left empty, it stays."""

    corp_id = forms.CharField(
        label=_("Company id (corpid)"),
        max_length=64,
        help_text=_("In WeCom's administration, under “My company”."),
    )
    agent_id = forms.IntegerField(
        label=_("App number (AgentId)"), min_value=0, max_value=2_147_483_647
    )
    secret = forms.CharField(
        label=_("Secret of the app"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("Kept sealed and never shown. Left empty, the one that is kept stays."),
    )
    callback_token = forms.CharField(
        label=_("Token for callbacks"),
        max_length=64,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("Needed for buttons in cards, with the key below."),
    )
    callback_key = forms.CharField(
        label=_("EncodingAESKey for callbacks"),
        max_length=64,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    ids_are_codes = forms.BooleanField(
        label=_("People have the same name in WeCom as their code here"), required=False
    )
    people = forms.CharField(
        label=_("People whom WeCom knows by another name"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea({"rows": 5, "spellcheck": "false"}),
        help_text=_("One a line: code here, a space, user id in WeCom."),
    )
    is_on = forms.BooleanField(label=_("Tell people by WeCom"), required=False)

    def addresses(self) -> list[tuple[str, str]]:
        """Return codes and user ids, as they were typed; lines that are not two words too."""
        lines = [line.split() for line in self.cleaned_data["people"].splitlines()]
        return [(line[0], line[1] if len(line) > 1 else "") for line in lines if line]


class WebhookForm(forms.Form):
    """Another system and what it is told of."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput({"placeholder": "https://", "spellcheck": "false"}),
        help_text=_("It must begin with https:// and lie in the public internet."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("It is told when"), widget=forms.CheckboxSelectMultiple, required=False
    )
    is_on = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = kinds


class ReplayForm(forms.Form):
    """A period of which events are sent again."""

    since = forms.DateTimeField(
        label=pgettext_lazy("date and time", "From"),
        widget=forms.DateTimeInput({"type": "datetime-local"}),
    )
    until = forms.DateTimeField(
        label=pgettext_lazy("date and time", "Until"),
        widget=forms.DateTimeInput({"type": "datetime-local"}),
    )
