"""Everything that some rules read on some mornings, ready to be judged subject by subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bihuan.facts.models import Ledger
from bihuan.kernel.period import Period
from bihuan.org.models import Tenant
from bihuan.rules.domain.condition import Absence, Dwell, Since, leaves
from bihuan.rules.domain.cover import Subject
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.reading import Reading
from bihuan.rules.domain.verdict import Series, series_of, whole_periods
from bihuan.rules.engine.events import Events, load_events
from bihuan.rules.engine.figures import Figures, Lines, Wanted, load
from bihuan.rules.engine.seating import Key, Seating


@dataclass
class Known:
    """What is known of one subject; what was read once is kept while it is judged."""

    board: Board
    key: Key
    lines: Lines = ()
    _read: dict[tuple[Series, date], Reading] = field(default_factory=dict)

    def reading(self, series: Series, period: Period) -> Reading:
        place = (series, period.start)
        found = self._read.get(place)
        if found is None:
            wanted = Wanted(series, self.key[0], self.lines)
            found = self.board.figures.reading(wanted, self.key, period)
            self._read[place] = found
        return found

    def last_on(self, kinds: tuple[str, ...], before: date) -> date | None:
        return self.board.events.last_on(kinds, self.key[1], before)

    def there_since(self, on: date) -> date | None:
        return self.board.seating.there_since(self.key, on)

    def waiting_since(self, stages: tuple[str, ...], before: date) -> date | None:
        return self.board.events.waiting_since(stages, self.key[1], before)


@dataclass
class Board:
    """The seats, figures and days that rules are judged on."""

    tenant: Tenant
    seating: Seating
    figures: Figures
    events: Events

    @cached_property
    def last_seq(self) -> int:
        """Return the number of the last fact that there is: the ledger's own row says it."""
        head = Ledger.objects.filter(tenant=self.tenant).first()
        return head.last_seq if head is not None else 0

    def of(self, key: Key, lines: Lines = ()) -> Known:
        """Return what is known of a subject."""
        return Known(self, key, lines)


def board_of(
    tenant: Tenant,
    asked: Mapping[date, Sequence[RuleDefinition]],
    *,
    seating: Seating | None = None,
    as_of_seq: int | None = None,
) -> Board:
    """Return the board of the rules that look on each of some mornings."""
    seats = seating or Seating(tenant)
    figures = Figures(tenant, seats)
    load(figures, _wanted(asked), as_of_seq)
    rules = {id(rule): rule for each in asked.values() for rule in each}.values()
    kinds = {kind for rule in rules for kind in _kinds(rule)}
    has_deals = any(isinstance(leaf, Dwell) for rule in rules for leaf in rule.leaves)
    events = load_events(tenant, kinds, sorted(asked), has_deals=has_deals, as_of_seq=as_of_seq)
    return Board(tenant, seats, figures, events)


def _kinds(rule: RuleDefinition) -> Iterable[str]:
    for leaf in rule.leaves:
        if isinstance(leaf, Since | Absence):
            yield from leaf.facts


def _wanted(asked: Mapping[date, Sequence[RuleDefinition]]) -> dict[Wanted, list[Period]]:
    """Return which figures are read, and of which periods, in order."""
    found: dict[Wanted, dict[date, Period]] = {}
    for on, rules in asked.items():
        for rule in rules:
            subject = "unit" if rule.subject is Subject.UNIT else "person"
            for _, tree in rule.judged:
                for leaf in leaves(tree):
                    read = series_of(leaf)
                    if read is None:
                        continue
                    series, back = read
                    wanted = Wanted(series, subject, rule.cover.product_lines)
                    of_series = found.setdefault(wanted, {})
                    for period in whole_periods(on, series.grain, back):
                        of_series[period.start] = period
    return {wanted: [periods[at] for at in sorted(periods)] for wanted, periods in found.items()}
