from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


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
