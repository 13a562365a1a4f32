"""Cover: whom a rule looks at.

People who sit at home in one of some units or below, in one of some roles, that morning;
or units themselves; or customers and deals that lie with somebody there. Without units it
covers the whole company.

>>> east = Cover(units=("east",))
>>> covers(east, path="/1/4/9/", paths=["/1/4/"], role=Role.REP)
True
>>> covers(east, path="/1/5/", paths=["/1/4/"], role=Role.REP)
False
>>> covers(Cover(), path="/1/5/", paths=[], role=Role.MANAGER)
False

With product lines, only facts of these lines go into the figures. Targets are not set
by product line, so there attainment cannot be asked for.
"""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field

from bihuan.org.domain.role import Role
from bihuan.rules.domain.condition import Names, Part


class Cover(Part):
    """Units by their codes, with all below; roles; product lines."""

    units: Names = Field(default=(), max_length=60)
    roles: tuple[Role, ...] = Field(default=(Role.REP,), min_length=1)
    """Of people, those in one of these; customers and deals are looked at whoever has them."""
    product_lines: Names = Field(default=(), max_length=20)
    owner: str = Field(default="", max_length=60)
    """The attribute of a customer or deal that names who is responsible, by code or name."""


def covers(cover: Cover, *, path: str, paths: Collection[str], role: Role) -> bool:
    """Return whether a seat lies in what is covered; ``paths`` are those of the units named."""
    is_inside = not cover.units or any(path.startswith(each) for each in paths)
    return is_inside and role in cover.roles
