"""Definition: what a metric is, as data.

    value = measure                          an amount, a count
    value = of / to,  or  1 - of / to        a ratio, reckoned from sums at every level

A ratio of nothing has no value, and no data is not zero: both are ``None``. An
amount keeps four decimals and a ratio six; rounding is half-up, once, at the end.

>>> win_rate = read_definition({
...     "key": "win_rate", "group": "deals", "unit": "ratio", "better": "higher",
...     "name_zh": "赢单率", "name_en": "Win rate", "about_zh": "…", "about_en": "…",
...     "ratio": {
...         "of": [{"count": "facts",
...                 "where": {"field": "kind", "op": "eq", "value": "opportunity.won"}}],
...         "to": [{"count": "facts",
...                 "where": {"field": "kind", "op": "in",
...                           "value": ["opportunity.won", "opportunity.lost"]}}]}})
>>> win_rate.value_of(Decimal(25), Decimal(35))
Decimal('0.714286')
>>> win_rate.value_of(Decimal(0), Decimal(0)) is None
True
>>> win_rate.is_additive, len(win_rate.version)
(False, 12)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from bihuan.kernel.errors import Problem, ProblemsFound, gettext_noop
from bihuan.metrics.domain.condition import Part
from bihuan.metrics.domain.field import EXACT
from bihuan.metrics.domain.measure import Measure, Ratio, Term

KEY = r"^[a-z][a-z0-9_]{1,59}$"
NOT_READABLE = gettext_noop("The definition cannot be read here: %(reason)s.")
FILL_IN = gettext_noop("Fill this in.")
ADD_ONE = gettext_noop("There is nothing here yet: add at least one.")
CHOOSE_ONE = gettext_noop("Choose one of what is offered.")
NOT_A_KEY = gettext_noop("Write small letters, digits and underscores, a letter first.")
NOT_A_NUMBER = gettext_noop("Write a number.")
SAYINGS: Mapping[str, str] = {
    "missing": FILL_IN,
    "string_too_short": FILL_IN,
    "too_short": ADD_ONE,
    "enum": CHOOSE_ONE,
    "literal_error": CHOOSE_ONE,
    "string_pattern_mismatch": NOT_A_KEY,
    "decimal_parsing": NOT_A_NUMBER,
    "int_parsing": NOT_A_NUMBER,
}
"""What is said of faults that people make, in place of the reader's own words."""


class Unit(StrEnum):
    """What a figure is measured in."""

    MONEY = "money"
    COUNT = "count"
    RATIO = "ratio"
    DAYS = "days"
    QUANTITY = "quantity"
    MINUTES = "minutes"


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


ONE = Decimal(1)
SIX_DIGITS = Decimal("0.000001")
RATIO_DIGITS: Mapping[Unit, Decimal] = {Unit.MONEY: Decimal("0.0001")}
"""How finely a ratio is kept: money as facts keep it, everything else to six digits."""


class Parameter(Part):
    """A number that a metric's conditions use, shown on its card."""

    name: str = Field(pattern=KEY)
    value: Decimal
    label_zh: str
    label_en: str


class DefinitionInvalid(ProblemsFound):
    """A metric is refused, with every reason and its place."""

    code = "metrics.definition_invalid"
    says = gettext_noop("The definition of this metric has problems: %(count)s.")


class MetricDefinition(Part):
    """A metric: its names, what it counts and how it is reckoned."""

    key: str = Field(pattern=KEY)
    group: str = Field(pattern=KEY)
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    unit: Unit
    better: Better
    about_zh: str = Field(min_length=1)
    about_en: str = Field(min_length=1)
    counted_zh: tuple[str, ...] = ()
    counted_en: tuple[str, ...] = ()
    not_counted_zh: tuple[str, ...] = ()
    not_counted_en: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    measure: Measure | None = Field(default=None, min_length=1)
    ratio: Ratio | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> MetricDefinition:
        if (self.measure is None) == (self.ratio is None):
            raise ValueError("say either measure or ratio")
        return self

    @property
    def numerator(self) -> Measure:
        """Return the terms of the figure, or of the upper part of a ratio."""
        return self.ratio.of if self.ratio is not None else (self.measure or ())

    @property
    def denominator(self) -> Measure:
        """Return the terms of the lower part of a ratio; nothing otherwise."""
        return self.ratio.to if self.ratio is not None else ()

    @property
    def terms(self) -> tuple[Term, ...]:
        return (*self.numerator, *self.denominator)

    @property
    def is_ratio(self) -> bool:
        return self.ratio is not None

    @property
    def is_additive(self) -> bool:
        """Tell whether figures of parts, over people and over time, add up to the whole."""
        return not self.is_ratio and all(term.is_additive for term in self.terms)

    @cached_property
    def version(self) -> str:
        """Return what names this reading of the metric: it changes with how it is reckoned."""
        reckoned = {"key", "unit", "parameters", "measure", "ratio"}
        said = self.model_dump(mode="json", include=reckoned, exclude_none=True)
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def parameter_values(self) -> dict[str, Decimal]:
        return {parameter.name: parameter.value for parameter in self.parameters}

    def name(self, language: str) -> str:
        """Return its name in Chinese, or in English for any other language."""
        return self.name_zh if language.startswith("zh") else self.name_en

    def value_of(self, numerator: Decimal, denominator: Decimal | None) -> Decimal | None:
        """Return the figure that exact sums give."""
        if self.ratio is None:
            return numerator
        if not denominator:
            return None
        share = EXACT.divide(numerator, denominator)
        value = EXACT.subtract(ONE, share) if self.ratio.complement else share
        digits = RATIO_DIGITS.get(self.unit, SIX_DIGITS)
        return value.quantize(digits, ROUND_HALF_UP, EXACT)


def value_text(definition: MetricDefinition, value: Decimal | None) -> str | None:
    """Return a figure as programs read it: exact, with no more digits than it needs.

    Money has at least two decimals, a ratio six, and a count none.
    """
    if value is None:
        return None
    if definition.unit is Unit.MONEY:
        cents = value.quantize(Decimal("0.01"), ROUND_HALF_UP, EXACT)
        return str(cents) if cents == value else f"{value:f}".rstrip("0")
    if definition.is_ratio:
        return f"{value:f}"
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def read_definition(raw: object) -> MetricDefinition:
    """Return the definition that plain data spells, or refuse it with every place that is wrong."""
    try:
        return MetricDefinition.model_validate(raw)
    except ValidationError as error:
        problems = [_problem(each) for each in error.errors() if not _is_echo(each)]
        raise DefinitionInvalid(problems) from error


def _problem(error: ErrorDetails) -> Problem:
    return Problem(
        code="metrics.definition_not_readable",
        says=SAYINGS.get(error["type"], NOT_READABLE),
        params={"reason": error["msg"]},
        column=place_of(error["loc"]),
        value=str(error["input"])[:80],
    )


def _is_echo(error: ErrorDetails) -> bool:
    """Tell whether a list is called empty only because what is in it could not be read."""
    return error["type"] == "too_short" and bool(error["input"])


def place_of(location: tuple[int | str, ...]) -> str:
    """Return where something stands in the data: ``measure[0].where.all[1].value``."""
    place, before = "", ""
    for step in location:
        # A condition is told apart by its kind, which the data itself does not name.
        is_kind = step == "leaf" or (step == before and step in ("all", "any", "not"))
        if not is_kind:
            place += f"[{step}]" if isinstance(step, int) else f".{step}"
        before = "" if is_kind else str(step)
    return place.lstrip(".")
