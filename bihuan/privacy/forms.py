"""Shapes of what is typed about people; they check form, never save."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.base.refusals import sentence
from bihuan.kernel.errors import Invalid
from bihuan.privacy.domain.consent import VERSION_LENGTH, Channel, Use
from bihuan.privacy.domain.field import FIELDS_OF, SPECS, Field, Kind, Sort, fit, in_full
from bihuan.privacy.domain.reading import LONGEST_NOTE, Purpose
from bihuan.privacy.domain.retention import MOST_DAYS, Kept, check, may_be_set
from bihuan.privacy.models import (
    CHANNEL_LABELS,
    FIELD_LABELS,
    KEPT_LABELS,
    PURPOSE_LABELS,
    USE_LABELS,
)
from bihuan.privacy.queries import Due, Periods, Values

WIDGETS = {
    Sort.PHONE: ("tel", "off"),
    Sort.MAIL: ("email", "off"),
    Sort.DAY: ("date", "off"),
}


NAMES = frozenset(field.value for field in Field)


class PersonalForm(forms.Form):
    """The fields that are kept of a colleague or a contact."""

    def __init__(
        self,
        *args: object,
        kind: Kind,
        needed: Collection[Field] = (),
        only: Collection[Field] | None = None,
        kept: Values | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        for field in FIELDS_OF[kind]:
            if only is not None and field not in only:
                continue
            self.fields[field.value] = _field(field, is_needed=field in needed)
            if kept is not None:
                self.initial[field.value] = in_full(field, kept.get(field, ""))

    def clean(self) -> dict[str, str]:
        """Say at each field what cannot be kept in it."""
        given: dict[str, str] = super().clean() or {}
        for name in filter(NAMES.__contains__, self.fields):
            try:
                fit(Field(name), given.get(name, ""))
            except Invalid as fault:
                self.add_error(name, sentence(fault))
        return given

    def given(self) -> dict[Field, str]:
        """Return what was typed, field by field."""
        return {Field(name): text for name, text in self.cleaned_data.items()}


def _field(field: Field, *, is_needed: bool) -> forms.CharField:
    spec = SPECS[field]
    kind, fill = WIDGETS.get(spec.sort, ("text", "off"))
    widget: forms.Widget = forms.TextInput({"type": kind, "autocomplete": fill})
    if spec.sort is Sort.LONG_TEXT:
        widget = forms.Textarea({"rows": 3})
    return forms.CharField(
        label=FIELD_LABELS[field.value],
        required=is_needed,
        max_length=max(spec.longest, 40),
        widget=widget,
    )


class PurposeForm(forms.Form):
    """What somebody is shown personal data for."""

    purpose = forms.ChoiceField(label=_("What for?"), choices=list(PURPOSE_LABELS.items()))
    note = forms.CharField(label=_("In more words"), required=False, max_length=LONGEST_NOTE)

    def said(self) -> tuple[Purpose, str]:
        return Purpose(self.cleaned_data["purpose"]), self.cleaned_data["note"]


class AskForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"), max_length=500, widget=forms.Textarea({"rows": 2, "class": "form-control"})
    )


class DecisionForm(forms.Form):
    decision = forms.CharField(
        label=_("Words to the decision"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2, "class": "form-control"}),
    )


class AgreeForm(forms.Form):
    agrees = forms.BooleanField(
        label=_("I agree that the sensitive data above is kept, for emergencies and payroll only"),
        required=False,
    )


class PeriodsForm(forms.Form):
    """For how many days each class is kept; an empty field keeps it for ever."""

    def __init__(self, *args: object, held: Periods, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        for kept in filter(may_be_set, Kept):
            self.fields[kept.value] = forms.IntegerField(
                label=KEPT_LABELS[kept.value],
                required=False,
                min_value=1,
                max_value=MOST_DAYS,
                widget=forms.NumberInput(
                    {"class": "form-control days", "aria-label": KEPT_LABELS[kept.value]}
                ),
            )
            self.initial[kept.value] = held[kept]

    def clean(self) -> dict[str, int | None]:
        """Say at each field why it cannot be kept for so long."""
        given: dict[str, int | None] = super().clean() or {}
        for name, days in list(given.items()):
            try:
                check(Kept(name), days)
            except Invalid as fault:
                self.add_error(name, sentence(fault))
        return given

    def asked(self) -> Mapping[Kept, int | None]:
        return {Kept(name): days for name, days in self.cleaned_data.items()}

    def beside(self, lines: Sequence[Due]) -> list[tuple[Due, forms.BoundField | None]]:
        """Return each class with its field, where it has one."""
        return [
            (each, self[each.kept.value] if each.kept.value in self.fields else None)
            for each in lines
        ]


class ConsentForm(forms.Form):
    """What somebody agreed to, in which words, and how they said so."""

    use = forms.ChoiceField(label=_("What they agree to"), choices=list(USE_LABELS.items()))
    channel = forms.ChoiceField(label=_("How they said so"), choices=list(CHANNEL_LABELS.items()))
    text_version = forms.CharField(
        label=_("Which words"),
        max_length=VERSION_LENGTH,
        help_text=_("The version of the text they were given, such as 2026-11."),
    )

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            use=Use(given["use"]),
            channel=Channel(given["channel"]),
            text_version=given["text_version"],
        )


class Said(TypedDict):
    use: Use
    channel: Channel
    text_version: str
