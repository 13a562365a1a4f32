"""What managers said about reasons: the facts that say it, of one cell and of all together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from bihuan.facts.domain.kind import ADDED, CONFIRMED, CORRECTED, REASON_WORDS
from bihuan.facts.models import Fact, FactQuerySet
from bihuan.goals.domain.reason.precision import Judged
from bihuan.goals.queries.behind import CellChoice
from bihuan.org.models import Tenant

FIRST = 1


@dataclass(frozen=True, slots=True)
class Word:
    """What one manager said of one reason of a cell: it stands until it is taken back."""

    fact: Fact

    @property
    def tag(self) -> str:
        return self.fact.text_1

    @property
    def instead(self) -> str:
        """Return the reason that was named in its place, where it was corrected."""
        return self.fact.text_4

    @property
    def verdict(self) -> str:
        """Return ``confirmed``, ``corrected`` or ``added``."""
        return self.fact.kind.partition(".")[2]

    @property
    def note(self) -> str:
        return str(self.fact.extra.get("note", ""))


def words_of(tenant: Tenant) -> FactQuerySet:
    """Return every word of a company, those taken back and their reversals too.

    A reversal repeats the kind of what it takes back.
    """
    return Fact.objects.filter(tenant=tenant, kind__in=REASON_WORDS)


def about(choice: CellChoice) -> Q:
    """Return the condition that a word is about a cell."""
    subject = (
        Q(person=choice.person)
        if choice.person is not None
        else Q(person__isnull=True, unit=choice.unit)
    )
    return subject & Q(text_2=choice.metric.key, text_3=choice.period.key)


def words_about(choice: CellChoice) -> tuple[Word, ...]:
    """Return what was said of a cell and stands, as far as it may be seen, the latest first."""
    facts = words_of(choice.tenant).visible_to(choice.scope).filter(about(choice)).live()
    found = facts.select_related("recorded_by", "unit", "person").order_by("-seq")
    return tuple(Word(fact) for fact in found)


def judged_of(tenant: Tenant) -> dict[str, Judged]:
    """Return how often each reason was said to be right or wrong, by its code."""
    return judged(_counted(tenant))


def judged_by_month(tenant: Tenant) -> dict[str, dict[str, Judged]]:
    """Return the same by the month in which it was said, of each reason."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in _counted(tenant):
        rows[row[4]].append(row)
    found: dict[str, dict[str, Judged]] = defaultdict(dict)
    for month in sorted(rows):
        for code, each in judged(rows[month]).items():
            found[code][month] = each
    return found


Row = tuple[str, str, str, bool, str]
"""Kind, reason, the reason named instead, whether it stood first, and the month."""


def _counted(tenant: Tenant) -> list[Row]:
    rows = (
        words_of(tenant)
        .live()
        .order_by()
        .values_list("kind", "text_1", "text_4", "number_1", "business_on")
    )
    return [
        (kind, tag, instead, rank == FIRST, f"{on:%Y-%m}") for kind, tag, instead, rank, on in rows
    ]


def judged(rows: Iterable[Row]) -> dict[str, Judged]:
    """Return words counted by reason; one named instead, or added, was missed."""
    confirmed, corrected, missed, first = (
        Counter[str](),
        Counter[str](),
        Counter[str](),
        Counter[str](),
    )
    by_kind: Mapping[str, Counter[str]] = {
        CONFIRMED: confirmed,
        CORRECTED: corrected,
        ADDED: missed,
    }
    for kind, tag, instead, was_first, _ in rows:
        by_kind[kind][tag] += 1
        if instead:
            missed[instead] += 1
        if was_first:
            first[tag] += 1
    return {
        code: Judged(confirmed[code], corrected[code], missed[code], first[code])
        for code in {*confirmed, *corrected, *missed}
    }
