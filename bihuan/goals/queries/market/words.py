"""The model in words: sentences with the numbers of one event, kept as they were sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from bihuan.goals.domain.market import Handling, Kind, Parameters
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Cycle
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.inbox.domain.sentence import Named, Sentence
from bihuan.kernel.errors import DomainError, gettext_noop
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.org.models import Unit

MODEL = {
    Kind.COMPETITOR_PRICE_CUT: gettext_noop(
        "A competitor's price falls by %(size)s. With an elasticity of %(weight)s, demand for what"
        " it touches changes by −%(weight)s × %(size)s = %(change)s."
    ),
    Kind.CHANNEL_STOCK: gettext_noop(
        "The channel holds %(size)s weeks more than usual, which are sold off first. At a weight of"
        " %(weight)s, demand in the %(days)s days changes by −%(weight)s × 7 × %(size)s ÷ %(days)s"
        " = %(change)s."
    ),
    Kind.LAUNCH_DELAY: gettext_noop(
        "The launch is %(size)s days late. At a weight of %(weight)s, demand in the %(days)s days"
        " changes by −%(weight)s × %(size)s ÷ %(days)s = %(change)s."
    ),
    Kind.POLICY: gettext_noop(
        "A policy is expected to change demand by %(size)s. At a weight of %(weight)s that counts"
        " as %(weight)s × %(size)s = %(change)s."
    ),
    Kind.OTHER: gettext_noop(
        "Demand is expected to change by %(size)s. At a weight of %(weight)s that counts as"
        " %(weight)s × %(size)s = %(change)s."
    ),
}
SCOPE = gettext_noop("It touches %(where)s.")
EVERYWHERE = gettext_noop("the whole company, whatever is sold")
DAYS = gettext_noop(
    "Of its days, %(first)s to %(last)s lie in %(cycle)s and are still to come. Targets of days"
    " that are over stay as they are."
)
GOAL = gettext_noop(
    "“%(metric)s”: %(open)s of the company's target falls on those days, and %(share)s of that in"
    " what is touched. %(open)s × %(share)s × %(change)s = %(effect)s of the target."
)
HANDLED = {
    Handling.KEEP: gettext_noop(
        "The company's target stays: who is hit is asked for less, all others for more in"
        " proportion to what they have, and what is locked stays."
    ),
    Handling.LOWER: gettext_noop(
        "The company's target follows demand, if whoever answers for the whole agrees; only who is"
        " hit gets another target, and what is locked stays."
    ),
}
CONSENT = gettext_noop(
    "Who refuses or does not answer keeps their target. What others give up and take up is cut to"
    " match, so that nobody is moved further than they agreed to and everything adds up."
)


def model_said(
    *,
    kind: Kind,
    size: Decimal,
    parameters: Parameters,
    change: Fraction,
    days: int,
) -> Sentence:
    """Return the model's own sentence, with its numbers."""
    is_ratio = kind not in (Kind.CHANNEL_STOCK, Kind.LAUNCH_DELAY)
    return Sentence(
        MODEL[kind],
        {
            "size": percent(Fraction(size)) if is_ratio else plain_number(size),
            "weight": plain_number(parameters.of(kind)),
            "days": days,
            "change": percent(change),
        },
    )


def goal_said(
    metric: MetricDefinition, *, open_ratio: Fraction, change: Fraction, effect: Fraction
) -> Sentence:
    """Return how much of a target an event reaches; the share is what makes the product hold."""
    share = effect / (open_ratio * change) if open_ratio and change else Fraction(0)
    return Sentence(
        GOAL,
        {
            "metric": called(metric),
            "open": percent(open_ratio),
            "share": percent(share),
            "change": percent(change),
            "effect": percent(effect),
        },
    )


def scope_said(where: Iterable[tuple[str, ...]], units: Iterable[str]) -> Sentence:
    """Return where an event takes place: the values of dimensions, and units by name."""
    named = [each for values in where for each in values] + list(units)
    if not named:
        return Sentence(SCOPE, {"where": Sentence(EVERYWHERE)})
    return Sentence(SCOPE, {"where": "、".join(named)})


def units_named(pks: Iterable[int]) -> list[str]:
    return list(
        Unit.objects.filter(pk__in=set(pks)).order_by("path").values_list("name", flat=True)
    )


def called(metric: MetricDefinition) -> Named:
    return Named(metric.name_zh, metric.name_en)


def percent(ratio: Fraction) -> str:
    """Return a ratio in percent, to the hundredth, without idle zeros: −1.25%."""
    value = Decimal(ratio.numerator * 100) / Decimal(ratio.denominator)
    return f"{plain_number(value)}%"


def plain_number(value: Decimal) -> str:
    text = f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}"
    return text.replace("-", "−")


def days_said(cycle: Cycle, days: Span) -> Sentence:
    last = days.end - timedelta(days=1)
    return Sentence(DAYS, {"first": str(days.start), "last": str(last), "cycle": cycle.name})


def no_days(cycle: Cycle) -> Sentence:
    says = gettext_noop("No day of %(cycle)s is left that it touches.")
    return Sentence(says, {"cycle": cycle.name})


def nobody_answers(cycle: Cycle) -> Sentence:
    says = gettext_noop("Nobody leads the units of %(cycle)s that it touches: nobody can be asked.")
    return Sentence(says, {"cycle": cycle.name})


def nobody_knows(metric: MetricDefinition, dimension: str) -> Sentence:
    says = gettext_noop(
        "“%(metric)s” is not split by %(dimension)s, and no facts of last year tell how. It is left"
        " alone."
    )
    known = DIMENSIONS[dimension]
    return Sentence(
        says, {"metric": called(metric), "dimension": Named(known.label_zh, known.label_en)}
    )


def nothing_there(metric: MetricDefinition) -> Sentence:
    says = gettext_noop("Nothing of “%(metric)s” lies in what it touches. It is left alone.")
    return Sentence(says, {"metric": called(metric)})


def all_alike(metric: MetricDefinition) -> Sentence:
    says = gettext_noop(
        "Everybody's “%(metric)s” is hit alike: as long as the company's target stays, nobody's"
        " changes."
    )
    return Sentence(says, {"metric": called(metric)})


def refused(metric: MetricDefinition, error: DomainError, digits: int) -> Sentence:
    says = gettext_noop("“%(metric)s” cannot be shared out anew: %(why)s")
    return Sentence(says, {"metric": called(metric), "why": error_said(error, digits)})


def error_said(error: DomainError, digits: int = 0) -> Sentence:
    """Return a refusal as it is kept; rules tell amounts in smallest units and nodes by key."""
    return Sentence(error.says, {name: _text(each, digits) for name, each in error.params.items()})


def _text(value: object, digits: int) -> str:
    if isinstance(value, list):
        named = [str(each) for each in value]
        names = nodes_named(each for each in named if NODE.fullmatch(each))
        return "、".join(names.get(each, each) for each in named)
    return f"{Decimal(value).scaleb(-digits):,f}" if isinstance(value, int) else str(value)


NODE = re.compile(r"[up]\d{1,18}")
