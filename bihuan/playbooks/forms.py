"""Shapes of what is typed about plays; they check form, never save."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from bihuan.playbooks.domain.play import (
    BODY_LENGTH,
    CODE_LENGTH,
    LINK_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Kind,
    PlayText,
    Tags,
)
from bihuan.playbooks.models import KIND_LABELS
from bihuan.playbooks.queries import Asked, Standing, Wording

SPLIT = re.compile(r"[,，、;；\n]+")
AT_ONCE = {"data-autosubmit": True}
STANDING_LABELS = {
    Standing.IN_LIBRARY.value: _("In the library"),
    Standing.DRAFT.value: _("With a draft of mine"),
    Standing.OVER.value: _("No longer valid"),
    Standing.RETIRED.value: _("Retired"),
}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class LibrarySearch(forms.Form):
    """What the library is narrowed to; nonsense counts as nothing said."""

    q = forms.CharField(label=_("Search plays"), required=False, max_length=80)
    kind = forms.ChoiceField(
        label=_("Kind of play"),
        required=False,
        choices=[("", _("Any kind")), *KIND_LABELS.items()],
        widget=forms.Select(AT_ONCE),
    )
    metric = forms.ChoiceField(label=_("Metric"), required=False, widget=forms.Select(AT_ONCE))
    reason = forms.ChoiceField(label=_("Reason"), required=False, widget=forms.Select(AT_ONCE))
    tag = forms.ChoiceField(
        label=_("Step, industry or product line"), required=False, widget=forms.Select(AT_ONCE)
    )
    standing = forms.ChoiceField(
        label=_("Standing"),
        required=False,
        choices=list(STANDING_LABELS.items()),
        widget=forms.Select(AT_ONCE),
    )

    def __init__(self, *args: Any, wording: Wording, used: dict[str, list[str]]) -> None:
        super().__init__(*args)
        for name, tag, every in (
            ("metric", "metrics", _("Any metric")),
            ("reason", "reasons", _("Any reason")),
        ):
            named = [(code, wording.name(tag, code)) for code in used[tag]]
            self._choices(name, [("", every), *named])
        loose = {each for tag in ("nodes", "industries", "product_lines") for each in used[tag]}
        if loose:
            self._choices(
                "tag", [("", _("Any of them")), *((each, each) for each in sorted(loose))]
            )
        else:
            del self.fields["tag"]

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField), "only choices have choices"
        field.choices = choices

    def asked(self) -> Asked:
        self.is_valid()
        given = self.cleaned_data
        kind, standing = given.get("kind"), given.get("standing")
        return Asked(
            text=given.get("q") or "",
            kind=Kind(kind) if kind else None,
            metric=given.get("metric") or "",
            reason=given.get("reason") or "",
            tag=given.get("tag") or "",
            standing=Standing(standing) if standing else Standing.IN_LIBRARY,
        )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files chosen at once, or none."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, list | tuple) else [data]
        found = [super(ManyFiles, self).clean(each, initial) for each in given if each]
        return [each for each in found if each]


class PlayForm(forms.Form):
    """A play as it is written in the browser."""

    kind = forms.ChoiceField(label=_("Kind of play"), choices=list(KIND_LABELS.items()))
    code = forms.CharField(
        label=_("Code of the play"),
        required=False,
        max_length=CODE_LENGTH,
        help_text=_("For exchange with files; one is made where you leave it empty."),
    )
    title_zh = forms.CharField(label=_("Title in Chinese"), required=False, max_length=TITLE_LENGTH)
    title_en = forms.CharField(label=_("Title in English"), required=False, max_length=TITLE_LENGTH)
    summary_zh = forms.CharField(
        label=_("Summary in Chinese"),
        required=False,
        max_length=SUMMARY_LENGTH,
        widget=forms.Textarea({"rows": 2}),
    )
    summary_en = forms.CharField(
        label=_("Summary in English"),
        required=False,
        max_length=SUMMARY_LENGTH,
        widget=forms.Textarea({"rows": 2}),
    )
    body_zh = forms.CharField(
        label=_("Text in Chinese"),
        required=False,
        strip=False,
        max_length=BODY_LENGTH,
        widget=forms.Textarea({"rows": 16}),
        help_text=_("Markdown: ## heading, - list, - [ ] step to tick, **bold**, > quotation."),
    )
    body_en = forms.CharField(
        label=_("Text in English"),
        required=False,
        strip=False,
        max_length=BODY_LENGTH,
        widget=forms.Textarea({"rows": 6}),
    )
    link = forms.CharField(
        label=_("Link"),
        required=False,
        max_length=LINK_LENGTH,
        help_text=_("Where a video or a document lies; it begins with https://."),
    )
    attached = ManyFiles(
        label=_("Files"),
        required=False,
        help_text=_("PDF, Office, PNG, JPEG, MP4 or M4A, up to 20 MB each."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=DayInput(),
        help_text=_("The last day on which it may be used; empty means for good."),
    )
    metrics = forms.MultipleChoiceField(
        label=_("For metrics"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reasons = forms.MultipleChoiceField(
        label=_("For reasons"), required=False, widget=forms.CheckboxSelectMultiple
    )
    nodes = forms.CharField(label=_("For steps of the sale"), required=False, max_length=2000)
    industries = forms.CharField(label=_("For industries"), required=False, max_length=2000)
    product_lines = forms.CharField(
        label=_("For product lines"),
        required=False,
        max_length=2000,
        help_text=_("Several are put apart by commas; empty means for all."),
    )
    base = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, wording: Wording, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tag in ("metrics", "reasons"):
            field = self.fields[tag]
            assert isinstance(field, forms.MultipleChoiceField), "both are lists to tick"
            # A tag that is not known any more stays where it was until somebody takes it off.
            known = wording.choices(tag)
            gone = set(self.initial.get(tag, ())) - {code for code, _name in known}
            field.choices = [*known, *((code, code) for code in sorted(gone))]
        if not is_new:
            del self.fields["kind"], self.fields["code"]

    def text(self) -> PlayText:
        """Return what is written."""
        given = self.cleaned_data
        return PlayText(
            **{name: given[name] for name in (*SHORT, *LONG, "link")},
            valid_until=given["valid_until"],
            tags=Tags(
                metrics=tuple(given["metrics"]),
                reasons=tuple(given["reasons"]),
                **{name: tuple(SPLIT.split(given[name])) for name in LOOSE},
            ),
        )


SHORT = ("title_zh", "title_en", "summary_zh", "summary_en")
LONG = ("body_zh", "body_en")
LOOSE = ("nodes", "industries", "product_lines")


def initial_of(text: PlayText, number: int) -> dict[str, object]:
    """Return a version as the form shows it to be changed."""
    return {
        **{name: getattr(text, name) for name in (*SHORT, *LONG, "link", "valid_until")},
        "metrics": list(text.tags.metrics),
        "reasons": list(text.tags.reasons),
        **{name: "、".join(getattr(text.tags, name)) for name in LOOSE},
        "base": number,
    }


class BundleForm(forms.Form):
    """Plays as a file."""

    file = forms.FileField(
        label=_("Zip or Markdown file"),
        help_text=_("As it is exported here: one Markdown file a play, or a zip of them."),
    )
    publish = forms.BooleanField(
        label=_("Publish at once"),
        required=False,
        help_text=_("Otherwise everything new waits as a draft."),
    )


class OwnerForm(forms.Form):
    """Who is to look after a play."""

    person = forms.CharField(label=_("Code of the new owner"), max_length=80)


class PickForm(forms.Form):
    """Why somebody used a play that nobody had handed them."""

    metric = forms.ChoiceField(label=_("For which metric"), required=False)
    account = forms.CharField(
        label=_("With which customer"),
        required=False,
        max_length=200,
        help_text=_("Name or code; one of the two is enough."),
        widget=forms.TextInput({"list": "own-customers", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, wording: Wording, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["metric"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *wording.choices("metrics")]
