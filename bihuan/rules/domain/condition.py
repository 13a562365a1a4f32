"""Condition: when a rule fires, as a tree that is data.

Leaves compare a figure over periods, or look at what was recorded:

    level    attainment, value or share of a metric below or above a limit, so many
             whole periods running
    drop     a metric lies by a share under the median of the periods before
    since    the last fact of some kinds is so many days old
    absence  no fact of some kinds in the last so many days
    dwell    an open deal has been in its stage for so many days
    field    what a subject says of itself is as asked: a text, a number or a date

They are joined by ``all``, ``any`` and ``not``; nothing is evaluated as code.

>>> tree = read_condition({"all": [
...     {"kind": "level", "measure": "attainment", "metric": "signed_amount", "side": "below",
...      "limit": "0.65", "back": "0.8", "periods": 2},
...     {"not": {"kind": "absence", "facts": ["visit.logged"], "days": 14}},
... ]})
>>> [type(leaf).__name__ for leaf in leaves(tree)]
['Level', 'Absence']

A leaf without a metric of its own reads the key metric that the rule is judged for.

``back`` is where a figure must come back to before an alert is over. It lies on the far
side of the limit, so that a figure that trembles about it does not ring every week:

>>> trembling = {"kind": "level", "measure": "value", "metric": "visits", "limit": "5"}
>>> read_condition({**trembling, "back": "6"}).way_back
Decimal('6')
>>> try:
...     read_condition({**trembling, "back": "4"})
... except ConditionUnreadable as refusal:
...     print(refusal)
The condition cannot be read: Value error, it must come back to the far side of the limit
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.period import Grain
from bihuan.rules.domain.field import OPS, WITH_DAYS, WITHOUT_VALUES, Check, FieldType, Op, read_as

MOST_PERIODS = 12
MOST_DAYS = 400
"""A year and a little: what lies further back is no event of today."""
MOST_FIELD_DAYS = 3660
"""Ten years, either way: contracts and licences run for long."""
MOST_LEAVES = 12
GRAINS = (Grain.DAY, Grain.WEEK, Grain.FORTNIGHT, Grain.MONTH)
"""Periods that are the same for everybody, whenever their fiscal year begins."""


class ConditionUnreadable(Invalid):
    code = "rules.condition_unreadable"
    says = gettext_noop("The condition cannot be read: %(reason)s")


class Measure(StrEnum):
    """What of a metric is compared."""

    ATTAINMENT = "attainment"
    VALUE = "value"
    SHARE = "share"


class Side(StrEnum):
    BELOW = "below"
    ABOVE = "above"


class Part(BaseModel):
    """A piece of a rule: never changed, and holding nothing it does not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _exact(value: object) -> object:
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise ValueError("write a number as text, so that it stays exact")
    return value


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(max_digits=20, decimal_places=4)]
Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=80)], ...], Field()]
Metric = Annotated[str, Field(max_length=60)]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]
Values = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=50)
]


def _grain(value: Grain) -> Grain:
    if value not in GRAINS:
        raise ValueError("choose day, week, fortnight or month")
    return value


class Slice(Part):
    """The part that a share is taken of: one value of one dimension."""

    dimension: str = Field(min_length=1, max_length=40)
    value: str = Field(min_length=1, max_length=80)


class Level(Part):
    """A figure below or above a limit, so many whole periods running.

    A period in which nothing was due is passed over. ``over`` makes each figure one of
    so many periods up to the last, where single ones are too uneven to tell anything.
    """

    kind: Literal["level"] = "level"
    measure: Measure
    metric: Metric = ""
    side: Side = Side.BELOW
    limit: Exact
    back: Exact | None = None
    periods: int = Field(default=1, ge=1, le=MOST_PERIODS)
    over: int = Field(default=1, ge=1, le=MOST_PERIODS)
    grain: Grain = Grain.WEEK
    part: Slice | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Level:
        _grain(self.grain)
        if (self.part is not None) != (self.measure is Measure.SHARE):
            raise ValueError("a share, and only a share, says of which part")
        if self.back is not None:
            further = (
                self.back >= self.limit if self.side is Side.BELOW else self.back <= self.limit
            )
            if not further:
                raise ValueError("it must come back to the far side of the limit")
        return self

    @property
    def way_back(self) -> Decimal:
        """Return the limit that an open alert is judged by."""
        return self.limit if self.back is None else self.back


class Drop(Part):
    """A figure that lies by a share under the median of the periods before it."""

    kind: Literal["drop"] = "drop"
    metric: Metric = ""
    share: Exact = Field(gt=0, le=1)
    back: Exact | None = None
    """The share under the median within which it must come back."""
    before: int = Field(default=8, ge=3, le=MOST_PERIODS)
    grain: Grain = Grain.WEEK

    @model_validator(mode="after")
    def _fits_together(self) -> Drop:
        _grain(self.grain)
        if self.back is not None and not 0 <= self.back <= self.share:
            raise ValueError("it must come back to within a smaller share")
        return self

    @property
    def way_back(self) -> Decimal:
        return self.share if self.back is None else self.back


class Since(Part):
    """The last fact of some kinds is so many days old; who never had one is not judged."""

    kind: Literal["since"] = "since"
    facts: Names = Field(min_length=1, max_length=12)
    days: Days


class Absence(Part):
    """No fact of some kinds in the last so many days, of somebody who was there."""

    kind: Literal["absence"] = "absence"
    facts: Names = Field(min_length=1, max_length=12)
    days: Days


class Dwell(Part):
    """An open deal has been in its stage for so many days; without stages, in any."""

    kind: Literal["dwell"] = "dwell"
    stages: Names = Field(default=(), max_length=12)
    days: Days


class FieldIs(Part):
    """What a subject says of itself is as asked."""

    kind: Literal["field"] = "field"
    field: str = Field(min_length=1, max_length=80)
    type: FieldType = FieldType.TEXT
    op: Op
    values: Values = ()
    days: int = Field(default=0, ge=0, le=MOST_FIELD_DAYS)

    @model_validator(mode="after")
    def _fits_together(self) -> FieldIs:
        if self.op not in OPS[self.type]:
            raise ValueError(f"a {self.type} cannot be compared by {self.op}")
        if self.op not in WITH_DAYS and self.days:
            raise ValueError("days belong to dates that lie ahead or behind")
        wanted = "no value" if self.op in WITHOUT_VALUES else "a value"
        if bool(self.values) != (wanted == "a value"):
            raise ValueError(f"{self.op} takes {wanted}")
        if len(self.values) > 1 and self.op not in (Op.ONE_OF, Op.CONTAINS):
            raise ValueError(f"{self.op} takes one value")
        for each in self.values:
            if read_as(self.type, each) is None:
                raise ValueError(f"“{each}” is no {self.type}")
        return self

    @cached_property
    def check(self) -> Check:
        """Return what is asked, ready to be held against many subjects."""
        return Check(self.type, self.op, self.values, self.days)


class All(Part):
    all: tuple[Condition, ...] = Field(min_length=1, max_length=MOST_LEAVES)


class Any(Part):
    any: tuple[Condition, ...] = Field(min_length=1, max_length=MOST_LEAVES)


class Not(Part):
    not_: Condition = Field(alias="not")


Leaf = Level | Drop | Since | Absence | Dwell | FieldIs


def _kind(value: object) -> str:
    """Return what tells one node of a tree from another."""
    if isinstance(value, dict):
        joined = next((name for name in ("all", "any", "not") if name in value), "")
        return joined or str(value.get("kind", ""))
    named: dict[type, str] = {All: "all", Any: "any", Not: "not"}
    return named.get(type(value), "") or str(getattr(value, "kind", ""))


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[Any, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Level, Tag("level")]
    | Annotated[Drop, Tag("drop")]
    | Annotated[Since, Tag("since")]
    | Annotated[Absence, Tag("absence")]
    | Annotated[Dwell, Tag("dwell")]
    | Annotated[FieldIs, Tag("field")],
    Discriminator(_kind),
]
Tree = All | Any | Not | Leaf
All.model_rebuild()
Any.model_rebuild()
Not.model_rebuild()

ADAPTER: TypeAdapter[Tree] = TypeAdapter(Condition)


def read_condition(raw: object) -> Tree:
    """Return the tree that plain data spells, or refuse it."""
    try:
        return ADAPTER.validate_python(raw)
    except ValidationError as error:
        raise ConditionUnreadable(reason=error.errors()[0]["msg"]) from error


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield the leaves of a tree from left to right."""
    if isinstance(tree, All):
        for each in tree.all:
            yield from leaves(each)
    elif isinstance(tree, Any):
        for each in tree.any:
            yield from leaves(each)
    elif isinstance(tree, Not):
        yield from leaves(tree.not_)
    else:
        yield tree


def bound(tree: Tree, metric: str) -> Tree:
    """Return a tree whose leaves without a metric of their own read this one.

    >>> low = read_condition({"kind": "level", "measure": "value", "limit": "5"})
    >>> bound(low, "visits").metric
    'visits'
    """
    if isinstance(tree, All):
        return All(all=tuple(bound(each, metric) for each in tree.all))
    if isinstance(tree, Any):
        return Any(any=tuple(bound(each, metric) for each in tree.any))
    if isinstance(tree, Not):
        return Not(not_=bound(tree.not_, metric))
    if isinstance(tree, Level | Drop) and not tree.metric:
        return tree.model_copy(update={"metric": metric})
    return tree
