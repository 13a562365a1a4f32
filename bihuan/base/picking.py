"""Choosing one row among more than a list can hold: by typing, then choosing among a few.

As long as there are few, all are listed. Else a search field stands before the list: it asks
while one types, and by a button where scripts do not run. Whatever is typed, two bounded
questions are asked, however many rows there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from bihuan.kernel.errors import gettext_noop

M = TypeVar("M", bound=Model)
Answers = Callable[[str], Q]
"""Returns the condition that a row answers to what was typed."""

FEW, SHOWN = 30, 20
"""Up to so many rows are all listed; of more, so many are shown at a time."""
TYPED_AT_MOST = 80
FIND = "find"
"""The button by which one asks for other rows; nothing is done with the form then."""
HINT = gettext_noop("Type a name, its pinyin, initials or the code")


class Picker(forms.Select):
    """A list, and before it a search field where there are more rows than it holds."""

    template_name = "base/picker.html"
    text = ""
    is_many = False
    has_more = False
    is_none = False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        names = ("text", "is_many", "has_more", "is_none")
        told = {name: getattr(self, name) for name in names}
        return {**context, **told, "hint": HINT}


class PickField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice among any number of rows, of which a few are offered at a time."""

    widget = Picker

    def offer(
        self, rows: QuerySet[M], *, answers: Answers, text: str = "", chosen: object = None
    ) -> None:
        """Offer the rows that answer to a text, and the one that is chosen already."""
        self.queryset = rows
        wanted = text.replace("\0", "").strip()[:TYPED_AT_MOST]
        found = rows.filter(answers(wanted)) if wanted else rows
        first = list(found[: FEW + 1])
        picker = self.widget
        assert isinstance(picker, Picker)
        picker.text, picker.is_many = wanted, bool(wanted) or len(first) > FEW
        shown = first[:SHOWN] if picker.is_many else first
        picker.has_more, picker.is_none = len(first) > len(shown), not first
        kept = self._kept(rows, chosen, {each.pk for each in shown})
        choices = [(each.pk, self.label_from_instance(each)) for each in [*kept, *shown]]
        nothing = [] if self.empty_label is None else [("", self.empty_label)]
        picker.choices = [*nothing, *choices]

    def _kept(self, rows: QuerySet[M], chosen: object, shown: set[object]) -> list[M]:
        number = str(chosen or "")
        if not number.isdecimal() or len(number) > 18 or int(number) in shown:
            return []
        return list(rows.filter(pk=int(number)))


def is_finding(request: HttpRequest) -> bool:
    """Tell whether somebody only looks for rows to choose from."""
    return request.method == "POST" and FIND in request.POST


def typed(request: HttpRequest, name: str) -> dict[str, str]:
    """Return what was typed into the search field of a choice, and what is chosen in it."""
    return {"text": request.POST.get(f"{name}-q", ""), "chosen": request.POST.get(name, "")}


def as_left(form: forms.Form, given: Mapping[str, Any]) -> forms.Form:
    """Return a form with everything that was typed so far, without judging it."""
    form.initial.update({name: given[name] for name in form.fields if name in given})
    return form
