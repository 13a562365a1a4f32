"""What subjects say of themselves, as field conditions ask for it: read once for all of them.

What the company's own data says of customers and deals has no history: it is read as it
stands today. A customer of several accounts says what its own account says, else what
the first of the others says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models.fields.json import KeyTextTransform

from bihuan.facts.models import Member
from bihuan.org.models import Person, Tenant
from bihuan.rules.domain.condition import FieldIs
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.subject import Subject, attribute_of

CODE, NAME = "code", "name"
Texts = dict[int, str]
"""A text of each subject that has one, by its id."""


@dataclass
class Fields:
    """Texts of subjects: their codes, names, and what the company's own data says."""

    texts: dict[tuple[str, str], Texts] = field(default_factory=dict)

    def text(self, subject: str, name: str, pk: int) -> str | None:
        return self.texts.get((subject, name), {}).get(pk)


def load_fields(
    tenant: Tenant,
    rules: Iterable[RuleDefinition],
    merged: Mapping[Subject, Mapping[int, int]],
) -> Fields:
    """Return the texts that some rules read; ``merged`` says whose accounts are whose."""
    wanted: dict[Subject, set[str]] = {}
    for rule in rules:
        wanted.setdefault(rule.subject, set()).update(_read_by(rule))
    found = Fields()
    for subject, names in wanted.items():
        if subject.is_held:
            _load_members(found, tenant, subject, names, merged.get(subject, {}))
        elif subject is Subject.PERSON and names:
            _load_people(found, tenant)
    return found


def _read_by(rule: RuleDefinition) -> set[str]:
    read = {leaf.field for leaf in rule.leaves if isinstance(leaf, FieldIs)}
    kept = {name for name in read if name in (CODE, NAME) or attribute_of(name)}
    return kept | ({rule.cover.owner} if rule.cover.owner else set())


def _load_people(found: Fields, tenant: Tenant) -> None:
    people = Person.objects.filter(tenant=tenant, is_robot=False)
    for pk, code, name in people.values_list("pk", "code", "name"):
        found.texts.setdefault(("person", CODE), {})[pk] = code
        found.texts.setdefault(("person", NAME), {})[pk] = name


def _load_members(
    found: Fields,
    tenant: Tenant,
    subject: Subject,
    names: Collection[str],
    merged: Mapping[int, int],
) -> None:
    ordered = sorted(names)
    if not ordered:
        return
    members = Member.objects.filter(tenant=tenant, dimension=subject.value).order_by()
    columns = [
        KeyTextTransform(attribute, "attributes") if (attribute := attribute_of(each)) else each
        for each in ordered
    ]
    texts: list[Texts] = [{} for _ in ordered]
    for pk, *values in members.values_list("pk", *columns):
        for column, value in zip(texts, values, strict=True):
            if value:
                column[pk] = value
    for name, column in zip(ordered, texts, strict=True):
        for account, customer in sorted(merged.items()):
            if account in column:
                column.setdefault(customer, column[account])
        found.texts[subject.value, name] = column
