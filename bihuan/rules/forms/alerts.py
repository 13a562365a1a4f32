"""Which alerts are shown, and what is said of one."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.org.models import Unit
from bihuan.rules.domain.alert import NOTE_LENGTH
from bihuan.rules.models import ALERT_LABELS
from bihuan.rules.queries.alerts import Shown

AT_ONCE = {"data-autosubmit": True}
SHOWN_LABELS = {
    Shown.LIVE.value: _("All that have not ended"),
    **ALERT_LABELS,
    Shown.ALL.value: _("All alerts"),
}


class TeamField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice among units, indented by their depth."""

    def label_from_instance(self, obj: Unit) -> str:
        return "　" * obj.depth + obj.name


class AlertSearch(forms.Form):
    """Which alerts are shown; nonsense counts as nothing said."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=list(SHOWN_LABELS.items()),
        widget=forms.Select(AT_ONCE),
    )
    unit = TeamField(
        Unit.objects.none(),
        label=_("Team"),
        required=False,
        empty_label=_("All teams"),
        widget=forms.Select(AT_ONCE),
    )
    rule = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: object, units: QuerySet[Unit]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a field of models

    def asked(self) -> tuple[Shown, str, Unit | None]:
        self.is_valid()
        given = self.cleaned_data
        return Shown(given.get("state") or Shown.LIVE), given.get("rule", ""), given.get("unit")


class NoteForm(forms.Form):
    """A note to an alert, or why it is closed."""

    words = forms.CharField(
        label=_("In your words"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )
