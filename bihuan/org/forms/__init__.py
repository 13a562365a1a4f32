"""Shapes of what is typed about the organisation; they check form, never save."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.base.journal.reading import JournalAsked
from bihuan.base.journal.words import verbs
from bihuan.base.long_choice import TreeChoice
from bihuan.org.access import units_visible_to
from bihuan.org.domain.delegation import LENDABLE
from bihuan.org.domain.factor import GRACE_DAYS_MOST
from bihuan.org.domain.grant import EVERYTHING, READING, SCOPES
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.forms.provider import AnyProviderForm
from bihuan.org.models import (
    FACTOR_LABELS,
    ROLE_LABELS,
    Person,
    PersonQuerySet,
    Tenant,
    Unit,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

MONTHS = [(number, str(number)) for number in range(1, 13)]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class UnitChoice(TreeChoice):
    """A choice among the units a person may see."""

    def __init__(self, *, label: StrOrPromise, required: bool = True) -> None:
        super().__init__(Unit.objects.none(), label=label, required=required)


class ScopedForm(forms.Form):
    """A form whose units are those the scope covers, dressed for the shell."""

    def __init__(self, *args: object, scope: Scope | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        for field in self.fields.values():
            if isinstance(field, UnitChoice) and scope is not None:
                field.queryset = units_visible_to(scope).filter(ended_on=None).order_by("path")
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"


class PeopleSearch(ScopedForm):
    q = forms.CharField(label=_("Name, initials or code"), required=False, max_length=80)
    unit = UnitChoice(label=_("Unit"), required=False)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All roles")), *ROLE_LABELS.items()]
    )
    standing = forms.ChoiceField(
        label=_("Employment"),
        required=False,
        choices=[("here", _("Still here")), ("left", _("Left")), ("all", _("All"))],
    )

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, UnitChoice)
        unit.empty_label = _("All units")


class AsOf(ScopedForm):
    on = forms.DateField(label=_("As of"), required=False, widget=DayInput())


class UnitForm(ScopedForm):
    code = forms.CharField(
        label=_("code"), max_length=60, help_text=_("Short and lasting: imports find units by it.")
    )
    name = forms.CharField(label=_("name"), max_length=80)
    kind = forms.ChoiceField(label=_("kind"), choices=Unit.Kind.choices, initial=Unit.Kind.TEAM)
    parent = UnitChoice(label=_("Stands under"), required=False)


class UnitChangeForm(UnitForm):
    code = None  # type: ignore[assignment]  # the code of a unit stays


class PersonForm(ScopedForm):
    code = forms.CharField(
        label=_("Staff number"), max_length=60, help_text=_("Imports find people by it.")
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    unit = UnitChoice(label=_("Unit"))
    role = forms.ChoiceField(label=_("Role"), choices=list(ROLE_LABELS.items()))
    valid_from = forms.DateField(label=_("From"), widget=DayInput())


class PersonChangeForm(ScopedForm):
    name = forms.CharField(label=_("Name"), max_length=80)


class SeatForm(ScopedForm):
    unit = UnitChoice(label=_("Unit"))
    role = forms.ChoiceField(label=_("Role"), choices=list(ROLE_LABELS.items()))
    valid_from = forms.DateField(label=_("From"), widget=DayInput())


class MoveForm(ScopedForm):
    to = UnitChoice(label=_("New unit"))
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[("", _("As before")), *((r.value, ROLE_LABELS[r.value]) for r in Role)],
    )
    on = forms.DateField(
        label=_("First day there"),
        widget=DayInput(),
        help_text=_("What was earned before this day stays with the former unit."),
    )


class DayForm(ScopedForm):
    on = forms.DateField(label=_("First day it no longer holds"), widget=DayInput())


class LoginForm(ScopedForm):
    username = forms.CharField(label=_("User name"), max_length=150)


class NoFields(ScopedForm):
    """A form with nothing to fill in: it only asks for a yes."""


class TokenForm(ScopedForm):
    name = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("For example: nightly import")
    )
    expires_on = forms.DateField(
        label=_("Expires on"),
        required=False,
        widget=DayInput(),
        help_text=_("Leave empty for a token that works until it is revoked."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[
            (EVERYTHING, _("Everything you may")),
            (READING, _("Read everything you may see")),
            *((scope, scope) for scope in SCOPES if scope not in (EVERYTHING, READING)),
        ],
        help_text=_(
            "As little as the program needs; several may be chosen. Writing includes reading."
        ),
    )


class TenantForm(ScopedForm):
    name = forms.CharField(label=_("name"), max_length=80)
    currency = forms.RegexField(
        label=_("currency"),
        regex=r"^[A-Z]{3}$",
        help_text=_("Three letters, such as CNY. Stays as it is once there are facts."),
    )
    fiscal_start_month = forms.TypedChoiceField(
        label=_("fiscal year starts in"), choices=MONTHS, coerce=int
    )
    day_count = forms.ChoiceField(
        label=_("days that count"),
        choices=Tenant.DayCount.choices,
        help_text=_("Targets are paced by these days."),
    )
    time_zone = forms.CharField(
        label=_("time zone"), max_length=40, help_text=_("For example: Asia/Shanghai")
    )


class SecondFactorForm(ScopedForm):
    needed_for = forms.ChoiceField(
        label=_("who needs a second step to sign in"), choices=list(FACTOR_LABELS.items())
    )
    grace_days = forms.IntegerField(
        label=_("days until it is needed"),
        min_value=0,
        max_value=GRACE_DAYS_MOST,
        initial=14,
        help_text=_("Until then people may set it up; from then on they have to, before all else."),
    )


class ProviderForm(AnyProviderForm, ScopedForm):
    """Where people may sign in instead of here. What is secret is never shown again."""

    issuer = forms.URLField(
        label=_("issuer"),
        max_length=300,
        assume_scheme="https",
        help_text=_("The address below which /.well-known/openid-configuration lies."),
    )
    client_id = forms.CharField(label=_("client id"), max_length=200)
    secret = forms.CharField(
        label=_("client secret"),
        max_length=400,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("Kept sealed and never shown. Left empty, the one that is kept stays."),
    )
    code_claim = forms.CharField(
        label=_("claim with the staff number"),
        max_length=60,
        required=False,
        initial="preferred_username",
    )

    field_order = (
        *("code", "name", "issuer", "client_id", "secret"),
        *("match_by", "code_claim", "may_create", "is_on"),
    )

    def draft(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "code"}


class TenantChoice(ScopedForm):
    tenant = forms.IntegerField(min_value=1, max_value=2**62)


def chosen_day(form: AsOf, today: date) -> date:
    """Return the day asked for, or today where none or nonsense was asked for."""
    return (form.cleaned_data.get("on") if form.is_valid() else None) or today


class JournalSearch(ScopedForm):
    """What is looked for in the audit trail; nonsense in a field counts as nothing said there."""

    who = forms.CharField(label=_("Name or staff number"), required=False, max_length=80)
    verb = forms.ChoiceField(label=_("Deed"), required=False)
    subject = forms.CharField(label=_("Thing"), required=False, max_length=200)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("Until"), required=False, widget=DayInput())
    request = forms.CharField(label=_("Request number"), required=False, max_length=64)

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.scope = scope
        named = sorted(verbs().items(), key=lambda pair: str(pair[1]))
        chosen = self.fields["verb"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("All deeds")), *named]

    def asked(self) -> JournalAsked:
        self.is_valid()
        said = self.cleaned_data
        return JournalAsked(
            who=self._who(said.get("who", "")),
            verb=said.get("verb", ""),
            subject=said.get("subject", ""),
            since=said.get("since"),
            until=said.get("until"),
            request=said.get("request", ""),
        )

    def _who(self, text: str) -> int | None:
        """Return the person who is meant; one nobody knows has done nothing."""
        if not text:
            return None
        people = Person.objects.filter(tenant_id=self.scope.tenant_id)
        found = people.filter(Q(code=text) | Q(name=text)).order_by("pk").first()
        return found.pk if found else 0


class Colleague(forms.CharField):
    """A colleague, by staff number or by a name that only one of them has."""

    people: PersonQuerySet = Person.objects.none()

    def clean(self, value: object) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        found = list(self.people.filter(Q(code__iexact=text) | Q(name=text))[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("There are several of that name: give the staff number.")
                if found
                else _("There is no such colleague near you.")
            )
        return found[0]


class AmongColleagues(ScopedForm):
    """A form that names a colleague among these."""

    def __init__(self, *args: object, people: PersonQuerySet, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as given
        for field in self.fields.values():
            if isinstance(field, Colleague):
                field.people = people


class DelegationForm(AmongColleagues):
    lender = Colleague(
        label=_("Whom they stand in for"), max_length=80, help_text=_("Staff number or name")
    )
    deputy = Colleague(label=_("Who stands in"), max_length=80, help_text=_("Staff number or name"))
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[
            ("", _("Everything that can be lent")),
            *((role.value, ROLE_LABELS[role.value]) for role in sorted(LENDABLE)),
        ],
    )
    unit = UnitChoice(label=_("Unit"), required=False)
    valid_from = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ShareForm(AmongColleagues):
    person = Colleague(
        label=_("Colleague"),
        required=False,
        max_length=80,
        help_text=_("Staff number or name; or choose a unit below"),
    )
    unit = UnitChoice(label=_("Unit"), required=False)
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean(self) -> dict[str, object]:
        given = self.cleaned_data
        if "person" in given and bool(given["person"]) == bool(given.get("unit")):
            raise forms.ValidationError(_("Name a colleague or a unit, one of the two."))
        return given
