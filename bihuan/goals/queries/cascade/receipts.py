"""Who has seen what a revision asks of them, and who has not yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from bihuan.goals.models import Receipt, Revision
from bihuan.org.access import people_visible_to
from bihuan.org.domain.scope import Scope


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How many were asked to acknowledge, and how many have, among those the reader sees."""

    asked: int = 0
    done: int = 0


def receipts_of(revision: Revision, scope: Scope) -> QuerySet[Receipt]:
    """Return the receipts of a revision that are visible: those still waiting first."""
    people = people_visible_to(scope).values("pk")
    return (
        Receipt.objects.filter(revision=revision, person__in=people)
        .select_related("person")
        .order_by(F("acknowledged_at").desc(nulls_first=True), "person__pinyin", "pk")
    )


def acknowledged(revisions: list[Revision], scope: Scope) -> dict[int, Acknowledged]:
    """Return for each revision how many acknowledged it, in one statement."""
    people = people_visible_to(scope).values("pk")
    rows = (
        Receipt.objects.filter(revision__in=[each.pk for each in revisions], person__in=people)
        .order_by()
        .values_list("revision_id")
        .annotate(asked=Count("pk"), done=Count("acknowledged_at"))
    )
    return {revision: Acknowledged(asked, done) for revision, asked, done in rows}
