"""Everything that some rules read on some mornings, ready to be judged subject by subject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bihuan.facts.models import Ledger
from bihuan.kernel.period import Period
from bihuan.org.models import Tenant
from bihuan.rules.domain.condition import Absence, Dwell, Since, leaves
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.field import Raw
from bihuan.rules.domain.reading import Reading
from bihuan.rules.domain.subject import Subject
from bihuan.rules.domain.verdict import Series, series_of, whole_periods
from bihuan.rules.engine.events import Events, Watched, load_events
from bihuan.rules.engine.figures import Figures, Lines, Wanted, load
from bihuan.rules.engine.roster import Asked, Roster
from bihuan.rules.engine.seating import Key


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
        return self.board.events.last_on(kinds, self.key, before)

    def there_since(self, on: date) -> date | None:
        return self.board.roster.there_since(self.key, on)

    def waiting_since(self, stages: tuple[str, ...], before: date) -> date | None:
        if self.key[0] != Subject.OPPORTUNITY.value:
            return self.board.events.waiting_since(stages, self.key, before)
        step = self.board.roster.step(self.key, before)
        is_waiting = step is not None and step.is_open and (not stages or step.stage in stages)
        return step.day if step is not None and is_waiting else None

    def says(self, field: str, on: date) -> Raw:
        return self.board.roster.says(self.key, field, on)


@dataclass
class Board:
    """Whom rules are judged about, and the figures and days that they are judged on."""

    tenant: Tenant
    roster: Roster
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
    asked: Asked,
    *,
    roster: Roster | None = None,
    as_of_seq: int | None = None,
) -> Board:
    """Return the board of the rules that look on each of some mornings."""
    known = roster or Roster(tenant, asked, as_of_seq=as_of_seq)
    figures = Figures(tenant, known)
    load(figures, _wanted(asked), as_of_seq)
    events = load_events(tenant, _watched(asked), sorted(asked), as_of_seq=as_of_seq)
    return Board(tenant, known, figures, events)


def _watched(asked: Asked) -> list[Watched]:
    """Return which facts are looked for, of each kind of subject."""
    rules = {id(rule): rule for each in asked.values() for rule in each}.values()
    found: dict[Subject, Watched] = {}
    for rule in rules:
        watched = found.setdefault(rule.subject, Watched(rule.subject))
        watched.kinds.update(_kinds(rule))
        watched.has_deals |= any(isinstance(leaf, Dwell) for leaf in rule.leaves)
    return list(found.values())


def _kinds(rule: RuleDefinition) -> Iterable[str]:
    for leaf in rule.leaves:
        if isinstance(leaf, Since | Absence):
            yield from leaf.facts


def _wanted(asked: Asked) -> dict[Wanted, list[Period]]:
    """Return which figures are read, and of which periods, in order."""
    found: dict[Wanted, dict[date, Period]] = {}
    for on, rules in asked.items():
        for rule in rules:
            for _, tree in rule.judged:
                for leaf in leaves(tree):
                    read = series_of(leaf)
                    if read is None:
                        continue
                    series, back = read
                    wanted = Wanted(series, rule.subject.value, rule.cover.product_lines)
                    of_series = found.setdefault(wanted, {})
                    for period in whole_periods(on, series.grain, back):
                        of_series[period.start] = period
    return {wanted: [periods[at] for at in sorted(periods)] for wanted, periods in found.items()}
