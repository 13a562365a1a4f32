"""Long lists to choose from, written at once: a tree of a thousand units is one statement and
one text, where Django makes of each unit an object, a mapping and two looked-up templates.

The letters are those of ``forms.Select``, which a test holds against Django's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from django.forms.renderers import BaseRenderer
    from django.utils.functional import _StrOrPromise as StrOrPromise

STEP = "　"


class LongSelect(forms.Select):
    """Writes choices of one value that have neither groups nor attributes of their own."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        chosen = self.format_value(value)
        head = f'<select name="{conditional_escape(name)}"'
        parts = [f"{head}{attributes(self.build_attrs(self.attrs, attrs))}>"]
        choices = cast("Iterable[tuple[object, StrOrPromise]]", self.choices)
        for each, label in choices:
            said = str(each)
            picked = " selected" if said in chosen else ""
            parts.append(
                f'\n  <option value="{conditional_escape(said)}"{picked}>'
                f"{conditional_escape(label)}</option>\n"
            )
        parts.append("\n</select>")
        return mark_safe("".join(parts))


def attributes(named: Mapping[str, Any]) -> str:
    """Return attributes as Django's templates write them: True is a name only, False nothing."""
    said = ((name, value) for name, value in named.items() if value is not False)
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(str(value))}"'
        for name, value in said
    )


class Branches(ModelChoiceIterator):  # type: ignore[type-arg]  # not generic at run time
    """The rows of a tree as numbers and names, without an object for each of them."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for pk, path, name in self.queryset.values_list("pk", "path", "name"):
            yield pk, STEP * (path.count("/") - 2) + name


class TreeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice among rows that have a path and a name, indented by their depth."""

    widget = LongSelect
    iterator = Branches
