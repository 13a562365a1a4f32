"""Shapes of what is typed about a company as a whole; they check form, never save."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class Dressed(forms.Form):
    """A form whose fields are dressed for the shell."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class SignUpForm(Dressed):
    company = forms.CharField(
        label=_("Company"), max_length=80, widget=forms.TextInput({"autocomplete": "organization"})
    )
    code = forms.SlugField(
        label=_("Code of the company"),
        max_length=40,
        required=False,
        help_text=_("Small letters, digits and hyphens; made from the name when left empty."),
    )
    name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput({"autocomplete": "name"})
    )
    mail = forms.EmailField(
        label=_("Mail address"),
        max_length=150,
        widget=forms.EmailInput({"autocomplete": "username"}),
        help_text=_("You sign in with it."),
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters, and nothing easy to guess."),
    )
    invitation = forms.CharField(label=_("Invitation code"), max_length=60)

    def __init__(self, *args: object, is_invited: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not is_invited:
            del self.fields["invitation"]


class LeaveForm(Dressed):
    code = forms.CharField(
        label=_("Code of the company"),
        max_length=40,
        help_text=_("Type it, so that this does not happen by chance."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: object, expected: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip()
        if code != self.expected:
            raise forms.ValidationError(_("That is not the code of this company."))
        return code
