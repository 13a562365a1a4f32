"""Probe: the ways in which a diagnosis can look at the facts, and what each needs to know.

There are thirteen, written in code; a diagnosis is data that chooses one and gives
it parameters. Nobody writes a formula, and nothing is evaluated as code.

>>> [parameter.name for parameter in PARAMETERS[Probe.BELOW_BASELINE]]
['metric', 'periods', 'begins', 'full']
>>> read_parameters(Probe.ABSENCE, {"begins": "3", "full": "8"}).numbers
{'begins': Decimal('3'), 'full': Decimal('8')}

What is missing, out of bounds or not asked for is refused, all of it at once:

>>> try:
...     read_parameters(Probe.ABSENCE, {"begins": "9", "colour": "red"})
... except ParametersWrong as refused:
...     [(problem.code, problem.column) for problem in refused.problems]
[('goals.parameter_missing', 'full'), ('goals.parameter_unknown', 'colour')]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from bihuan.kernel.errors import Problem, ProblemsFound, gettext_noop


class Probe(StrEnum):
    BELOW_BASELINE = "below_baseline"
    LOST_SHARE = "lost_share"
    THIN_PIPELINE = "thin_pipeline"
    WAITING = "waiting"
    UNPAID = "unpaid"
    GATE_PENDING = "gate_pending"
    SLOW_STAGE = "slow_stage"
    FALLEN_PART = "fallen_part"
    REBOOKED = "rebooked"
    ABSENCE = "absence"
    NEWCOMER = "newcomer"
    DEFINITION_CHANGED = "definition_changed"
    TARGET_JUMP = "target_jump"


OF_WHOLE = frozenset(
    {Probe.FALLEN_PART, Probe.REBOOKED, Probe.DEFINITION_CHANGED, Probe.GATE_PENDING}
)
"""Probes that look at the cell as a whole, be it of a person or of a unit."""
OF_PEOPLE = frozenset(Probe) - OF_WHOLE
"""Probes that look at one person; of a unit they look at each of its people."""


class Sort(StrEnum):
    NUMBER = "number"
    METRIC = "metric"
    KIND = "kind"
    DIMENSION = "dimension"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something a probe must be told."""

    name: str
    sort: Sort
    label: str
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a probe was told, by name and sort."""

    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def plain(self) -> dict[str, str | list[str]]:
        """Return them as they are kept."""
        numbers = {name: f"{value.normalize():f}" for name, value in self.numbers.items()}
        return {**numbers, **self.words, **{k: list(v) for k, v in self.texts.items()}}


def _number(name: str, label: str, least: str = "0", most: str = "1") -> Parameter:
    return Parameter(name, Sort.NUMBER, label, Decimal(least), Decimal(most))


def _ramp(most: str = "1") -> tuple[Parameter, ...]:
    return (
        _number("begins", gettext_noop("Noticed from"), most=most),
        _number("full", gettext_noop("Certain from"), most=most),
    )


_METRIC = Parameter("metric", Sort.METRIC, gettext_noop("Metric looked at"))
_PERIODS = _number("periods", gettext_noop("Periods compared with"), "2", "12")
_STANDARD = _number("days", gettext_noop("Days that are usual"), "0", "365")
_FULL_DAYS = _number("full", gettext_noop("Certain from so many days late"), "1", "365")

PARAMETERS: Mapping[Probe, tuple[Parameter, ...]] = {
    Probe.BELOW_BASELINE: (_METRIC, _PERIODS, *_ramp()),
    Probe.LOST_SHARE: (
        Parameter("outcomes", Sort.TEXTS, gettext_noop("Outcomes that mean it")),
        _number("least", gettext_noop("At least so many lost"), "1", "100"),
        *_ramp(),
    ),
    Probe.THIN_PIPELINE: (
        _number("times", gettext_noop("Pipeline wanted, times what is missing"), "1", "20"),
        *_ramp(),
    ),
    Probe.WAITING: (
        Parameter("start", Sort.KIND, gettext_noop("Begins with")),
        Parameter("end", Sort.KIND, gettext_noop("Ends with")),
        _STANDARD,
        _FULL_DAYS,
    ),
    Probe.UNPAID: (_STANDARD, _FULL_DAYS),
    Probe.GATE_PENDING: (_METRIC, *_ramp()),
    Probe.SLOW_STAGE: (_STANDARD, _FULL_DAYS),
    Probe.FALLEN_PART: (
        Parameter("dimension", Sort.DIMENSION, gettext_noop("Broken down by")),
        _number("share", gettext_noop("Share that it must have had")),
        *_ramp(),
    ),
    Probe.REBOOKED: (
        _METRIC,
        Parameter("into", Sort.TEXTS, gettext_noop("Categories it is booked in")),
        _number("rare", gettext_noop("Share that was usual there at most")),
        *_ramp(),
    ),
    Probe.ABSENCE: _ramp("60"),
    Probe.NEWCOMER: (_number("days", gettext_noop("New for so many days"), "1", "730"),),
    Probe.DEFINITION_CHANGED: (_number("strength", gettext_noop("How strongly it speaks")),),
    Probe.TARGET_JUMP: _ramp("10"),
}


class ParametersWrong(ProblemsFound):
    """What a probe is told is refused, with every reason."""

    code = "goals.parameters_wrong"
    says = gettext_noop("The parameters of this diagnosis have problems: %(count)s.")


MISSING = gettext_noop("Fill in “%(name)s”.")
UNKNOWN = gettext_noop("This probe knows no “%(name)s”.")
NOT_NUMBER = gettext_noop("“%(name)s” is a number from %(least)s to %(most)s.")
NOT_RISING = gettext_noop("It must be certain from a larger number than it is noticed from.")


def read_parameters(probe: Probe, given: Mapping[str, object]) -> Parameters:
    """Return what a probe was told, or refuse it with every place that is wrong."""
    wanted = {parameter.name: parameter for parameter in PARAMETERS[probe]}
    numbers: dict[str, Decimal] = {}
    words: dict[str, str] = {}
    texts: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, parameter in wanted.items():
        value = given.get(name)
        if value is None or value in ("", []):
            problems.append(_problem("goals.parameter_missing", MISSING, name))
        elif parameter.sort is Sort.NUMBER:
            numbers |= _read_number(parameter, value, problems)
        elif parameter.sort is Sort.TEXTS:
            texts[name] = _listed(value)
        else:
            words[name] = str(value)
    problems += [_problem("goals.parameter_unknown", UNKNOWN, n) for n in given if n not in wanted]
    problems += _not_rising(numbers, wanted)
    if problems:
        raise ParametersWrong(problems)
    return Parameters(numbers, words, texts)


def _read_number(
    parameter: Parameter, value: object, problems: list[Problem]
) -> dict[str, Decimal]:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite() and parameter.least <= number <= parameter.most:
        return {parameter.name: number}
    problems.append(_problem("goals.parameter_not_a_number", NOT_NUMBER, parameter.name, parameter))
    return {}


def _listed(value: object) -> tuple[str, ...]:
    given: Sequence[object] = value if isinstance(value, list | tuple) else (value,)
    return tuple(dict.fromkeys(str(each).strip() for each in given if str(each).strip()))


def _not_rising(
    numbers: Mapping[str, Decimal], wanted: Mapping[str, Parameter]
) -> Iterator[Problem]:
    both = {"begins", "full"} <= set(numbers)
    if both and "begins" in wanted and numbers["begins"] >= numbers["full"]:
        yield _problem("goals.parameter_not_rising", NOT_RISING, "full")


def _problem(code: str, says: str, name: str, parameter: Parameter | None = None) -> Problem:
    params: dict[str, object] = {"name": name}
    if parameter is not None:
        params |= {"least": f"{parameter.least:f}", "most": f"{parameter.most:f}"}
    return Problem(code=code, says=says, params=params, column=name)
