"""What an administrator says of a provider that speaks SAML."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.org.forms.provider import AnyProviderForm

BY_HAND = ("issuer", "sso_url", "certificates")
METADATA_MOST = 1024 * 1024


class SamlForm(AnyProviderForm):
    """Metadata say all there is to say; where there are none, three things are typed in."""

    metadata_url = forms.URLField(
        label=_("address of the metadata"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_(
            "Read each time this form is saved: save it again when the provider changes its "
            "certificate."
        ),
    )
    metadata = forms.CharField(
        label=_("or the metadata themselves"),
        max_length=METADATA_MOST,
        required=False,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text=_("XML as the provider gives it. The next three fields are then filled from it."),
    )
    issuer = forms.CharField(label=_("entity id of the provider"), max_length=300, required=False)
    sso_url = forms.URLField(
        label=_("address for sign-in"), max_length=500, required=False, assume_scheme="https"
    )
    certificates = forms.CharField(
        label=_("certificates"),
        max_length=40_000,
        required=False,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text=_("With which the provider signs, as text (PEM); two while it changes over."),
    )
    code_claim = forms.CharField(
        label=_("attribute with the staff number"),
        max_length=200,
        required=False,
        help_text=_("Left empty, the name (NameID) is the staff number."),
    )

    field_order = (
        *("code", "name", "metadata_url", "metadata", *BY_HAND),
        *("match_by", "code_claim", "may_create", "is_on"),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("metadata") and not given.get("metadata_url"):
            for name in BY_HAND:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed where there are no metadata."))
        return given
