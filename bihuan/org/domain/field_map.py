"""Field map: how much of each field of a row somebody is shown: full, masked or nothing.

Which rows somebody sees is one question, and which of their fields another. It is
answered by how they stand to the row, and the most that any standing opens is shown:

>>> talk = FieldMap(
...     kind="example.talk",
...     fields={
...         "text": Field(
...             full=(Standing.OWN, Standing.LEADS), mask=(Standing.OVERSEES,), how=Mask.TEXT
...         )
...     },
... )
>>> rep = Scope(tenant_id=1, person_id=7)
>>> lead = Scope(tenant_id=1, person_id=8, unit_paths=("/1/4/",))
>>> quality = Scope(
...     tenant_id=1, person_id=9, whole_tenant=True, roles=frozenset({Role.QUALITY_OFFICER})
... )
>>> row = Place(people=(7,), unit_path="/1/4/9/")
>>> talk.shown("text", "电话 13812345678", rep, row)
'电话 13812345678'
>>> talk.shown("text", "电话 13812345678", quality, row)
'电话 138****5678'

A row seen in no other way was shared. What a map does not open to a standing is hidden:

>>> stranger = Scope(tenant_id=1, person_id=10)
>>> sorted(standings(stranger, row)), talk.sight("text", stranger, row)
([<Standing.SHARED: 'shared'>], <Sight.HIDE: 'hide'>)

What is not shown in full is not searched, sorted or filtered by either:

>>> talk.is_askable("text", quality), talk.is_askable("text", lead)
(False, False)
>>> talk.is_askable("text", Scope(tenant_id=1, person_id=0, whole_tenant=True))
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bihuan.kernel.masking import Mask, masked
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope


class Sight(StrEnum):
    FULL = "full"
    MASK = "mask"
    HIDE = "hide"


class Standing(StrEnum):
    """How somebody stands to a row that they see."""

    OWN = "own"
    LEADS = "leads"
    SHARED = "shared"
    SERVES = "serves"
    """As HR business partner."""
    OVERSEES = "oversees"
    """As quality officer."""
    ADMINISTERS = "administers"
    SYSTEM = "system"
    """The product itself, which shows nobody anything by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose a row is and to which unit it belongs."""

    people: tuple[int | None, ...] = ()
    unit_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field: to which standings it is shown in full, to which masked and how."""

    full: tuple[Standing, ...] = ()
    mask: tuple[Standing, ...] = ()
    how: Mask = Mask.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """The fields of one kind of row that not everybody who sees the row sees in full."""

    kind: str
    fields: Mapping[str, Field]

    def sight(self, field: str, scope: Scope, place: Place) -> Sight:
        """Return how much of a field of a row somebody is shown."""
        return self._most(field, standings(scope, place))

    def shown(self, field: str, value: str, scope: Scope, place: Place) -> str:
        """Return a value as somebody is shown it."""
        sight = self.sight(field, scope, place)
        if sight is Sight.FULL:
            return value
        return masked(self.fields[field].how, value) if sight is Sight.MASK else ""

    def is_askable(self, field: str, scope: Scope) -> bool:
        """Return whether somebody may search by a field: who sees it in full in every row."""
        everywhere = wide_standings(scope)
        return bool(everywhere) and self._most(field, everywhere) is Sight.FULL

    def of_standing(self, field: str, standing: Standing) -> Sight:
        return self._most(field, frozenset({standing}))

    def _most(self, field: str, held: frozenset[Standing]) -> Sight:
        rule = self.fields[field]
        if Standing.SYSTEM in held or held & set(rule.full):
            return Sight.FULL
        return Sight.MASK if held & set(rule.mask) else Sight.HIDE


def wide_standings(scope: Scope) -> frozenset[Standing]:
    """Return how somebody stands to every row of the company."""
    if not scope.whole_tenant:
        return frozenset()
    held = {Role.QUALITY_OFFICER: Standing.OVERSEES, Role.ADMIN: Standing.ADMINISTERS}
    return frozenset(held[role] for role in scope.roles & held.keys()) or frozenset(
        {Standing.SYSTEM}
    )


def standings(scope: Scope, place: Place) -> frozenset[Standing]:
    """Return how somebody stands to a row that they see."""
    held = set(wide_standings(scope))
    if scope.person_id in place.people:
        held.add(Standing.OWN)
    if place.unit_path and scope.covers_as_manager(place.unit_path):
        held.add(Standing.LEADS)
    if place.unit_path and any(place.unit_path.startswith(path) for path in scope.figure_paths):
        held.add(Standing.SERVES)
    return frozenset(held or {Standing.SHARED})
