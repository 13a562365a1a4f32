"""A comparison put together for a page: figures, facts with their rows, words, and uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.facts.access import kinds_of
from bihuan.facts.models import Fact
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.formula import formula
from bihuan.metrics.domain.wording import Pair, side_by_side
from bihuan.metrics.engine import Moved, MovedFacts
from bihuan.metrics.queries.differing import Comparison
from bihuan.metrics.uses import Change, Use, User, users

PAGE_SIZE = 25
MOST_EXPORTED = 20_000
YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class MovedLine:
    """A fact that moves, as it was recorded."""

    fact: Fact
    moved: Moved


@dataclass(frozen=True, slots=True)
class MovedPage:
    """A page of the facts that move, and how many move in which way."""

    counts: MovedFacts
    number: int
    lines: list[MovedLine]

    @property
    def last_number(self) -> int:
        return max(1, -(-self.counts.count // PAGE_SIZE))


def moved_page(comparison: Comparison, number: int) -> MovedPage:
    """Return a page of the facts that a version reads differently."""
    found = comparison.moved(page=number, page_size=PAGE_SIZE)
    return MovedPage(found, number, list(_with_facts(comparison, found.lines)))


def moved_lines(comparison: Comparison) -> Iterator[MovedLine]:
    """Yield every fact that moves, for a workbook."""
    found = comparison.moved(page_size=MOST_EXPORTED)
    yield from _with_facts(comparison, found.lines)


def _with_facts(comparison: Comparison, lines: Sequence[Moved]) -> Iterator[MovedLine]:
    facts = Fact.objects.filter(
        tenant=comparison.tenant, seq__in=[line.seq for line in lines]
    ).select_related("person", "account", "source_row", "source")
    known = {fact.seq: fact for fact in facts}
    return (MovedLine(known[line.seq], line) for line in lines)


@dataclass(frozen=True, slots=True)
class Words:
    """One part of what a metric says, as it was and as it will be."""

    label: Promise
    pairs: list[Pair]
    is_code: bool = False

    @property
    def is_same(self) -> bool:
        return all(pair.is_same for pair in self.pairs)


def words_changed(comparison: Comparison, language: str) -> list[Words]:
    """Return the words and the formula of a version beside those it follows."""
    before, after = _before(comparison), comparison.version.read
    labels = _("What it is"), _("What counts"), _("What does not count")
    found = [
        Words(label, side_by_side(old, new))
        for label, old, new in zip(
            (_("Name"), *labels), _said(before, language), _said(after, language), strict=True
        )
    ]
    kinds = {
        code: kind.label_zh if language.startswith("zh") else kind.label_en
        for code, kind in kinds_of(comparison.tenant).items()
    }
    old_lines = [] if before is None else _formula(before, language, kinds)
    pairs = side_by_side(old_lines, _formula(after, language, kinds))
    found.append(Words(_("How it is reckoned"), pairs, is_code=True))
    return [each for each in found if each.is_code or not each.is_same]


def _before(comparison: Comparison) -> MetricDefinition | None:
    """Return what is in force without the version on the day it is to begin."""
    for each in comparison.without.versions.get(comparison.key, []):
        day = comparison.version.valid_from
        if each.valid_from <= day and (each.valid_to is None or day < each.valid_to):
            return each.definition
    return None


def _said(definition: MetricDefinition | None, language: str) -> list[list[str]]:
    if definition is None:
        return [[], [], [], []]
    if language.startswith("zh"):
        counted, left_out = definition.counted_zh, definition.not_counted_zh
        return [[definition.name_zh], [definition.about_zh], [*counted], [*left_out]]
    counted, left_out = definition.counted_en, definition.not_counted_en
    return [[definition.name_en], [definition.about_en], [*counted], [*left_out]]


def _formula(definition: MetricDefinition, language: str, kinds: dict[str, str]) -> list[str]:
    told = formula(definition, language, kinds)
    parameters = [
        f"{each.label_zh if language.startswith('zh') else each.label_en} = {each.value:,}"
        for each in definition.parameters
    ]
    upper = ["1 −", *told.of] if told.is_complement else [*told.of]
    return [*upper, *(["÷", *told.to] if told.to else []), *parameters]


@dataclass(frozen=True, slots=True)
class UserTold:
    """What one package says would change for it."""

    user: User
    uses: list[Use]

    @property
    def changed(self) -> int:
        return sum(use.is_changed for use in self.uses)


def uses_of(comparison: Comparison) -> list[UserTold]:
    """Return what every package that uses the metric says of the change."""
    start, end = _days_of_uses(comparison)
    change = Change(
        tenant=comparison.tenant,
        key=comparison.key,
        old=comparison.old,
        new=comparison.new,
        start=start,
        end=end,
        scope=comparison.scope,
    )
    return [UserTold(user, user.uses(change)) for user in users()]


def _days_of_uses(comparison: Comparison) -> tuple[date, date]:
    """Return the days whose targets and the like are touched: the asked ones, and those to come."""
    asked, begins = comparison.asked, comparison.version.valid_from
    start = asked.start if asked.is_throughout else max(asked.start, begins)
    return start, max(asked.end, begins + YEAR)
