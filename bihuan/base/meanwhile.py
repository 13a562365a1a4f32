"""What was read, and whether it still stands: so that nobody writes over what they never saw.

A stamp is made from what a reader was shown, under the key of the installation, so that it says
nothing to whoever finds it. Programs bring it as ``If-Match`` (``base.matching``). A form carries
it in a hidden field, and is asked again whether it still stands once the row is held that its
action will lock: whoever saved meanwhile has committed by then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django import forms
from django.db import models, transaction
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from pydantic import BaseModel

from bihuan.kernel.errors import Conflict, gettext_noop

SEEN = "seen"
STAMP_LENGTH = 24

T = TypeVar("T")
AnyForm = TypeVar("AnyForm", bound=forms.Form)


class Overtaken(Conflict):
    code = "base.overtaken"
    says = gettext_noop(
        "Somebody else saved this while you were at work. What stands there now is said at each "
        "field they changed; nothing you typed is lost. Save again to put yours in its place."
    )


def stamp(shown: object) -> str:
    """Return the stamp of what is shown; the same again has the same one."""
    said = json.dumps(shown, ensure_ascii=False, sort_keys=True, default=_plain)
    return salted_hmac("bihuan.base.stamp", said, algorithm="sha256").hexdigest()[:STAMP_LENGTH]


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def hold(row: models.Model) -> None:
    """Let nobody else change a row until the transaction ends; others may still point at it."""
    type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)


def carry(form: AnyForm) -> AnyForm:
    """Let a form bring back the stamp of what each field was filled with; returns the form."""
    seen = " ".join(f"{name}={stamp(value)}" for name, value in _filled(form).items())
    form.fields[SEEN] = forms.CharField(
        required=False, widget=forms.HiddenInput, initial=seen, max_length=10_000
    )
    return form


def _filled(form: forms.Form) -> dict[str, object]:
    fields = ((name, field) for name, field in form.fields.items() if name != SEEN)
    return {name: form.get_initial_for_field(field, name) for name, field in fields}


def unless_overtaken(
    form: forms.Form,
    *,
    held: models.Model,
    fresh: Callable[[], forms.Form],
    deed: Callable[[], T],
) -> Callable[[], T]:
    """Return a deed that is refused where somebody else saved since the form was filled.

    ``held`` is the row that the deed locks first, ``fresh`` reads anew and returns the form as
    it would be filled now. Who brings no stamp is not asked: they have seen no form.
    """

    def guarded() -> T:
        said = form.cleaned_data.pop(SEEN, "").split()
        seen = {name: mark for name, _, mark in (each.partition("=") for each in said)}
        with transaction.atomic():
            hold(held)
            now = carry(fresh())
            stands = _filled(now)
            lost = [name for name in seen if _is_lost(form, name, seen[name], stands)]
            if lost:
                _say_what_stands(form, now, {name: stands[name] for name in lost})
                raise Overtaken()
            return deed()

    return guarded


def _is_lost(form: forms.Form, name: str, seen: str, stands: Mapping[str, object]) -> bool:
    """Whether a field says something else by now, and this form would put its own there."""
    if name not in stands or name not in form.fields or seen == stamp(stands[name]):
        return False
    return form.fields[name].has_changed(stands[name], form[name].data)


def _say_what_stands(form: forms.Form, now: forms.Form, lost: Mapping[str, object]) -> None:
    """Tell at each field what is there now, and let the form be sent again knowingly."""
    for name, value in lost.items():
        told = _in_words(form.fields[name], value)
        form.add_error(name, _("Now there: %(value)s") % {"value": told})
    renewed = QueryDict(mutable=True)
    renewed.update(form.data)
    renewed[SEEN] = now.fields[SEEN].initial
    form.data = renewed


def _in_words(field: forms.Field, value: object) -> str:
    """Return a value as the form would show it."""
    labels = dict(_labels(getattr(field, "choices", ())))
    several = value if isinstance(value, list | tuple) else [value]
    said = [labels.get(str(each), str(each)) for each in several if each not in (None, "")]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "、".join(said) or "–"


def _labels(choices: Iterable[tuple[object, object]]) -> Iterable[tuple[str, str]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _labels(label)
        else:
            yield str(key), str(label)
