"""Scope: the part of the organisation a person may see on a day.

A person sees own rows and, through the units opened by their assignments, all
rows under those units. A unit's path spells its ancestors, so "my unit and
everything under it" is a prefix test, here and in SQL alike.

>>> east = Scope(tenant_id=1, person_id=7, unit_paths=("/1/4/",))
>>> east.covers("/1/4/9/"), east.covers("/1/5/")
(True, False)
>>> Scope(tenant_id=1, person_id=7, whole_tenant=True).covers("/1/5/")
True

An HRBP sees figures of the units served, not the rows of customers under them:

>>> Scope(tenant_id=1, person_id=8, figure_paths=("/1/4/",)).covers("/1/4/9/")
False
>>> Scope(tenant_id=1, person_id=8, figure_paths=("/1/4/",)).covers_figures("/1/4/9/")
True

What somebody lends for a time lies among ``unit_paths`` and is told apart by ``lent``. What is
shared opens single things, as far as the one who shares sees them:

>>> lent = Scope(tenant_id=1, person_id=9, unit_paths=("/1/4/",), lent=(Lent(7, "/1/4/"),))
>>> lent.covers("/1/4/9/"), lent.lender_of("/1/4/9/"), east.lender_of("/1/4/9/")
(True, 7, None)
>>> guest = Scope(tenant_id=1, person_id=9, shared=(Shared("inbox.task", (3, 5), east),))
>>> [each.ids for each in guest.shared_of("inbox.task")], guest.shared_of("rules.alert")
([(3, 5)], ())
"""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.org.domain.role import Role


@dataclass(frozen=True, slots=True)
class Lent:
    """A unit that somebody else manages or serves, and lends for a time."""

    lender_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Shared:
    """Things of one kind that somebody shares, and what they may see themselves."""

    kind: str
    ids: tuple[int, ...]
    through: Scope


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may see: own rows, rows of units, figures of units."""

    tenant_id: int
    person_id: int
    unit_paths: tuple[str, ...] = ()
    figure_paths: tuple[str, ...] = ()
    whole_tenant: bool = False
    roles: frozenset[Role] = frozenset()
    """Held today; none where it is the product itself that looks."""
    lent: tuple[Lent, ...] = ()
    stands_for: frozenset[int] = frozenset()
    """In whose place the person stands altogether, so that their tasks are seen and done."""
    shared: tuple[Shared, ...] = ()

    def covers(self, unit_path: str) -> bool:
        """Return whether rows of this unit are visible."""
        return self.whole_tenant or self.covers_as_manager(unit_path)

    def covers_as_manager(self, unit_path: str) -> bool:
        """Return whether the unit lies in one that this person manages."""
        return any(unit_path.startswith(path) for path in self.unit_paths)

    def covers_figures(self, unit_path: str) -> bool:
        """Return whether sums over this unit are visible, though its rows may not be."""
        return self.covers(unit_path) or any(unit_path.startswith(p) for p in self.figure_paths)

    @property
    def all_paths(self) -> tuple[str, ...]:
        """Every path whose figures are visible, without those that lie under another."""
        paths = sorted({*self.unit_paths, *self.figure_paths})
        return tuple(
            path for path in paths if not any(path != p and path.startswith(p) for p in paths)
        )

    def lender_of(self, unit_path: str) -> int | None:
        """Return who lends this unit, where it is opened by nobody else's leave."""
        lenders = {each.path: each.lender_id for each in self.lent}
        opening = [path for path in self.unit_paths if unit_path.startswith(path)]
        if not opening or any(path not in lenders for path in opening):
            return None
        return lenders[opening[0]]

    def shared_of(self, kind: str) -> tuple[Shared, ...]:
        """Return what others share of a kind."""
        return tuple(each for each in self.shared if each.kind == kind)
