"""Shapes of what is typed about customers; they check form, never save."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.base.instants import EARLIEST
from bihuan.customers.domain.conversation import LONGEST
from bihuan.customers.domain.recording import LARGEST
from bihuan.customers.models import CHANNEL_LABELS
from bihuan.customers.queries import Comparison, Which
from bihuan.facts.actions import REASON_LENGTH
from bihuan.facts.models import Member

WHICH_LABELS = {
    Which.ALL.value: _("All customers"),
    Which.MERGED.value: _("Merged from several accounts"),
    Which.WITHOUT_USCC.value: _("Without a credit code"),
}


class CustomerSearch(forms.Form):
    """What a list of customers is narrowed to."""

    q = forms.CharField(
        label=_("Name, former name, initials or code"), required=False, max_length=80
    )
    which = forms.ChoiceField(
        label=_("Which customers"), required=False, choices=list(WHICH_LABELS.items())
    )

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        self.fields["q"].widget.attrs["class"] = "form-control"
        self.fields["which"].widget.attrs["class"] = "form-select"

    def asked(self) -> tuple[str, Which]:
        """Return what is asked for; nonsense in a field counts as nothing said there."""
        self.is_valid()
        return self.cleaned_data.get("q", ""), Which(self.cleaned_data.get("which", ""))


class PartnerSearch(forms.Form):
    q = forms.CharField(label=_("Name, former name, initials or code"), max_length=80)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"), max_length=REASON_LENGTH, widget=forms.Textarea({"rows": 2})
    )


class MergeForm(ReasonForm):
    """Which of two customers stays, why, and whether different credit codes are known."""

    kept = forms.ChoiceField(label=_("The customer goes by"), widget=forms.RadioSelect)
    despite_uscc = forms.BooleanField(
        label=_("They are one customer although their credit codes differ"), required=False
    )

    field_order = ("kept", "reason", "despite_uscc")

    def __init__(self, *args: object, compared: Comparison, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        kept = self.fields["kept"]
        assert isinstance(kept, forms.ChoiceField)
        sides = {"one": compared.one.customer, "other": compared.other.customer}
        kept.choices = [(name, f"{each.name} ({each.code})") for name, each in sides.items()]
        kept.initial = min(sides, key=lambda name: sides[name].pk)
        if not compared.has_other_uscc:
            del self.fields["despite_uscc"]


class UsccForm(forms.Form):
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        help_text=_("18 characters, as on the business licence."),
    )


class ConversationForm(forms.Form):
    """What was said, when, how and with which account; the time is that of the company."""

    account = forms.ChoiceField(label=_("Customer account"))
    channel = forms.ChoiceField(
        label=pgettext_lazy("a conversation", "How"), choices=list(CHANNEL_LABELS.items())
    )
    happened_at = forms.DateTimeField(
        label=_("When"),
        validators=[MinValueValidator(EARLIEST)],
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    text = forms.CharField(
        label=_("What was said"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 10}),
        help_text=_(
            "Paste the messages or your notes. The words can be erased later; "
            "that you spoke stays a fact."
        ),
    )

    def __init__(
        self, *args: object, accounts: Mapping[int, Member], now: datetime, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        account = self.fields["account"]
        assert isinstance(account, forms.ChoiceField)
        account.choices = [(pk, f"{each.name} ({each.code})") for pk, each in accounts.items()]
        if len(accounts) == 1:
            account.widget = forms.HiddenInput()
        account.initial = next(iter(accounts))
        self.fields["happened_at"].initial = now.replace(tzinfo=None)


class ContactSearch(forms.Form):
    q = forms.CharField(
        label=_("Whole phone number, mail address or WeChat"), required=False, max_length=254
    )

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        self.fields["q"].widget.attrs.update({"class": "form-control", "autocomplete": "off"})

    def asked(self) -> str:
        """Return what is looked for; nonsense counts as nothing said."""
        self.is_valid()
        found: str = self.cleaned_data.get("q", "")
        return found


class DespiteKnownForm(forms.Form):
    despite_known = forms.BooleanField(
        label=_("It is another person with the same number or address"), required=False
    )


class OwnerForm(forms.Form):
    """Who looks after a contact from now on."""

    to = forms.ChoiceField(label=_("Looked after by"))

    def __init__(self, *args: object, people: Mapping[int, str]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = list(people.items())


class ContactSheetForm(forms.Form):
    file = forms.FileField(
        label=_("Excel file"),
        help_text=_(
            "One row each. Columns: 客户编码, 姓名, and any of 职位, 手机, 电话, 邮箱, 微信, 备注. "
            "Somebody with a number that is known at the customer is changed, not doubled."
        ),
    )


class RecordingForm(ConversationForm):
    """A sound instead of words."""

    file = forms.FileField(
        label=_("Recording"),
        widget=forms.FileInput({"accept": "audio/*", "data-recorded": True}),
        help_text=_("MP3, M4A, WAV, WebM, Ogg, FLAC or AMR, up to 25 MB."),
    )
    text = None  # type: ignore[assignment]  # Django's way to take a field away.
    field_order = ("account", "channel", "happened_at", "file")

    def sound(self) -> bytes:
        given = self.cleaned_data["file"]
        assert isinstance(given, UploadedFile)
        return bytes(given.read(LARGEST + 1))


class WordsForm(forms.Form):
    text = forms.CharField(
        label=_("What was said"), max_length=LONGEST, widget=forms.Textarea({"rows": 14})
    )
