"""Writes the choices of a form's field as Django does, without a template for each of them.

A list of a thousand units took five sixths of the time of a whole page that way: a template
is looked up, and a context pushed, twice for every choice. The letters are the same, which a
test holds against Django's own; whatever else there is in forms is left to Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from bihuan.base.long_choice import attributes

OPTION = "django/forms/widgets/select_option.html"
SELECT = "django/forms/widgets/select.html"


class FormRenderer(DjangoTemplates):
    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        if template_name == SELECT and all(_is_plain(each) for each in _options(context)):
            return select(context["widget"])
        return super().render(template_name, context, request)


def _options(context: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [option for _, options, _ in context["widget"]["optgroups"] for option in options]


def _is_plain(option: Mapping[str, Any]) -> bool:
    return bool(option["template_name"] == OPTION)


def select(widget: Mapping[str, Any]) -> SafeString:
    """Return a list to choose from, from what Django's widget says of it."""
    parts = [f'<select name="{_text(widget["name"])}"{attributes(widget["attrs"])}>']
    for name, options, _ in widget["optgroups"]:
        if name:
            parts.append(f'\n  <optgroup label="{_text(name)}">')
        parts.extend(_option(each) for each in options)
        if name:
            parts.append("\n  </optgroup>")
    parts.append("\n</select>")
    return mark_safe("".join(parts))


def _option(option: Mapping[str, Any]) -> str:
    value = conditional_escape(str(option["value"]))
    return (
        f'\n  <option value="{value}"{attributes(option["attrs"])}>{_text(option["label"])}'
        "</option>\n"
    )


def _text(value: Any) -> str:
    """Return what a template shows of a value: in the language of the page, and escaped."""
    return conditional_escape(localize(value))
