"""Gate: what else must have happened before an amount counts.

A gated term names the facts that must be there and the field that ties them to
the one that carries the amount, such as the contract number. Each gate opens on
the day of the first fact that meets it. Until all are open the amount is
*pending* 待生效; from then on it counts, on the day that ``counts_on`` says:

    last         the latest of its own day and of the days its gates opened (the usual)
    own          its own day, once all gates are open
    <gate>       the day that this gate opened

>>> renewal = Gates.model_validate({"link": "contract", "needs": [
...     {"key": "signed", "label_zh": "新合同签署", "label_en": "new contract signed",
...      "where": {"field": "kind", "op": "eq", "value": "contract.signed"}},
...     {"key": "paid", "label_zh": "首付款到账", "label_en": "first payment received",
...      "where": {"field": "kind", "op": "eq", "value": "payment.received"}},
...     {"key": "filed", "label_zh": "技术协议备案", "label_en": "technical agreement filed",
...      "where": {"field": "kind", "op": "eq", "value": "contract.filed"}}]})
>>> signed, paid, filed = date(2026, 9, 28), date(2026, 10, 9), date(2026, 10, 6)
>>> opened = {"signed": signed, "paid": paid, "filed": None}
>>> renewal.counted_on(signed, opened) is None, renewal.missing(opened)
(True, ('filed',))
>>> renewal.counted_on(signed, {"signed": signed, "paid": paid, "filed": filed})
datetime.date(2026, 10, 9)

When a fact that opened a gate is taken back, the gate is shut again, or opens on
the day of the next fact that meets it; nothing is kept that could be out of step.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bihuan.metrics.domain.condition import Condition, Part

LAST = "last"
OWN = "own"
KEY = r"^[a-z][a-z0-9_]{0,39}$"


class OwedBy(StrEnum):
    """Who has to see to it that a gate opens."""

    PERSON = "person"
    MANAGER = "manager"


class Need(Part):
    """One gate: a name, the facts that open it, who owes it and within how many days."""

    key: str = Field(pattern=KEY)
    label_zh: str = Field(min_length=1, max_length=60)
    label_en: str = Field(min_length=1, max_length=60)
    where: Condition
    owed_by: OwedBy = OwedBy.PERSON
    within_days: Annotated[int, Field(ge=0, le=3650)] | None = None

    def label(self, language: str) -> str:
        """Return its name in Chinese, or in English for any other language."""
        return self.label_zh if language.startswith("zh") else self.label_en


class Gates(Part):
    """The gates of a term, what ties their facts to it, and which day it then counts on."""

    link: str
    needs: tuple[Need, ...] = Field(min_length=1, max_length=8)
    counts_on: str = LAST

    def missing(self, opened: Mapping[str, date | None]) -> tuple[str, ...]:
        """Return the keys of the gates that are not open, in their order."""
        return tuple(need.key for need in self.needs if opened.get(need.key) is None)

    def counted_on(self, own: date, opened: Mapping[str, date | None]) -> date | None:
        """Return the day that an amount of a day counts on, or nothing while it is pending."""
        days = [day for need in self.needs if (day := opened.get(need.key)) is not None]
        if len(days) < len(self.needs):
            return None
        if self.counts_on == OWN:
            return own
        if self.counts_on == LAST:
            return max(own, *days)
        return opened[self.counts_on]
