"""Which notices and proposals are shown, and what is answered to one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.inbox.domain.answer import GIVEN, REASON_LENGTH, Choice
from bihuan.inbox.domain.proposal import State
from bihuan.inbox.models import STATE_LABELS
from bihuan.inbox.queries import NoticesShown, ProposalsShown
from bihuan.inbox.queries.reading import Row

PERCENT = Decimal(100)
PLACES = 4
LONGEST_ID = 19
NOBODY = "0"
AT_ONCE = {"data-autosubmit": True}
"""A choice that is sent as soon as it is made."""
NOTICES_LABELS = {
    NoticesShown.ALL.value: _("All notices"),
    NoticesShown.UNREAD.value: _("New ones"),
    NoticesShown.ASKING.value: _("Those that ask for something"),
}
PROPOSALS_LABELS = {
    ProposalsShown.ALL.value: _("All I may see"),
    ProposalsShown.MADE.value: _("Those I made"),
    ProposalsShown.ASKED.value: _("Those that ask me"),
}


class NoticeSearch(forms.Form):
    """Which notices are shown; nonsense counts as nothing said."""

    which = forms.ChoiceField(
        label=_("Which notices"),
        required=False,
        choices=list(NOTICES_LABELS.items()),
        widget=forms.Select(AT_ONCE),
    )

    def asked(self) -> NoticesShown:
        self.is_valid()
        return NoticesShown(self.cleaned_data.get("which") or NoticesShown.ALL)


class ProposalSearch(forms.Form):
    """Which proposals are shown; nonsense counts as nothing said."""

    which = forms.ChoiceField(
        label=_("Which proposals"),
        required=False,
        choices=list(PROPOSALS_LABELS.items()),
        widget=forms.Select(AT_ONCE),
    )
    state = forms.ChoiceField(
        label=_("State of the proposal"),
        required=False,
        choices=[("", _("Any state")), *STATE_LABELS.items()],
        widget=forms.Select(AT_ONCE),
    )

    def asked(self) -> tuple[ProposalsShown, State | None]:
        self.is_valid()
        state = self.cleaned_data.get("state")
        which = self.cleaned_data.get("which") or ProposalsShown.ALL
        return ProposalsShown(which), State(state) if state else None


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"), max_length=REASON_LENGTH, widget=forms.Textarea({"rows": 2})
    )


class AnswerForm(forms.Form):
    """An answer to one's part of a proposal: a choice, a reason, and values for its lines."""

    choice = forms.ChoiceField(choices=[(each.value, each.value) for each in sorted(GIVEN)])
    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Needed to adjust or refuse; the proposer and those above you read it."),
    )

    IN_PLACE_OF = "in_place_of"

    def __init__(self, *args: object, rows: Sequence[Row], whom: str) -> None:
        self.whom = whom if whom.isdecimal() and len(whom) < LONGEST_ID else NOBODY
        """For whom it answers: the id of an addressee."""
        super().__init__(*args, auto_id=f"id_{self.whom}_%s")  # type: ignore[arg-type, misc]  # as given
        self.rows = [row for row in rows if row.line.key]
        for number, row in enumerate(self.rows):
            self.fields[f"line-{number}"] = forms.DecimalField(
                label=f"{row.line.name} (%)" if row.line.unit == "ratio" else row.line.name,
                required=False,
                max_digits=20,
                decimal_places=PLACES,
                initial=_shown(row),
                widget=forms.NumberInput({"step": "any", "class": "num", "inputmode": "decimal"}),
            )

    def begin_at(self, at: str) -> None:
        """Let one begin where a message has led: at the first value, or at the reason."""
        name = "line-0" if at == Choice.AMEND.value else "reason"
        if at in (Choice.AMEND.value, Choice.REFUSE.value) and name in self.fields:
            self.fields[name].widget.attrs["autofocus"] = True

    def chosen(self) -> Choice:
        return Choice(self.cleaned_data["choice"])

    def in_place_of(self, reader_id: int) -> int | None:
        """Return in whose place it is said, where it is not one's own word."""
        return None if int(self.whom) == reader_id else int(self.whom)

    def amended(self) -> dict[str, Decimal]:
        """Return the values typed, by the key of their line; what is empty stays as proposed."""
        typed = {
            row: self.cleaned_data.get(name)
            for number, row in enumerate(self.rows)
            if (name := f"line-{number}") in self.changed_data
        }
        return {
            row.line.key: value / PERCENT if row.line.unit == "ratio" else value
            for row, value in typed.items()
            if value is not None
        }


def _shown(row: Row) -> Decimal | None:
    """Return the proposed value as one types it: a ratio in percent, no idle zeros."""
    value = row.line.after
    if value is None:
        return None
    value = round(value * PERCENT if row.line.unit == "ratio" else value, PLACES)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
