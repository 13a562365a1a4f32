"""What is asked beside a definition when a version is written, decided or sent."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.metrics.domain.document import MOST_CHARS
from bihuan.metrics.queries.cards import To

REASON_LENGTH = 500
NOTE_LENGTH = 300
MOST_BYTES = 4 * MOST_CHARS


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Beside(forms.Form):
    """From when a version is to be in force, and why it is written."""

    valid_from = forms.DateField(label=_("In force from"), widget=DayInput())
    reason = forms.CharField(
        label=_("Why"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody whose figures change reads this."),
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


class Upload(Beside):
    """A definition as a file, or as text that is pasted in."""

    file = forms.FileField(label=_("File"), required=False)
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        strip=False,
        max_length=MOST_CHARS,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "code"}),
    )
    field_order = ("file", "text", "valid_from", "reason")

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        file = given.get("file")
        if file is not None:
            given["text"] = self._read(file)
        if not self.errors and not given.get("text"):
            self.add_error("text", _("Choose a file, or paste its text."))
        return given

    def _read(self, file: object) -> str:
        raw: bytes = file.read(MOST_BYTES + 1)  # type: ignore[attr-defined]  # an uploaded file
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _("The file is not text in UTF-8."))
            return ""


class Deciding(forms.Form):
    """What is said when a version is approved, sent back or withdrawn."""

    note = forms.CharField(required=False, max_length=REASON_LENGTH)


class Sending(forms.Form):
    """Whom the card of a metric is sent to, with which words."""

    to = forms.ChoiceField(
        label=_("Recipients"),
        choices=[
            (To.CONCERNED.value, _("All concerned: those with a target in it, and their managers")),
            (To.EVERYBODY.value, _("Everybody in the company")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("A few words with it"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
