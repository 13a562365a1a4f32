"""The facts behind a figure, reckoned by the same expression as the figure."""

from __future__ import annotations

from bihuan.kernel.period import Period
from bihuan.metrics.domain.figure import FactsBehind, Where
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


def facts_behind(
    *,
    tenant: Tenant,
    metric: str,
    span: Period,
    where: Where,
    scope: Scope | None,
    as_of_seq: int | None = None,
    page: int = 1,
    page_size: int = 50,
) -> FactsBehind:
    """Return a page of the facts that a figure is made of, newest first.

    Pages count from 1. Contributions add up to the figure; those of a ratio to
    its upper and its lower part. Who sees only figures of a unit sees no facts of it.
    """
    raise NotImplementedError
