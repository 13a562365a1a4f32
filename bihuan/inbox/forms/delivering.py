"""Shapes of what is asked of deliveries, and of how people wish to hear of things."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.inbox.domain.letter import Topic
from bihuan.inbox.domain.wish import Choices, How, Quiet, Wishes
from bihuan.inbox.forms.answering import AT_ONCE
from bihuan.inbox.models import DELIVERY_LABELS, HOW_LABELS, TOPIC_LABELS

TIME = forms.TimeInput({"type": "time"}, format="%H:%M")


class DeliverySearch(forms.Form):
    """Which deliveries are shown; nonsense counts as nothing said."""

    channel = forms.ChoiceField(label=_("Channel"), required=False, widget=forms.Select(AT_ONCE))
    state = forms.ChoiceField(
        label=_("State of the delivery"),
        required=False,
        choices=[("", _("Any state")), *DELIVERY_LABELS.items()],
        widget=forms.Select(AT_ONCE),
    )

    def __init__(self, *args: object, channels: Sequence[tuple[str, object]]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField), "as it is declared above"
        field.choices = [("", _("All channels")), *channels]

    def asked(self) -> tuple[str, str]:
        self.is_valid()
        return self.cleaned_data.get("channel") or "", self.cleaned_data.get("state") or ""


class WishForm(forms.Form):
    """How one wants to hear of things: by each channel of each topic, and when not.

    A company's own says everything; a person may leave all to the company.
    """

    quiet = forms.ChoiceField(label=_("Quiet hours"), widget=forms.RadioSelect)
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=TIME)
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=TIME)
    digest_at = forms.TimeField(label=_("Digest at"), required=False, widget=TIME)

    def __init__(
        self,
        *args: object,
        channels: Sequence[tuple[str, object]],
        company: Wishes | None,
        **more: object,
    ) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # passed through as given
        self.channels, self.company = channels, company
        self.fields["quiet"].choices = self._quiet_choices()  # type: ignore[attr-defined]
        self.fields["quiet"].required = self.fields["digest_at"].required = company is None
        if company is not None:
            self.fields["digest_at"].help_text = _("Empty: as in the company, %(hour)s.") % {
                "hour": f"{company.digest_at:%H:%M}"
            }
        for code, _name in channels:
            for topic in Topic:
                self.fields[f"{code}-{topic.value}"] = self._how(code, topic)

    def _quiet_choices(self) -> list[tuple[str, object]]:
        choices: list[tuple[str, object]] = [
            ("own", _("From the one hour to the other")),
            ("none", _("No quiet hours")),
        ]
        if self.company is None:
            return choices
        hours = self.company.quiet
        usual = _("As in the company: %(begin)s–%(end)s") % {
            "begin": f"{hours.begins:%H:%M}",
            "end": f"{hours.ends:%H:%M}",
        }
        return [("", usual), *choices]

    def _how(self, code: str, topic: Topic) -> forms.ChoiceField:
        choices: list[tuple[str, object]] = [*HOW_LABELS.items()]
        if self.company is not None:
            usual = HOW_LABELS[self.company.how(code, topic).value]
            choices.insert(0, ("", _("As in the company: %(how)s") % {"how": usual}))
        return forms.ChoiceField(
            label=TOPIC_LABELS[topic.value], choices=choices, required=self.company is None
        )

    @property
    def groups(self) -> list[tuple[object, list[forms.BoundField]]]:
        """Return the fields of each channel under its name."""
        return [
            (name, [self[f"{code}-{topic.value}"] for topic in Topic])
            for code, name in self.channels
        ]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if given.get("quiet") == "own":
            for field in ("quiet_from", "quiet_until"):
                if given.get(field) is None and field not in self.errors:
                    self.add_error(field, _("Say from when until when."))
        return given

    def chosen(self) -> Choices:
        return {
            (code, topic): How(how)
            for code, _name in self.channels
            for topic in Topic
            if (how := self.cleaned_data[f"{code}-{topic.value}"])
        }

    def quiet_hours(self) -> Quiet | None:
        """Return the quiet hours asked for; nothing where they are those of the company."""
        asked = self.cleaned_data["quiet"]
        if asked == "own":
            return Quiet(self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"])
        return Quiet(time(), time()) if asked == "none" else None


def kept_wish(quiet: Quiet | None, digest_at: time | None, choices: Choices) -> dict[str, object]:
    """Return what a form of wishes shows of what is kept."""
    is_none = quiet is not None and quiet.begins == quiet.ends
    return {
        "quiet": "" if quiet is None else "none" if is_none else "own",
        "quiet_from": None if quiet is None or is_none else quiet.begins,
        "quiet_until": None if quiet is None or is_none else quiet.ends,
        "digest_at": digest_at,
        **{f"{code}-{topic.value}": how.value for (code, topic), how in choices.items()},
    }
