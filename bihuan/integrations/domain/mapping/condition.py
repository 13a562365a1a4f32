"""Condition: which rows are meant.

A comparison names a column and one test; all, any and not put tests together.
Texts are compared as they stand after tidying and value maps, numbers and
dates by size.

>>> read_condition({"column": "deal_stage", "in": ["Won", "Lost"]}).among
['Won', 'Lost']
>>> read_condition({"not": {"column": "close_date", "empty": True}}).negated.empty
True
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, model_validator

from bihuan.integrations.domain.day import read_day
from bihuan.integrations.domain.number import read_number

TESTS = ("equals", "differs", "among", "outside", "empty", "contains", "gt", "gte", "lt", "lte")


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True
    )


class Compare(_Part):
    """One column, one test."""

    column: str
    equals: str | None = Field(default=None, alias="is")
    differs: str | None = Field(default=None, alias="is_not")
    among: list[str] | None = Field(default=None, alias="in")
    outside: list[str] | None = Field(default=None, alias="not_in")
    empty: bool | None = None
    contains: str | None = None
    gt: str | None = None
    gte: str | None = None
    lt: str | None = None
    lte: str | None = None

    @model_validator(mode="after")
    def _has_one_test(self) -> Self:
        if sum(getattr(self, test) is not None for test in TESTS) != 1:
            raise ValueError("one test is needed, such as is, in, empty or gt")
        for limit in (self.gt, self.gte, self.lt, self.lte):
            if limit is not None and read_number(limit) is None and read_day(limit) is None:
                raise ValueError("a number or a date is needed to compare with")
        return self

    @property
    def test(self) -> str:
        """Return the name of the one test."""
        return next(test for test in TESTS if getattr(self, test) is not None)


class AllOf(_Part):
    """Every one of several conditions."""

    every: list[Condition] = Field(min_length=1, alias="all")


class AnyOf(_Part):
    """At least one of several conditions."""

    either: list[Condition] = Field(min_length=1, alias="any")


class NotOf(_Part):
    """The opposite of a condition."""

    negated: Condition = Field(alias="not")


KEYS = {"column": "column", "all": "all", "every": "all", "any": "any", "either": "any"}
KEYS |= {"not": "not", "negated": "not"}


def tag_by_key(given: object, names: Sequence[str]) -> str | None:
    """Return which of some names a mapping or a model has; the one that marks its shape."""
    if isinstance(given, dict):
        return next((name for name in names if name in given), None)
    return next((name for name in names if hasattr(given, name)), None)


def _shape_of(given: object) -> str | None:
    found = tag_by_key(given, tuple(KEYS))
    return KEYS[found] if found else None


Condition = Annotated[
    Annotated[Compare, Tag("column")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NotOf, Tag("not")],
    Discriminator(
        _shape_of, custom_error_type="not_a_condition", custom_error_message="no known shape"
    ),
]

for _each in (AllOf, AnyOf, NotOf):
    _each.model_rebuild()

_READER: TypeAdapter[Condition] = TypeAdapter(Condition)


def read_condition(given: object) -> Condition:
    """Return the condition that a mapping spells."""
    return _READER.validate_python(given)
