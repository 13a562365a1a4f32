"""The facts behind a figure, reckoned by the same expression as the figure."""

from __future__ import annotations

from dataclasses import replace

from bihuan.kernel.period import Period
from bihuan.metrics.domain.figure import FactLine, FactsBehind, Where
from bihuan.metrics.engine import Asked, ask_behind
from bihuan.metrics.queries.closings import pieces_of
from bihuan.metrics.queries.figures import check_dimensions, parts_of
from bihuan.metrics.queries.versions import Defined, metric_as
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


def facts_behind(  # noqa: PLR0913 - what a figure depends on, each by name
    *,
    tenant: Tenant,
    metric: str,
    span: Period,
    where: Where,
    scope: Scope | None,
    as_of_seq: int | None = None,
    page: int = 1,
    page_size: int = 50,
    defined: Defined = Defined.THEN,
) -> FactsBehind:
    """Return a page of the facts that a figure is made of, newest first.

    Pages count from 1. Contributions add up to the figure; those of a ratio to
    its upper and its lower part. Who sees only figures of a unit sees no facts of it.
    """
    check_dimensions(where.without)
    definition = metric_as(tenant, metric, defined)
    asked = Asked(
        definition=definition,
        where=where,
        paths=None if scope is None or scope.whole_tenant else scope.unit_paths,
        own_id=scope.person_id if scope is not None else None,
        as_of_seq=as_of_seq,
    )
    pieces = [(asked, span)]
    if as_of_seq is None and defined is Defined.THEN:
        cut = pieces_of(tenant, definition, [span])
        pieces = [(replace(asked, as_of_seq=each.as_of_seq), each.span) for each in cut]
    found = ask_behind(tenant, pieces, page=max(page, 1), page_size=page_size)
    numerator, denominator = parts_of(definition, found.sums)
    is_empty = found.facts == 0
    lines = []
    for seq, shares in found.lines:
        upper, lower = parts_of(definition, shares)
        lines.append(FactLine(seq=seq, contribution=upper, numerator=upper, denominator=lower))
    return FactsBehind(
        count=found.facts,
        total_value=None if is_empty else definition.value_of(numerator, denominator),
        numerator=None if is_empty else numerator,
        denominator=None if is_empty else denominator,
        lines=lines,
    )
