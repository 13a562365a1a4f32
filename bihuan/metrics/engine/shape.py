"""The shape of a question: what is asked, with a stand-in for every id.

Compiling a statement costs more than answering it for one person, and the
statement for the next person differs in a number only. So the shape is compiled,
once for everybody, and each asker's ids are put where their stand-ins are. A
stand-in is a number that no id and no amount reaches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.engine.compiling import Asked

MARK = "919999999999"
FIRST = int(MARK + "0000000")
"""Above every id and every amount in ten-thousandths, and it fits in 64 bits."""
STAND_IN = re.compile(rf"\b{MARK}\d{{7}}\b")  # FIRST and the ten million after it.
PATH = re.compile(r"/((?:\d+/)*\d+)/")  # A place in the tree, as the tree spells it.


@dataclass(frozen=True, slots=True)
class Shape:
    """A question without its ids, and the ids by their stand-ins."""

    asked: Asked
    values: Mapping[str, str]

    def filled(self, statement: str) -> str:
        """Return the statement of the shape as that of the question."""
        if not self.values:
            return statement
        return STAND_IN.sub(lambda found: self.values[found[0]], statement)


def shape_of(asked: Asked, also: Iterable[MetricDefinition] = ()) -> Shape:
    """Return a question's shape; one that itself says a stand-in is left as it is.

    ``also`` are other metrics that are asked for in the same statement.
    """
    if any(MARK in str(each) for each in asked.where.dimensions.values()):
        return Shape(asked, {})
    if any(map(_says_a_stand_in, (asked.definition, *also))):
        return Shape(asked, {})
    values: dict[str, str] = {}

    def number(value: int | None) -> int | None:
        return None if value is None else _stand_in(values, f"{value:d}")

    def path(value: str) -> str:
        inside = PATH.fullmatch(value)
        return value if inside is None else f"/{_stand_in(values, inside[1])}/"

    where, ids = asked.where, asked.where.person_ids
    blank = replace(
        where,
        unit_path=path(where.unit_path),
        person_ids=None if ids is None else tuple(_stand_in(values, f"{each:d}") for each in ids),
        person_id=number(where.person_id),
        manager_id=number(where.manager_id),
        unit_id=number(where.unit_id),
        account_id=number(where.account_id),
        opportunity_id=number(where.opportunity_id),
        product_id=number(where.product_id),
        store_id=number(where.store_id),
    )
    return Shape(
        replace(
            asked,
            where=blank,
            paths=None if asked.paths is None else tuple(map(path, asked.paths)),
            own_id=number(asked.own_id),
            as_of_seq=number(asked.as_of_seq),
        ),
        values,
    )


@lru_cache(maxsize=512)
def _says_a_stand_in(definition: MetricDefinition) -> bool:
    return MARK in definition.model_dump_json()


def _stand_in(values: dict[str, str], value: str) -> int:
    chosen = FIRST + len(values)
    values[str(chosen)] = value
    return chosen
