"""Which fields the subjects of a company have, and of which type their values are.

What a customer or a deal says of itself comes out of the company's own data. Its type is
told from what stands there: a number or a date where every value is one, else a text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bihuan.facts.models import Member
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.org.models import ROLE_LABELS, Tenant, Unit
from bihuan.rules.domain.field import FieldType, is_blank, read_as
from bihuan.rules.domain.subject import ATTRIBUTE, FIELDS, Subject

SAMPLE = 3000
"""So many of the latest customers or deals tell which fields there are."""
MOST_EXAMPLES = 6
VALUE_LABELS = {
    "role": ROLE_LABELS,
    "unit_kind": {each.value: each.label for each in Unit.Kind},
}
"""Values of fields that have words of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownField:
    """A field that can be asked about: its type, what it is called, and what stands there."""

    name: str
    type: FieldType
    label_zh: str
    label_en: str
    examples: Sequence[str] = ()
    odd: str = ""
    """A value that is of no other type than text where most are numbers or dates."""

    def label(self, language: str) -> str:
        return self.label_zh if language.startswith("zh") else self.label_en

    @property
    def shown_examples(self) -> str:
        """Return some values as they are typed, with what those that have words are called."""
        called = VALUE_LABELS.get(self.name, {})
        return ", ".join(
            f"{each} ({called[each]})" if each in called else each for each in self.examples
        )


def fields_of(tenant: Tenant, subject: Subject) -> list[KnownField]:
    """Return the fields of a kind of subject: its own, and those of the company's data."""
    own = [
        KnownField(
            name=each.name,
            type=each.type,
            label_zh=each.label_zh,
            label_en=each.label_en,
            examples=tuple(VALUE_LABELS.get(each.name, ())),
        )
        for each in FIELDS[subject]
    ]
    return own + (attributes_of(tenant, subject) if subject.is_held else [])


def attributes_of(tenant: Tenant, subject: Subject) -> list[KnownField]:
    """Return what the company's own data says of its customers or deals, by name."""
    members = Member.objects.filter(tenant=tenant, dimension=subject.value).order_by("-pk")
    values: dict[str, dict[str, None]] = defaultdict(dict)
    for attributes in members.values_list("attributes", flat=True)[:SAMPLE]:
        for name, value in attributes.items():
            if not is_blank(str(value)):
                values[name][str(value)] = None
    return [_known(name, list(values[name])) for name in sorted(values)]


def _known(name: str, values: Sequence[str]) -> KnownField:
    kind = FieldType.TEXT
    for each in (FieldType.NUMBER, FieldType.DATE):
        if all(read_as(each, value) is not None for value in values):
            kind = each
    called = DIMENSIONS.get(name)
    return KnownField(
        name=f"{ATTRIBUTE}{name}",
        type=kind,
        label_zh=called.label_zh if called else name,
        label_en=called.label_en if called else name,
        examples=tuple(sorted(values, key=lambda each: (len(each), each))[:MOST_EXAMPLES]),
        odd=_first_odd(values),
    )


def _first_odd(values: Iterable[str]) -> str:
    odd = (
        each
        for each in values
        if read_as(FieldType.NUMBER, each) is None and read_as(FieldType.DATE, each) is None
    )
    return next(odd, "")
