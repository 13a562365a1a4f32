"""Gives form controls the look of the shell and ties them to their errors."""

from __future__ import annotations

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

SELECTS = (forms.Select, forms.SelectMultiple)
CHOICES = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Return whether a field is a single box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def dressed(field: BoundField) -> SafeString:
    """Return a control with its class, marked and explained when it was refused."""
    widget = field.field.widget
    name = "form-control"
    if isinstance(widget, CHOICES):
        name = "form-check-input"
    elif isinstance(widget, SELECTS):
        name = "form-select"
    return field.as_widget(attrs=_attributes(field, f"{widget.attrs.get('class', '')} {name}"))


def _attributes(field: BoundField, classes: str) -> dict[str, str | bool]:
    names = dict.fromkeys(classes.split())
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        names["is-invalid"] = None
        described.append(f"{field.auto_id}_error")
    attributes: dict[str, str | bool] = {"class": " ".join(names)}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes
