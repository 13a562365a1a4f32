"""Choosing: which plays go into a learning pack, in which order, and why.

A play fits a low metric and its reason when it is valid that day and

    exact     is tagged with the reason and with the metric
    reason    is tagged with the reason, whatever the metric
    metric    is tagged with the metric, and with no reason
    general   is tagged with neither

What is tagged with other reasons only, or other metrics only, is about something else.
Where no reason is known, the metric alone decides. What is tagged with industries
or product lines goes to these only, where they are known.

The closer it fits the earlier it comes; among those that fit alike, the one after
whose use more recovered (see ``effect``). Kinds take turns: nobody gets five scripts
while there is a checklist.

>>> script = Candidate(code="a", kind=Kind.SCRIPT, tags=Tags(metrics=("visits",)))
>>> closer = Candidate(code="b", kind=Kind.SCRIPT, tags=Tags(reasons=("absence",)))
>>> anyone = Candidate(code="c", kind=Kind.CHECKLIST, tags=Tags())
>>> wanted = Wanted(metric="visits", reason="absence", today=date(2026, 11, 26))
>>> [(each.code, fit.value) for each, fit in choose([script, closer, anyone], wanted, most=2)]
[('b', 'reason'), ('c', 'general')]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bihuan.playbooks.domain.effect import Effect, rank
from bihuan.playbooks.domain.play import Kind, Tags

MOST = 5
"""More than so many nobody reads."""


class Fit(StrEnum):
    EXACT = "exact"
    REASON = "reason"
    METRIC = "metric"
    GENERAL = "general"


CLOSEST_FIRST = tuple(Fit)
TURNS = (Kind.SCRIPT, Kind.CHECKLIST, Kind.CASE, Kind.TEMPLATE, Kind.VIDEO)
"""Which kind comes first among plays that are otherwise alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A published play, as far as choosing goes."""

    code: str
    kind: Kind
    tags: Tags
    valid_until: date | None = None
    effect: Effect = field(default_factory=Effect)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody needs help with."""

    metric: str
    reason: str | None
    today: date
    industry: str | None = None
    product_line: str | None = None


def fit_of(candidate: Candidate, wanted: Wanted) -> Fit | None:
    """Return how closely a play fits; none where it does not, or is not valid any more."""
    tags = candidate.tags
    is_over = candidate.valid_until is not None and candidate.valid_until < wanted.today
    is_for_others = any(
        known is not None and own and known not in own
        for known, own in (
            (wanted.industry, tags.industries),
            (wanted.product_line, tags.product_lines),
        )
    )
    if is_over or is_for_others:
        return None
    is_for_metric = wanted.metric in tags.metrics
    if wanted.reason in tags.reasons:
        return Fit.EXACT if is_for_metric else Fit.REASON
    if tags.reasons and wanted.reason is not None:
        return None
    if is_for_metric:
        return Fit.METRIC
    return None if tags.metrics or tags.reasons else Fit.GENERAL


def choose(
    candidates: Iterable[Candidate], wanted: Wanted, *, most: int = MOST
) -> list[tuple[Candidate, Fit]]:
    """Return the plays of a pack in order, each with why it is in it."""
    found = list(candidates)
    fitting = [(each, fit) for each in found if (fit := fit_of(each, wanted)) is not None]
    usual = _together(found)
    fitting.sort(key=lambda pair: _place(*pair, wanted=wanted, usual=usual))
    seen: Counter[Kind] = Counter()
    turns = []
    for place, (each, _) in enumerate(fitting):
        turns.append((seen[each.kind], place))
        seen[each.kind] += 1
    return [fitting[place] for _, place in sorted(turns)[:most]]


def _place(
    candidate: Candidate, fit: Fit, *, wanted: Wanted, usual: Effect
) -> tuple[int, int, Decimal, int, str]:
    tags = candidate.tags
    own = (wanted.industry in tags.industries) + (wanted.product_line in tags.product_lines)
    return (
        CLOSEST_FIRST.index(fit),
        -own,
        -rank(candidate.effect, usual=usual),
        TURNS.index(candidate.kind),
        candidate.code,
    )


def _together(candidates: Iterable[Candidate]) -> Effect:
    effects = [each.effect for each in candidates]
    return Effect(
        used=sum(each.used for each in effects),
        measured=sum(each.measured for each in effects),
        recovered=sum(each.recovered for each in effects),
    )
