"""Which alerts are shown, and what is said of one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.rules.domain.alert import NOTE_LENGTH
from bihuan.rules.models import ALERT_LABELS
from bihuan.rules.queries.alerts import Shown

AT_ONCE = {"data-autosubmit": True}
SHOWN_LABELS = {
    Shown.LIVE.value: _("All that have not ended"),
    **ALERT_LABELS,
    Shown.ALL.value: _("All alerts"),
}


class AlertSearch(forms.Form):
    """Which alerts are shown; nonsense counts as nothing said."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=list(SHOWN_LABELS.items()),
        widget=forms.Select(AT_ONCE),
    )
    rule = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def asked(self) -> tuple[Shown, str]:
        self.is_valid()
        state = self.cleaned_data.get("state") or Shown.LIVE
        return Shown(state), self.cleaned_data.get("rule", "")


class NoteForm(forms.Form):
    """A note to an alert, or why it is closed."""

    words = forms.CharField(
        label=_("In your words"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )
