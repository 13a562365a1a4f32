"""The merges that were, and those that were taken back: who, when and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bihuan.base.models import JournalEntry
from bihuan.customers.access import (
    customers_visible_to,
    is_merge_seen,
    merge_facts,
    merges_of,
)
from bihuan.customers.domain.entity import Merge
from bihuan.facts.models import Fact, Member
from bihuan.org.access import people_visible_to
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who said something, when and why; a person whom one may not see stays unnamed."""

    by: Person | None
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    """One merge: which account into which, and how it came and went."""

    seq: int
    account: Member
    into: Member
    merged: Said
    undone: Said | None


def merge_lines(
    scope: Scope,
    tenant: Tenant,
    entities: Mapping[int, int],
    *,
    about: Collection[int] | None = None,
    seq: int | None = None,
) -> list[MergeLine]:
    """Return the merges that may be seen, the newest first.

    ``about`` narrows them to those of some accounts, ``seq`` to one.
    """
    merges = [
        each
        for each in merges_of(tenant)
        if (about is None or not {each.account, each.into}.isdisjoint(about))
        and seq in (None, each.seq)
    ]
    touched = {entities.get(pk, pk) for each in merges for pk in (each.account, each.into)}
    seen = customers_visible_to(scope, entities).filter(pk__in=touched)
    known = set(seen.values_list("pk", flat=True))
    shown = [each for each in reversed(merges) if is_merge_seen(each, known, entities)]
    return _lines(shown, scope, tenant)


def _lines(merges: list[Merge], scope: Scope, tenant: Tenant) -> list[MergeLine]:
    accounts = Member.objects.in_bulk([pk for each in merges for pk in (each.account, each.into)])
    seqs = [seq for each in merges for seq in (each.seq, each.undone_seq) if seq is not None]
    facts = {fact.seq: fact for fact in merge_facts(tenant).filter(seq__in=seqs)}
    people = people_visible_to(scope).in_bulk({fact.recorded_by_id for fact in facts.values()})
    reasons = _reasons(tenant, [fact for fact in facts.values() if fact.reverses_id])

    def said(fact: Fact) -> Said:
        reason = reasons.get(fact.pk) if fact.reverses_id else fact.extra.get("reason")
        by = people.get(fact.recorded_by_id or 0)
        return Said(by=by, at=fact.recorded_at, reason=str(reason or ""))

    return [
        MergeLine(
            seq=each.seq,
            account=accounts[each.account],
            into=accounts[each.into],
            merged=said(facts[each.seq]),
            undone=said(facts[each.undone_seq]) if each.undone_seq else None,
        )
        for each in merges
    ]


def _reasons(tenant: Tenant, reversals: list[Fact]) -> dict[int, str]:
    """Return why merges were taken back, by the fact that did so."""
    subjects = {f"facts.fact:{fact.pk}": fact.pk for fact in reversals}
    entries = JournalEntry.objects.filter(tenant=tenant, verb="fact.reversed", subject__in=subjects)
    return {subjects[entry.subject]: entry.why for entry in entries}
