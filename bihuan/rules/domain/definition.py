"""Definition: a whole rule as data, with everything it says.

>>> rule = read_definition({
...     "name_zh": "拜访过少", "name_en": "Too few visits", "every": "week",
...     "metrics": ["visits"],
...     "when": {"kind": "level", "measure": "value", "side": "below", "limit": "5", "periods": 2},
...     "responses": [{"kind": "task", "to": "manager"}],
... })
>>> [(metric, tree.metric) for metric, tree in rule.judged]
[('visits', 'visits')]
>>> rule.policy
Policy(back_looks=1, cooldown_days=0)
>>> read_definition(plain(rule)) == rule
True
>>> read_definition({"name_zh": "x", "name_en": "x", "when": {"kind": "since"}})
Traceback (most recent call last):
bihuan.rules.domain.definition.DefinitionInvalid: Problems found: 2. Nothing was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from pydantic import Field, ValidationError, field_validator, model_validator

from bihuan.kernel.errors import Problem, ProblemsFound, gettext_noop
from bihuan.kernel.period import Grain
from bihuan.rules.domain.condition import (
    GRAINS,
    Condition,
    Drop,
    Leaf,
    Level,
    Names,
    Part,
    Tree,
    bound,
    leaves,
)
from bihuan.rules.domain.cover import Cover
from bihuan.rules.domain.replay import Policy
from bihuan.rules.domain.response import Response
from bihuan.rules.domain.subject import Subject

NAME_LENGTH = 40
ABOUT_LENGTH = 300
UNFIT = gettext_noop("This cannot be read: %(reason)s.")


class DefinitionInvalid(ProblemsFound):
    code = "rules.definition_invalid"


class RuleDefinition(Part):
    """What a rule says: when it fires, for whom, how it ends, and what happens."""

    name_zh: str = Field(min_length=1, max_length=NAME_LENGTH)
    name_en: str = Field(min_length=1, max_length=NAME_LENGTH)
    about_zh: str = Field(default="", max_length=ABOUT_LENGTH)
    about_en: str = Field(default="", max_length=ABOUT_LENGTH)
    subject: Subject = Subject.PERSON
    every: Grain = Grain.WEEK
    metrics: Names = Field(default=(), max_length=8)
    """The key metrics: it is judged, fires and ends for each of them by itself."""
    when: Condition
    cover: Cover = Cover()
    back_looks: int = Field(default=1, ge=1, le=12)
    """How many looks in a row it must be well before an alert is over."""
    cooldown_days: int = Field(default=0, ge=0, le=366)
    priority: int = Field(default=50, ge=1, le=99)
    """Of several that fire for one subject, the one with the highest speaks."""
    responses: tuple[Response, ...] = Field(default=(), max_length=8)
    is_on: bool = True

    @field_validator("every")
    @classmethod
    def _is_a_rhythm(cls, value: Grain) -> Grain:
        if value not in GRAINS:
            raise ValueError("choose day, week, fortnight or month")
        return value

    @model_validator(mode="after")
    def _has_its_metrics(self) -> RuleDefinition:
        asks = any(isinstance(each, Level | Drop) and not each.metric for each in self.leaves)
        if asks != bool(self.metrics):
            raise ValueError("name key metrics, and a condition that reads them")
        return self

    @property
    def leaves(self) -> Iterator[Leaf]:
        return leaves(self.when)

    @cached_property
    def judged(self) -> tuple[tuple[str, Tree], ...]:
        """Return the conditions that are judged: one for each key metric, or the one there is."""
        if not self.metrics:
            return (("", self.when),)
        return tuple((each, bound(self.when, each)) for each in self.metrics)

    @property
    def main_metric(self) -> str:
        """Return the metric that it is about before all others, for lists; there may be none."""
        named = (each.metric for each in self.leaves if isinstance(each, Level | Drop))
        return next((each for each in (*self.metrics, *named) if each), "")

    @property
    def policy(self) -> Policy:
        return Policy(back_looks=self.back_looks, cooldown_days=self.cooldown_days)

    def name(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") else self.name_en

    def about(self, language: str) -> str:
        return self.about_zh if language.startswith("zh") else self.about_en


def read_definition(raw: object) -> RuleDefinition:
    """Return the rule that plain data spells, or refuse it with every place that is wrong."""
    try:
        return RuleDefinition.model_validate(raw)
    except ValidationError as error:
        problems = [
            Problem(
                code="rules.definition_not_readable",
                says=UNFIT,
                params={"reason": each["msg"]},
                column=_place(each["loc"]),
                value=str(each["input"])[:80],
            )
            for each in error.errors()
        ]
        raise DefinitionInvalid(problems) from error


def _place(location: Sequence[int | str]) -> str:
    """Return where something stands: ``responses[0].to``."""
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in location)[1:]


def plain(definition: RuleDefinition) -> dict[str, object]:
    """Return a rule as it is kept: what ``read_definition`` reads."""
    return definition.model_dump(mode="json", by_alias=True, exclude_none=True)


def percent(value: Decimal) -> str:
    """Return a ratio as people write it.

    >>> percent(Decimal("0.65")), percent(Decimal("0.125"))
    ('65%', '12.5%')
    """
    shown = f"{(value * 100).normalize():f}"
    return f"{shown}%"
