"""Shapes of what is typed about facts and kinds; they check form, never save."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.base.long_choice import TreeChoice
from bihuan.facts.access import sources_visible_to
from bihuan.facts.actions import REASON_LENGTH
from bihuan.facts.domain.attribute import Attribute, AttributeType, free_columns
from bihuan.facts.domain.kind import Kind
from bihuan.facts.models import Source
from bihuan.facts.queries import FactFilter
from bihuan.org.access import units_visible_to
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Unit

IDS = ("person", "account", "opportunity", "product", "store", "batch")
"""What is narrowed to by a link, not typed."""

TYPE_LABELS = {
    AttributeType.TEXT.value: _("Text"),
    AttributeType.NUMBER.value: _("Number"),
    AttributeType.DAY.value: _("Date"),
}
NEED_LABELS = {
    "person": _("Person"),
    "account": _("Account"),
    "opportunity": _("Opportunity"),
    "product": _("Product"),
    "store": _("Store"),
    "amount": _("Amount"),
    "quantity": _("Quantity"),
}


def label_of(kind: Kind) -> str:
    """Return what a kind is called in the language in force."""
    return kind.label_zh if (get_language() or "").startswith("zh") else kind.label_en


class FactSearch(forms.Form):
    """What a list of facts is narrowed to."""

    q = forms.CharField(label=_("Person, account or row"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    unit = TreeChoice(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("All units")
    )
    source = forms.ModelChoiceField(
        Source.objects.none(), label=_("Source"), required=False, empty_label=_("All sources")
    )
    start = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    counting = forms.ChoiceField(
        label=_("Corrections"),
        required=False,
        choices=[("", _("Show all")), ("1", _("Only what counts"))],
    )
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    account = forms.IntegerField(required=False, widget=forms.HiddenInput)
    opportunity = forms.IntegerField(required=False, widget=forms.HiddenInput)
    product = forms.IntegerField(required=False, widget=forms.HiddenInput)
    store = forms.IntegerField(required=False, widget=forms.HiddenInput)
    batch = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, scope: Scope, kinds: Iterable[Kind]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed through as given
        for name in IDS:
            field = self.fields[name]
            assert isinstance(field, forms.IntegerField)
            field.min_value, field.max_value = 1, 2**63 - 1
        choices = sorted((each.code, label_of(each)) for each in kinds)
        kind, unit, source = self.fields["kind"], self.fields["unit"], self.fields["source"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(unit, forms.ModelChoiceField)
        assert isinstance(source, forms.ModelChoiceField)
        kind.choices = [("", _("All kinds")), *choices]
        unit.queryset = units_visible_to(scope).order_by("path")
        source.queryset = sources_visible_to(scope)
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def asked(self) -> FactFilter | None:
        """Return what to narrow to, or None where something typed cannot be read."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        last = given["last"]
        return FactFilter(
            q=given["q"].strip(),
            kind=given["kind"],
            unit=given["unit"].pk if given["unit"] else None,
            source=given["source"].pk if given["source"] else None,
            start=given["start"],
            end=last + timedelta(days=1) if last else None,
            counting=bool(given["counting"]),
            **{name: given[name] for name in IDS},
        )


class ReverseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it taken back?"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )


class KindForm(forms.Form):
    code = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("noun.past_participle, e.g. sample.sent")
    )
    label_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    label_en = forms.CharField(label=_("English name"), max_length=60)
    needs = forms.MultipleChoiceField(
        label=_("What each fact must have"),
        choices=list(NEED_LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    may_be_negative = forms.BooleanField(label=_("The amount may be negative"), required=False)


class AttributeForm(forms.Form):
    name = forms.SlugField(label=_("Attribute name"), max_length=40, required=False)
    type = forms.ChoiceField(label=_("Type"), choices=list(TYPE_LABELS.items()))
    label_zh = forms.CharField(label=_("Chinese name"), max_length=60, required=False)
    label_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    is_required = forms.BooleanField(label=_("Required"), required=False)


AttributeForms = formset_factory(AttributeForm, extra=4, max_num=10, absolute_max=10)


def kind_from(form: KindForm, attributes: BaseFormSet[AttributeForm]) -> Kind:
    """Return the kind that the forms describe; its attributes get the free columns in order."""
    rows = [each.cleaned_data for each in attributes if each.cleaned_data.get("name")]
    columns = free_columns([AttributeType(row["type"]) for row in rows])
    return Kind(
        form.cleaned_data["code"],
        form.cleaned_data["label_zh"],
        form.cleaned_data["label_en"],
        frozenset(form.cleaned_data["needs"]),
        tuple(
            Attribute(
                row["name"],
                column,
                row["label_zh"] or row["name"],
                row["label_en"] or row["name"],
                row["is_required"],
            )
            for row, column in zip(rows, columns, strict=True)
        ),
        form.cleaned_data["may_be_negative"],
    )
