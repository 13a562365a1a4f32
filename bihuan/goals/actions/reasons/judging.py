"""Saying what the reason of a low cell is, and taking that back.

A word is a fact of the ledger, recorded by the product itself; it is never changed, and
taken back by its reversal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.facts.actions import lock_ledger, open_source, record, record_many, take_back
from bihuan.facts.domain.attribute import check_text
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import REASON_WORDS, REASONS
from bihuan.facts.domain.recorded import Recorded
from bihuan.facts.models import Fact, Source
from bihuan.goals.access import may_judge
from bihuan.goals.domain.reason.word import NOTE_LENGTH, NoteTooLong, Word, check_word
from bihuan.goals.domain.span import Span
from bihuan.goals.queries.behind import CellChoice
from bihuan.goals.queries.reasons import reasons_of, words_about
from bihuan.goals.queries.reasons.words import about, words_of
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.kernel.period import Period
from bihuan.org.access import NotYours
from bihuan.org.models import Person, Tenant

WITHDRAWN = "withdrawn"


class WordMissing(Missing):
    code = "goals.word_missing"
    says = gettext_noop("Nothing of that kind was said here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWord:
    """A word about the reason of a cell, before it is in the ledger."""

    word: Word
    tag: str
    metric: str
    period: str
    on: date
    person_id: int | None = None
    unit_id: int | None = None
    instead: str = ""
    note: str = ""
    rank: int | None = None
    score: Decimal | None = None

    def draft(self, number: int) -> Draft:
        """Return the fact that says it; each time it is said again is a fact of its own."""
        subject = f"u{self.unit_id}" if self.person_id is None else f"p{self.person_id}"
        attributes: dict[str, str | Decimal | date | None] = {
            "tag": self.tag,
            "metric": self.metric,
            "period": self.period,
            "rank": None if self.rank is None else Decimal(self.rank),
            "score": self.score,
        }
        if self.word is Word.CORRECTED:
            attributes["instead"] = self.instead
        return Draft(
            kind=f"reason.{self.word.value}",
            business_on=self.on,
            source_ref=f"{subject}/{self.metric}/{self.period}/{self.tag}/{number}",
            person_id=self.person_id,
            unit_id=None if self.person_id is not None else self.unit_id,
            attributes=attributes,
            extra={"note": self.note} if self.note else {},
        )


def say_word(
    *, choice: CellChoice, word: Word, tag: str, instead: str = "", note: str = "", by: Person
) -> Fact:
    """Say whether a reason of a cell is right, another one is, or one is missing."""
    _require_may_judge(by, choice)
    kept = _checked_note(note)
    reasons = reasons_of(choice)
    ranks = {each.diagnosis.code: each for each in reasons.findings}
    with transaction.atomic():
        lock_ledger(choice.tenant)
        check_word(
            word,
            tag,
            instead=instead if word is Word.CORRECTED else "",
            found=list(ranks),
            known=list(reasons.diagnoses or {}),
            said=[each.tag for each in words_about(choice)],
        )
        finding = ranks.get(tag)
        said = SaidWord(
            word=word,
            tag=tag,
            metric=choice.metric.key,
            period=choice.period.key,
            on=clock.today(choice.tenant.time_zone),
            person_id=choice.person.pk if choice.person is not None else None,
            unit_id=choice.unit.pk if choice.unit is not None else None,
            instead=instead,
            note=kept,
            rank=finding.rank if finding else None,
            score=finding.score if finding else None,
        )
        before = words_of(choice.tenant).filter(about(choice), text_1=tag, reverses=None).count()
        fact = record(draft=said.draft(before + 1), source=_source(choice.tenant), by=by)
        journal.record(by, f"reason.{word.value}", fact, tag=tag, metric=choice.metric.key)
    return fact


def keep_words(*, tenant: Tenant, words: Sequence[SaidWord], by: Person) -> Recorded:
    """Record words that were said before, as by a manager of another system."""
    drafts = [each.draft(number) for number, each in enumerate(words, start=1)]
    return record_many(drafts=drafts, source=_source(tenant), by=by)


@transaction.atomic
def withdraw_word(*, fact: Fact, by: Person) -> Fact:
    """Take back what was said of a reason; returns the reversal."""
    if fact.tenant_id != by.tenant_id or fact.kind not in REASON_WORDS:
        raise WordMissing()
    span = Span(fact.business_on, fact.business_on)
    if not may_judge(by, person=fact.person, unit=fact.unit, span=span):
        raise NotYours()
    made = take_back(fact=fact, reason=WITHDRAWN, by=by)
    journal.record(by, "reason.withdrawn", fact, tag=fact.text_1)
    return made


def _require_may_judge(by: Person, choice: CellChoice) -> None:
    period: Period = choice.period
    span = Span(period.start, period.end)
    ours = choice.tenant.pk == by.tenant_id and not choice.is_nobody
    if not ours or not may_judge(by, person=choice.person, unit=choice.unit, span=span):
        raise NotYours()


def _checked_note(note: str) -> str:
    kept = note.strip()
    if len(kept) > NOTE_LENGTH:
        raise NoteTooLong(most=NOTE_LENGTH)
    check_text("note", kept, size=NOTE_LENGTH)
    return kept


def _source(tenant: Tenant) -> Source:
    return open_source(tenant=tenant, code=REASONS, name="Reasons", kind=Source.Kind.FORM.value)
