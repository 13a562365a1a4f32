"""What fields and particulars are called in the journal, and what their values mean in words.

A name means the same in every entry: ``unit`` is the number of a unit, wherever it stands. Apps
say in ``ready()`` what the numbers and words of a name stand for; what nobody said is shown as
it was told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext, pgettext_lazy

from bihuan.base.journal.changes import HIDDEN, Told
from bihuan.base.journal.words import Word, subjects
from bihuan.kernel.masking import discreet

NameOf = Callable[[int], str | None]
"""Returns what the row of a number is called; nothing where it is gone."""
NAMES: Mapping[str, Word] = {
    "about": pgettext_lazy("journal", "About"),
    "account": pgettext_lazy("journal", "Customer"),
    "amount": pgettext_lazy("journal", "Amount"),
    "batch": pgettext_lazy("journal", "Import"),
    "business_on": pgettext_lazy("journal", "Day of business"),
    "by": pgettext_lazy("journal", "Who"),
    "channel": pgettext_lazy("journal", "Channel"),
    "choice": pgettext_lazy("journal", "Answer"),
    "code": pgettext_lazy("journal", "Code"),
    "corrected": pgettext_lazy("journal", "Corrected"),
    "count": pgettext_lazy("journal", "How many"),
    "days": pgettext_lazy("journal", "Days"),
    "deputy": pgettext_lazy("journal", "Deputy"),
    "edit": pgettext_lazy("journal", "Edit"),
    "ended": pgettext_lazy("journal", "Ended"),
    "ended_on": pgettext_lazy("journal", "Last day"),
    "ending": pgettext_lazy("journal", "How it ended"),
    "expires_on": pgettext_lazy("journal", "Expires on"),
    "fact": pgettext_lazy("journal", "Fact"),
    "fields": pgettext_lazy("journal", "Fields"),
    "files": pgettext_lazy("journal", "Files"),
    "into": pgettext_lazy("journal", "Merged into"),
    "is_on": pgettext_lazy("journal", "Switched on"),
    "items": pgettext_lazy("journal", "Items"),
    "key": pgettext_lazy("journal", "Code"),
    "kind": pgettext_lazy("journal", "Kind"),
    "lender": pgettext_lazy("journal", "Who is stood in for"),
    "made_by": pgettext_lazy("journal", "Made by"),
    "metric": pgettext_lazy("journal", "Metric"),
    "month": pgettext_lazy("journal", "Month"),
    "name": pgettext_lazy("journal", "Name"),
    "new": pgettext_lazy("journal", "New"),
    "number": pgettext_lazy("journal", "Number"),
    "on": pgettext_lazy("journal", "Day"),
    "one": pgettext_lazy("journal", "The one"),
    "opened": pgettext_lazy("journal", "Opened"),
    "other": pgettext_lazy("journal", "The other"),
    "outcome": pgettext_lazy("journal", "Outcome"),
    "owner": pgettext_lazy("journal", "Owner"),
    "parent": pgettext_lazy("journal", "Unit above"),
    "people": pgettext_lazy("journal", "People"),
    "person": pgettext_lazy("journal", "Person"),
    "place": pgettext_lazy("journal", "Place"),
    "plan": pgettext_lazy("journal", "Plan"),
    "purpose": pgettext_lazy("journal", "Purpose"),
    "put_back": pgettext_lazy("journal", "Put back"),
    "rating": pgettext_lazy("journal", "Rating"),
    "recovered": pgettext_lazy("journal", "Recovered"),
    "replaced": pgettext_lazy("journal", "Replaced"),
    "restored": pgettext_lazy("journal", "Restored"),
    "reversed": pgettext_lazy("journal", "Reversed"),
    "reverses": pgettext_lazy("journal", "Reverses fact"),
    "revision": pgettext_lazy("journal", "Revision"),
    "role": pgettext_lazy("journal", "Role"),
    "rows": pgettext_lazy("journal", "Rows"),
    "rule": pgettext_lazy("journal", "Rule"),
    "seq": pgettext_lazy("journal", "Fact"),
    "since": pgettext_lazy("journal", "From"),
    "size": pgettext_lazy("journal", "Size"),
    "source": pgettext_lazy("journal", "Source"),
    "state": pgettext_lazy("journal", "State"),
    "step": pgettext_lazy("journal", "Step"),
    "steps": pgettext_lazy("journal", "Steps"),
    "tag": pgettext_lazy("journal", "Tag"),
    "task": pgettext_lazy("journal", "Task"),
    "tenant": pgettext_lazy("journal", "Company"),
    "through": pgettext_lazy("journal", "Up to"),
    "to": pgettext_lazy("journal", "To"),
    "unit": pgettext_lazy("journal", "Unit"),
    "until": pgettext_lazy("journal", "Until"),
    "use": pgettext_lazy("journal", "Used for"),
    "valid_from": pgettext_lazy("journal", "In force from"),
    "valid_to": pgettext_lazy("journal", "In force until"),
    "version": pgettext_lazy("journal", "Version"),
    "week": pgettext_lazy("journal", "Week"),
    "what": pgettext_lazy("journal", "What"),
}
_ROWS: dict[str, NameOf] = {}
_CHOICES: dict[str, Mapping[str, Word]] = {}


def refer(
    rows: Mapping[str, NameOf] | None = None,
    choices: Mapping[str, Mapping[str, Word]] | None = None,
) -> None:
    """Say what the rows are called whose numbers a name tells, or how its words read."""
    _ROWS.update(rows or {})
    _CHOICES.update(choices or {})


@dataclass(frozen=True)
class Reader:
    """Puts what is told into words; each row is looked up once, however often it is named."""

    known: dict[tuple[str, int], str] = field(default_factory=dict)

    def name_of(self, label: str, name: str) -> str:
        """Return what a field is called; one that nobody named is called as in the code."""
        if name in NAMES:
            return str(NAMES[name])
        return str(getattr(_field(label, name), "verbose_name", name))

    def value_of(self, label: str, name: str, told: Told) -> str:
        """Return what was told of a field of a model, as people read it."""
        if isinstance(told, str) and not is_mark(told):
            return self._of_text(label, name, told)
        if isinstance(told, int) and not isinstance(told, bool) and name in _ROWS:
            return self._row(name, told)
        return in_words(told)

    def _of_text(self, label: str, name: str, told: str) -> str:
        chosen = {**dict(getattr(_field(label, name), "flatchoices", ())), **_CHOICES.get(name, {})}
        if told in chosen:
            return str(chosen[told])
        kind, _, number = told.partition(":")
        subject = subjects().get(kind)
        if subject is not None and number.isdigit():
            return f"{subject.word} {number}"
        return in_words(told)

    def _row(self, name: str, pk: int) -> str:
        if (name, pk) not in self.known:
            self.known[name, pk] = _ROWS[name](pk) or str(pk)
        return self.known[name, pk]


def names_in(model: type[models.Model]) -> NameOf:
    """Return how the rows of a model with names are called."""
    found = model._base_manager
    return lambda pk: found.filter(pk=pk).values_list("name", flat=True).first()


def _field(label: str, name: str) -> models.Field | None:  # type: ignore[type-arg]
    model = next((each for each in apps.get_models() if each._meta.label_lower == label), None)
    try:
        found = None if model is None else model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def in_others_eyes(told: Told) -> Told:
    """Return a value without numbers and addresses of people: the trail is read by others."""
    return discreet(told) if isinstance(told, str) and not is_mark(told) else told


def is_mark(told: str) -> bool:
    """Tell whether a value is the mark of a text, and not the text."""
    return told.startswith(f"{HIDDEN}:") and told.count(":") == 2


def in_words(told: Told) -> str:
    """Return a value as people read it: of a text, how long it is and the start of its mark."""
    if told is None or told == "":
        return "–"
    if isinstance(told, bool):
        return gettext("yes") if told else gettext("no")
    if isinstance(told, str) and is_mark(told):
        _, length, mark = told.split(":")
        words = gettext("a text of %(length)s characters (mark %(mark)s)")
        return words % {"length": length, "mark": mark[:6]}
    return str(in_others_eyes(told))
