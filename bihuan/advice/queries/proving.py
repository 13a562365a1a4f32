"""Proof that a weekly report still says what it said: reckoned again up to its last fact.

Facts are read as the ledger stood when it was made. Targets and seats are those of today:
where one was changed since, the proof names every value that comes out otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.advice.domain.proof import Difference, differences
from bihuan.advice.domain.weekly import weekly_as_data
from bihuan.advice.models import WeeklyReport
from bihuan.advice.queries.weekly import weekly_of
from bihuan.org.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A weekly report beside itself, reckoned again."""

    then: str
    now: str
    differing: Sequence[Difference]

    @property
    def is_same(self) -> bool:
        return self.then == self.now


def proof_of(report: WeeklyReport) -> Proof:
    """Return whether a weekly report comes out the same, reckoned again today."""
    robot = Person.objects.get(tenant=report.tenant, is_robot=True)
    again = weekly_of(report.unit, report.morning, seq=report.seq, system=robot.pk)
    now = json.loads(json.dumps(weekly_as_data(again)))
    return Proof(
        then=_digest(report.content),
        now=_digest(now),
        differing=differences(report.content, now),
    )


def _digest(content: object) -> str:
    said = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
