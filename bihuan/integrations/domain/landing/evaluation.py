"""Evaluation: what the expressions and conditions of a mapping come to, for all rows at once.

>>> from bihuan.integrations.domain.mapping import load_mapping
>>> from bihuan.integrations.domain.mapping.condition import read_condition
>>> from bihuan.integrations.domain.mapping.expression import read_expression
>>> from bihuan.integrations.domain.table import Table
>>> from bihuan.integrations.domain.landing.feed import feeds_of
>>> from bihuan.integrations.domain.landing.report import Report
>>> mapping = load_mapping("source: s\\nfiles: {a: {path: a.csv}}")
>>> table = Table(file="a.csv", columns=("x", "y"), header_line=1, lines=(2, 3),
...               rows=(("1", "10"), ("2", None)))
>>> feed = feeds_of(mapping, [table], Report())["a"]
>>> evaluate(feed, read_expression({"multiply": ["x", "y"]}), Want.NUMBER)
[Decimal('10'), None]
>>> evaluate(feed, read_expression({"join": ["x", "y"], "with": "-"}), Want.TEXT)
['1-10', '2']
>>> holds(feed, read_condition({"column": "x", "gt": 1}))
[False, True]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import ge, gt, le, lt, mul

from bihuan.integrations.domain.day import read_instant
from bihuan.integrations.domain.fault import Fault, gettext_noop
from bihuan.integrations.domain.landing.cells import Unread, Value, described
from bihuan.integrations.domain.landing.feed import Feed, Want, day_of
from bihuan.integrations.domain.mapping.condition import AllOf, AnyOf, Compare, Condition, NotOf
from bihuan.integrations.domain.mapping.expression import (
    Choose,
    ColumnOf,
    Constant,
    DaysBetween,
    Expression,
    FirstOf,
    Join,
    Multiply,
    Negate,
    Split,
    label_of,
)
from bihuan.integrations.domain.number import read_number
from bihuan.integrations.domain.table import spelled

RESULT_UNREADABLE = Fault(
    "mapping.result_unreadable",
    gettext_noop("“%(value)s”, made of %(column)s, is not a %(wanted)s."),
    gettext_noop("Look at the expression in the mapping and at the values of this row."),
)
ORDERED: dict[str, Callable[[int, int], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def evaluate(feed: Feed, expression: Expression, want: Want) -> list[Value]:
    """Return the value of an expression for each row of a file."""
    values = _shape(feed, expression, want)
    if expression.values:
        mapped = expression.values
        values = [
            value if value is None or isinstance(value, Unread) else mapped.get(_text(value), value)
            for value in values
        ]
    if not isinstance(expression, ColumnOf) or expression.values:
        values = _read_as(feed, expression, values, want)
    return values


def _shape(feed: Feed, expression: Expression, want: Want) -> list[Value]:
    match expression:
        case ColumnOf(column=column):
            return feed.column(column, Want.TEXT if expression.values else want)
        case Constant(constant=constant):
            return [constant] * feed.length
        case Join(join=parts, separator=separator):
            return _rowwise(feed, parts, Want.TEXT, lambda row: _join(row, separator))
        case Split(split=part, at=at, take=take):
            return [_part(value, at, take) for value in evaluate(feed, part, Want.TEXT)]
        case Choose():
            return _choose(feed, expression, want)
        case FirstOf(first_of=parts):
            return _rowwise(feed, parts, want, _first)
    return _reckon(feed, expression)


def _reckon(feed: Feed, expression: Expression) -> list[Value]:
    match expression:
        case Negate(negate=part):
            return _rowwise(feed, [part, part], Want.NUMBER, _negated)
        case Multiply(multiply=parts):
            return _rowwise(feed, parts, Want.NUMBER, _product)
        case DaysBetween(days_between=parts):
            return _rowwise(feed, parts, Want.DAY, _days)
    raise AssertionError("every shape is evaluated above")


def _rowwise(
    feed: Feed,
    parts: Sequence[Expression],
    want: Want,
    combine: Callable[[Sequence[Value]], Value],
) -> list[Value]:
    columns = [_with_default(feed, part, want) for part in parts]
    return [combine(row) for row in zip(*columns, strict=True)]


def _with_default(feed: Feed, part: Expression, want: Want) -> list[Value]:
    """Return the values of a part of an expression, its own default where there is none."""
    values = evaluate(feed, part, want)
    if part.default is None:
        return values
    default = as_wanted(part.default, want, feed)
    return [default if value is None else value for value in values]


def _unread(row: Sequence[Value]) -> Unread | None:
    return next((value for value in row if isinstance(value, Unread)), None)


def _first(row: Sequence[Value]) -> Value:
    return next((value for value in row if value is not None), None)


def _join(row: Sequence[Value], separator: str) -> Value:
    if (bad := _unread(row)) is not None:
        return bad
    return separator.join(_text(value) for value in row if value is not None) or None


def _negated(row: Sequence[Value]) -> Value:
    return -row[0] if isinstance(row[0], Decimal) else row[0]


def _product(row: Sequence[Value]) -> Value:
    numbers = [value for value in row if isinstance(value, Decimal)]
    return reduce(mul, numbers) if len(numbers) == len(row) else _unread(row)


def _days(row: Sequence[Value]) -> Value:
    start, end = row
    if isinstance(start, date) and isinstance(end, date):
        return Decimal((end - start).days)
    return _unread(row)


def _part(value: Value, at: str, take: int) -> Value:
    if not isinstance(value, str):
        return value
    parts = value.split(at)
    index = take - 1 if take > 0 else take
    return parts[index].strip() or None if -len(parts) <= index < len(parts) else None


def _choose(feed: Feed, expression: Choose, want: Want) -> list[Value]:
    chosen = evaluate(feed, expression.then, want)
    other: list[Value] = [None] * feed.length
    if expression.otherwise is not None:
        other = evaluate(feed, expression.otherwise, want)
    tests = holds(feed, expression.when)
    return [yes if test else no for test, yes, no in zip(tests, chosen, other, strict=True)]


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "" if isinstance(value, Unread) else spelled(value)


def _read_as(feed: Feed, expression: Expression, values: list[Value], want: Want) -> list[Value]:
    """Return values that were made, not read from a column, as what the field wants."""
    cache: dict[Value, Value] = {}
    made: list[Value] = []
    for row, value in enumerate(values):
        if value not in cache:
            cache[value] = as_wanted(value, want, feed)
        read = cache[value]
        if read is None and value is not None:
            place = feed.origins[row]
            read = Unread(
                RESULT_UNREADABLE.at(
                    place, column=label_of(expression), value=_text(value), wanted=want.value
                )
            )
        made.append(read)
    return made


def as_wanted(value: Value, want: Want, feed: Feed) -> Value:
    """Return a value as a text, number or day, or nothing when it is none."""
    if value is None or isinstance(value, Unread):
        return value
    if want is Want.TEXT:
        return _text(value)
    if want is Want.NUMBER:
        return value if isinstance(value, Decimal) else read_number(_text(value))
    instant = value if isinstance(value, date) else read_instant(_text(value))
    return day_of(instant, feed.zone) if want is Want.DAY else instant


def holds(feed: Feed, condition: Condition | None) -> list[bool]:
    """Return for each row whether a condition holds; without one it always does."""
    match condition:
        case None:
            return [True] * feed.length
        case AllOf(every=parts):
            return [all(row) for row in zip(*(holds(feed, part) for part in parts), strict=True)]
        case AnyOf(either=parts):
            return [any(row) for row in zip(*(holds(feed, part) for part in parts), strict=True)]
        case NotOf(negated=part):
            return [not held for held in holds(feed, part)]
    return _compare(feed, condition)


def _compare(feed: Feed, condition: Compare) -> list[bool]:
    if condition.test in ORDERED:
        return _compare_by_size(feed, condition)
    values = feed.column(condition.column, Want.TEXT)
    feed.report.extend(described(values))
    cells = [
        None if value is None or isinstance(value, Unread) else _text(value) for value in values
    ]
    if condition.empty is not None:
        return [(cell is None) == condition.empty for cell in cells]
    if condition.contains is not None:
        return [cell is not None and condition.contains in cell for cell in cells]
    named = [condition.equals, condition.differs]
    meant = set(
        condition.among or condition.outside or [each for each in named if each is not None]
    )
    is_inside = condition.equals is not None or condition.among is not None
    return [(cell in meant) == is_inside for cell in cells]


def _compare_by_size(feed: Feed, condition: Compare) -> list[bool]:
    bound: str = getattr(condition, condition.test)
    number = read_number(bound)
    limit: Decimal | date | None = number
    if number is None:
        instant = read_instant(bound)
        limit = None if instant is None else instant.date()
    values = feed.column(condition.column, Want.NUMBER if number is not None else Want.DAY)
    feed.report.extend(described(values))
    passes = ORDERED[condition.test]
    return [passes(_sign(value, limit), 0) if _is_sized(value) else False for value in values]


def _is_sized(value: Value) -> bool:
    return isinstance(value, Decimal | date)


def _sign(value: Value, limit: Decimal | date | None) -> int:
    """Return -1, 0 or 1 as a value is below, at or above a limit of the same kind."""
    if isinstance(value, Decimal) and isinstance(limit, Decimal):
        return (value > limit) - (value < limit)
    assert isinstance(value, date), "the column was read as days"
    assert isinstance(limit, date), "a limit is a number or a day"
    return (value > limit) - (value < limit)
