"""Expression: how a value is made of the columns of a row.

There is no language to evaluate, only a few shapes that fit into each other; a
bare word is the column of that name, and a dotted one goes through lookups.

>>> read_expression("close_value")
ColumnOf(values={}, default=None, on_missing=None, unknown=None, column='close_value')
>>> read_expression({"join": ["first", "last"], "with": " "}).join[1].column
'last'
>>> read_expression({"column": "engage_date", "on_missing": "hold"}).on_missing
<OnMissing.HOLD: 'hold'>
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    model_validator,
)

from bihuan.integrations.domain.mapping.condition import Condition, tag_by_key


class OnMissing(StrEnum):
    """What becomes of a row in which a field is empty."""

    ERROR = "error"
    SKIP_ROW = "skip_row"
    LEAVE_EMPTY = "leave_empty"
    USE_DEFAULT = "use_default"
    HOLD = "hold"


class Unknown(StrEnum):
    """What becomes of a name that no member or person has."""

    CREATE = "create"
    REFUSE = "refuse"


class Shape(BaseModel):
    """What every expression may say besides its own shape."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True
    )

    values: dict[str, str] = {}
    default: str | None = None
    on_missing: OnMissing | None = None
    unknown: Unknown | None = None

    @model_validator(mode="after")
    def _rules_stand_outside(self) -> Self:
        for part in parts_of(self):
            if part.on_missing is not None or part.unknown is not None:
                raise ValueError("on_missing and unknown stand on the whole field only")
        return self


class ColumnOf(Shape):
    """The value of a column, in this file or through lookups: ``product.series``."""

    column: str


class Constant(Shape):
    """The same text, number or date for every row."""

    constant: str


class Join(Shape):
    """Several texts as one; empty ones are left out."""

    join: list[Expression] = Field(min_length=1)
    separator: str = Field(default="", alias="with")


class Split(Shape):
    """One part of a text: the first is 1, the last is -1."""

    split: Expression
    at: str = Field(min_length=1)
    take: int = 1


class Negate(Shape):
    """A number with the other sign."""

    negate: Expression


class Multiply(Shape):
    """Numbers multiplied with each other."""

    multiply: list[Expression] = Field(min_length=2)


class FirstOf(Shape):
    """The first of several that is not empty."""

    first_of: list[Expression] = Field(min_length=1)


class DaysBetween(Shape):
    """Whole days from the first date to the second."""

    days_between: Annotated[list[Expression], Field(min_length=2, max_length=2)]


class Choose(Shape):
    """One expression when a condition holds, another when it does not."""

    when: Condition
    then: Expression
    otherwise: Expression | None = None


SHAPES = (
    "column",
    "constant",
    "join",
    "split",
    "negate",
    "multiply",
    "first_of",
    "days_between",
    "when",
)


def _as_column(given: object) -> object:
    return {"column": given} if isinstance(given, str) else given


def _shape_of(given: object) -> str | None:
    return tag_by_key(given, SHAPES)


Expression = Annotated[
    Annotated[ColumnOf, Tag("column")]
    | Annotated[Constant, Tag("constant")]
    | Annotated[Join, Tag("join")]
    | Annotated[Split, Tag("split")]
    | Annotated[Negate, Tag("negate")]
    | Annotated[Multiply, Tag("multiply")]
    | Annotated[FirstOf, Tag("first_of")]
    | Annotated[DaysBetween, Tag("days_between")]
    | Annotated[Choose, Tag("when")],
    Discriminator(
        _shape_of,
        custom_error_type="not_an_expression",
        custom_error_message="no known shape",
    ),
    BeforeValidator(_as_column),
]
Next = Literal["next"]

for _shape in (Join, Split, Negate, Multiply, FirstOf, DaysBetween, Choose):
    _shape.model_rebuild()

_READER: TypeAdapter[Expression] = TypeAdapter(Expression)


def read_expression(given: object) -> Expression:
    """Return the expression that a mapping spells."""
    return _READER.validate_python(given)


def label_of(expression: Expression) -> str:
    """Return the columns an expression is made of, to name it by in a problem."""
    if isinstance(expression, ColumnOf):
        return expression.column
    if isinstance(expression, Constant):
        return ""
    labels = [label_of(each) for each in parts_of(expression)]
    return ", ".join(label for label in labels if label)


def parts_of(expression: Shape) -> list[Expression]:
    """Return the expressions that an expression is made of."""
    match expression:
        case Join():
            return expression.join
        case Split():
            return [expression.split]
        case Negate():
            return [expression.negate]
        case Multiply():
            return expression.multiply
        case FirstOf():
            return expression.first_of
        case DaysBetween():
            return expression.days_between
        case Choose(then=then, otherwise=otherwise):
            return [then] if otherwise is None else [then, otherwise]
    return []
