"""Whom and what rules look at on some mornings, and what each of them says of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from bihuan.metrics.domain.field import unscaled
from bihuan.org.models import Person, Tenant, Unit
from bihuan.rules.domain.condition import FieldIs
from bihuan.rules.domain.cover import Cover
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.field import Raw, plain_text
from bihuan.rules.domain.subject import Subject
from bihuan.rules.engine.fields import Fields, load_fields
from bihuan.rules.engine.holding import Holding, Stepped, load_holding
from bihuan.rules.engine.seating import Key, Seat, Seating

Asked = Mapping[date, Sequence[RuleDefinition]]
"""The rules that look on each of some mornings."""


class Roster:
    """The seats of a company, and with whom its customers and deals lie."""

    def __init__(
        self,
        tenant: Tenant,
        asked: Asked,
        *,
        seating: Seating | None = None,
        as_of_seq: int | None = None,
    ) -> None:
        self.tenant = tenant
        self.seating = seating or Seating(tenant)
        rules = {id(rule): rule for each in asked.values() for rule in each}.values()
        self.holdings: dict[str, Holding] = {
            subject.value: load_holding(tenant, subject, days, as_of_seq)
            for subject, days in _mornings(asked).items()
        }
        merged = {Subject(each): holding.merged for each, holding in self.holdings.items()}
        self.fields: Fields = load_fields(tenant, rules, merged)

    @property
    def units(self) -> Mapping[int, Unit]:
        return self.seating.units

    def covered(self, rule: RuleDefinition, on: date) -> dict[Key, int]:
        """Return every subject of a rule that is covered, with the unit it is seen in."""
        if not rule.subject.is_held:
            return self.seating.covered(rule.subject, rule.cover, on)
        paths = self.seating.paths(rule.cover)
        kind = rule.subject.value
        holding, found = self.holdings[kind], {}
        for member in holding.held:
            unit = self._seen_in(rule, member, on)
            if unit is None or (rule.cover.units and not _is_inside(self.units[unit], paths)):
                continue
            if rule.subject is Subject.ACCOUNT or _is_open(holding.step(member, on)):
                found[kind, member] = unit
        return found

    def _seen_in(self, rule: RuleDefinition, member: int, on: date) -> int | None:
        """Return the unit of whoever a customer lies with; of one who is gone, the unit then."""
        held = self.holdings[rule.subject.value].holder(member, on)
        if held is None:
            return None
        owner = self.owner(rule.subject, rule.cover, member, on)
        seat = None if owner is None else self.seating.seat_on(owner, on)
        if seat is not None:
            return seat.unit_id
        return held.unit_id or self.seating.root

    def owner(self, subject: Subject, cover: Cover, member: int, on: date) -> int | None:
        """Return who is responsible on a morning: named by an attribute, or the holder.

        Nobody is where whoever it lies with has no seat any more.
        """
        named = self._named(self.fields.text(subject.value, cover.owner, member))
        held = self.holdings[subject.value].holder(member, on)
        asked = (named, None if held is None else held.person_id)
        return next(
            (each for each in asked if each is not None and self.seating.seat_on(each, on)), None
        )

    def _named(self, text: str | None) -> int | None:
        return self._people.get(plain_text(text)) if text else None

    @cached_property
    def _people(self) -> Mapping[str, int]:
        """Return people by what names one of them and nobody else: the code before the name."""
        names: dict[str, set[int]] = defaultdict(set)
        codes: dict[str, int] = {}
        people = Person.objects.filter(tenant=self.tenant, is_robot=False)
        for pk, code, name in people.values_list("pk", "code", "name"):
            names[plain_text(name)].add(pk)
            codes[plain_text(code)] = pk
        single = {name: min(found) for name, found in names.items() if len(found) == 1}
        return single | codes

    def there_since(self, key: Key, on: date) -> date | None:
        """Return since when a subject has been there, without a break, on a day."""
        holding = self.holdings.get(key[0])
        if holding is None:
            return self.seating.there_since(key, on)
        first = holding.first_on.get(key[1])
        return first if first is not None and first <= on else None

    def step(self, key: Key, on: date) -> Stepped | None:
        """Return how far a deal is on a morning."""
        return self.holdings[key[0]].step(key[1], on)

    def says(self, key: Key, name: str, on: date) -> Raw:
        """Return what a subject says of itself in a field, on a morning."""
        if name == "tenure_days":
            return self._tenure(key[1], on)
        if name in ("role", "unit_kind"):
            return self._of_seat(key, name, on)
        if key[0] == "unit":
            return str(getattr(self.units[key[1]], name, ""))
        if name == "age_days":
            return self._age(key, on)
        if name in ("stage", "amount"):
            return _of_step(self.step(key, on), name)
        return self.fields.text(key[0], name, key[1])

    def _of_seat(self, key: Key, name: str, on: date) -> str | None:
        if key[0] == "unit":
            return str(self.units[key[1]].kind)
        seat: Seat | None = self.seating.seat_on(key[1], on)
        if seat is None:
            return None
        return seat.role.value if name == "role" else str(self.units[seat.unit_id].kind)

    def _tenure(self, person: int, on: date) -> Decimal | None:
        seats = self.seating.seats.get(person)
        return Decimal((on - seats[0].start).days) if seats and seats[0].start <= on else None

    def _age(self, key: Key, on: date) -> Decimal | None:
        holding = self.holdings[key[0]]
        days = holding.first_on if key[0] == Subject.ACCOUNT.value else holding.opened_on
        first = days.get(key[1])
        return Decimal((on - first).days) if first is not None and first <= on else None

    def saying(self, keys: Iterable[Key], demanded: Sequence[FieldIs], on: date) -> list[Key]:
        """Return those of some subjects that say what a condition cannot be met without."""
        found = list(keys)
        for leaf in demanded:
            found = [key for key in found if leaf.check.holds(self.says(key, leaf.field, on), on)]
        return found


def _mornings(asked: Asked) -> dict[Subject, list[date]]:
    """Return the mornings on which anything looks at customers, and at deals."""
    found: dict[Subject, list[date]] = defaultdict(list)
    for on, rules in asked.items():
        for subject in {rule.subject for rule in rules}:
            if subject.is_held:
                found[subject].append(on)
    return found


def _is_inside(unit: Unit, paths: Sequence[str]) -> bool:
    return any(unit.path.startswith(path) for path in paths)


def _is_open(step: Stepped | None) -> bool:
    return step is not None and step.is_open


def _of_step(step: Stepped | None, name: str) -> Raw:
    if step is None:
        return None
    if name == "stage":
        return step.stage
    return None if step.amount is None else unscaled(step.amount)
