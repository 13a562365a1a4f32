"""Quotas: what the rows of a file ask of whom, and for which days.

A row gives its span by start and end, by the name of a period, or by its start
alone: then it runs until the next row of the same person and metric, and the
last one for so many months. An empty amount means "leave": no quota, reported.

>>> period_named("2024年3月").start, period_named("2024Q2").key
(datetime.date(2024, 3, 1), '2024-Q2')
>>> period_named("spring") is None
True
>>> months_later(date(2024, 1, 31), 1)
datetime.date(2024, 2, 29)
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, pairwise

from bihuan.integrations.domain.fault import Fault, gettext_noop
from bihuan.integrations.domain.landing.cells import Value
from bihuan.integrations.domain.landing.draft import QuotaDraft
from bihuan.integrations.domain.landing.evaluation import holds
from bihuan.integrations.domain.landing.facts import Places
from bihuan.integrations.domain.landing.feed import Feed, Want
from bihuan.integrations.domain.landing.field import DROPPED, Field, FieldRule
from bihuan.integrations.domain.landing.report import Report
from bihuan.integrations.domain.mapping.expression import Constant, Expression, OnMissing
from bihuan.integrations.domain.mapping.target import QuotaTarget
from bihuan.kernel.errors import Invalid
from bihuan.kernel.period import Period, parse_period

METRIC_UNKNOWN = Fault(
    "mapping.metric_unknown",
    gettext_noop("There is no metric called “%(value)s”."),
    gettext_noop("Write the key of a metric, as bihuan metric list shows it."),
)
NOT_A_PERIOD = Fault(
    "mapping.not_a_period",
    gettext_noop("“%(value)s” in %(column)s is not a period."),
    gettext_noop("Write 2024-03, 2024-Q1, 2024-W10 or 2024."),
)
QUOTA_NEGATIVE = Fault(
    "mapping.quota_negative",
    gettext_noop("The quota %(value)s is negative."),
    gettext_noop("Write what is asked as a positive number, or leave the cell empty."),
)
QUOTA_ENDS_EARLY = Fault(
    "mapping.quota_ends_early",
    gettext_noop("The quota ends on %(end)s, not after it begins on %(start)s."),
    gettext_noop("The end is the first day that no longer counts."),
)
QUOTA_TWICE = Fault(
    "mapping.quota_twice",
    gettext_noop("“%(value)s” has a quota for these days in row %(first)s already."),
    gettext_noop("Delete one of the two rows, or correct the days."),
)
QUOTA_ENDLESS = Fault(
    "mapping.quota_endless",
    gettext_noop("The last quota of “%(value)s” has no end."),
    gettext_noop("Set last_months or last_end in the mapping."),
)
OPEN_END = date.max


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=10_000)
def period_named(text: str) -> Period | None:
    """Return the period that a text names, in the spellings that tables of targets use."""
    if found := re.fullmatch(r"(\d{4})\s?[-/.年]?\s?(\d{1,2})\s?月?(?:份)?", text):
        text = f"{found[1]}-{int(found[2]):02}"
    elif found := re.fullmatch(r"(\d{4})\s?[-年]?\s?(?:Q|第)?([1-4一二三四])(?:季度|季)?", text):
        text = f"{found[1]}-Q{'一二三四'.find(found[2]) + 1 or found[2]}"
    elif found := re.fullmatch(r"(\d{4})\s?年", text):
        text = found[1]
    try:
        return parse_period(text)
    except (Invalid, ValueError):
        return None


class QuotaReader:
    """Reads the quotas of one target, row by row."""

    def __init__(self, target: QuotaTarget, feed: Feed, places: Places) -> None:
        self.target, self.feed, self.places = target, feed, places
        self.who = "person" if target.person is not None else "unit"
        who = target.person or target.unit
        assert who is not None, "the mapping checks that one of the two is there"
        self.metric = self._field("metric", target.metric_from or Constant(constant=target.metric))
        self.holder = self._field(self.who, who, is_code=True)
        self.period = self._optional("period", target.period, Want.TEXT)
        self.start = self._optional("start", target.start, Want.DAY)
        self.end = self._optional("end", None if target.end == "next" else target.end, Want.DAY)
        amount = target.amount
        if amount.on_missing is None and amount.default is None:
            amount = amount.model_copy(update={"on_missing": OnMissing.SKIP_ROW})
        self.amount = self._field("amount", amount, want=Want.NUMBER)

    def _field(
        self, name: str, expression: Expression, *, want: Want = Want.TEXT, is_code: bool = False
    ) -> Field:
        rule = FieldRule(want=want, is_needed=True, makes="quota", is_code=is_code)
        return Field(self.feed, name, expression, rule)

    def _optional(self, name: str, expression: Expression | None, want: Want) -> Field | None:
        return None if expression is None else self._field(name, expression, want=want)

    def take(self, row: int) -> QuotaDraft | None:
        """Return the quota of a row; its end is open when it follows from the next row."""
        fields = (self.metric, self.holder, self.period, self.start, self.end, self.amount)
        taken = [None if field is None else field.take(row) for field in fields]
        if DROPPED in taken:
            return None
        metric, holder, period, start, end, amount = taken
        place = self.feed.origins[row]
        code = self.places.directories[self.who].code_of(str(holder), place, self.holder.label)
        span = self._span(row, period, start, end)
        if not self._is_sound(row, metric, amount) or code is None or span is None:
            return None
        assert isinstance(amount, Decimal), "the amount is needed and was read"
        return QuotaDraft(
            metric=str(metric),
            person=code if self.who == "person" else "",
            unit=code if self.who == "unit" else "",
            start=span[0],
            end=span[1],
            amount=amount,
            origin=place,
        )

    def _span(self, row: int, period: Value, start: Value, end: Value) -> tuple[date, date] | None:
        place, report = self.feed.origins[row], self.places.report
        if self.period:
            named = period_named(str(period))
            if named is None:
                column = self.period.label
                report.add(NOT_A_PERIOD.at(place, column=column, value=str(period)))
            return None if named is None else (named.start, named.end)
        assert isinstance(start, date), "the start is needed and was read"
        last = end if isinstance(end, date) else OPEN_END
        if last <= start:
            report.add(QUOTA_ENDS_EARLY.at(place, start=str(start), end=str(last)))
            return None
        return start, last

    def _is_sound(self, row: int, metric: Value, amount: Value) -> bool:
        place, report = self.feed.origins[row], self.places.report
        metrics = self.places.known.metrics
        is_known = metrics is None or metric in metrics
        if not is_known:
            report.add(METRIC_UNKNOWN.at(place, column=self.metric.label, value=str(metric)))
        is_positive = isinstance(amount, Decimal) and amount >= 0
        if not is_positive:
            report.add(QUOTA_NEGATIVE.at(place, column=self.amount.label, value=str(amount)))
        return is_known and is_positive


def quotas_of(target: QuotaTarget, feed: Feed, places: Places) -> list[QuotaDraft]:
    """Return the quotas of a target, each with its end."""
    reader = QuotaReader(target, feed, places)
    passes = holds(feed, target.when)
    taken = [reader.take(row) for row in range(feed.length) if passes[row]]
    drafts = sorted((each for each in taken if each is not None), key=_by_holder_and_start)
    made: list[QuotaDraft] = []
    for _, group in groupby(drafts, key=_holder):
        made += _closed(list(group), target, places.report)
    return made


def _holder(draft: QuotaDraft) -> tuple[str, str, str]:
    return draft.person, draft.unit, draft.metric


def _by_holder_and_start(draft: QuotaDraft) -> tuple[tuple[str, str, str], date]:
    return _holder(draft), draft.start


def _closed(drafts: Sequence[QuotaDraft], target: QuotaTarget, report: Report) -> list[QuotaDraft]:
    """Return the quotas of one holder with open ends closed, if no two of a start are there."""
    made = list(drafts)
    for index, (one, after) in enumerate(pairwise(drafts)):
        if one.end == OPEN_END:
            made[index] = replace(one, end=after.start)
        if one.start == after.start:
            who = after.person or after.unit
            report.add(QUOTA_TWICE.at(after.origin, value=who, first=one.origin.line))
    last = made[-1]
    if last.end == OPEN_END:
        end = target.last_end
        if end is None and target.last_months is not None:
            end = months_later(last.start, target.last_months)
        if end is None or end <= last.start:
            report.add(QUOTA_ENDLESS.at(last.origin, value=last.person or last.unit))
            return []
        made[-1] = replace(last, end=end)
    return made
