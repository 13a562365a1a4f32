"""Proof that a report still says what it said: reckoned again from what it was frozen with."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.goals.actions.publishing import digest_of as plan_digest
from bihuan.goals.models import Revision
from bihuan.reports.domain.basis import Basis, read_basis
from bihuan.reports.domain.content import content_as_data, digest_of
from bihuan.reports.models import HealthReport
from bihuan.reports.queries.code import code_version
from bihuan.reports.queries.reckoning import reckoned


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A report beside itself, reckoned again: the digests, and what differs."""

    then: str
    now: str
    kept: str
    """The digest of what is kept, as it is kept now."""
    differing: list[str]
    """The parts that came out otherwise."""
    plans_changed: list[str]
    """The plans whose text is not what it was."""
    code_then: str
    code_now: str

    @property
    def is_same(self) -> bool:
        return self.then == self.now == self.kept and not self.plans_changed


def proof_of(report: HealthReport) -> Proof:
    """Return whether a report comes out the same, reckoned again today."""
    basis = read_basis(report.basis)
    again = content_as_data(reckoned(report.tenant, basis))
    return Proof(
        then=report.digest,
        now=digest_of(again),
        kept=digest_of(report.content),
        differing=[part for part, said in again.items() if report.content.get(part) != said],
        plans_changed=_changed(basis),
        code_then=report.code,
        code_now=code_version(),
    )


def _changed(basis: Basis) -> list[str]:
    """Return the revisions whose plan does not have the digest it had."""
    plans = Revision.objects.in_bulk([each.id for each in basis.revisions])
    return [
        f"{each.cycle} r{each.number}"
        for each in basis.revisions
        if each.id not in plans or plan_digest(plans[each.id].plan) != each.digest
    ]
