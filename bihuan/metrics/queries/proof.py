"""Proof that closed figures have not moved: a digest of every metric at the closing.

The digest of a metric is taken over its figures by person and by unit for the days
that were closed, with the version they were reckoned by. Reckoned again a
year later, it is the same, or something has been moved.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import value_text
from bihuan.metrics.engine import days_of_facts
from bihuan.metrics.models import Closing
from bihuan.metrics.queries.figures import evaluate
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedFigure:
    """A metric over the days of a closing: what it stood at then, and stands at now."""

    metric: str
    then: str | None
    now: str | None
    is_same: bool

    @property
    def then_value(self) -> Decimal | None:
        return None if self.then is None else Decimal(self.then)

    @property
    def now_value(self) -> Decimal | None:
        return None if self.now is None else Decimal(self.now)


def digests_of(tenant: Tenant, after: date | None, through: date) -> dict[str, dict[str, object]]:
    """Return the total and the digest of every metric over the days before ``through``.

    ``after`` is the first of these days; without it, that of the first fact.
    """
    start = after or _first_day(tenant, through)
    span = Period(f"{start}/{through}", start, through)
    return {key: _digest(tenant, key, span) for key in catalogue_of(tenant).versions}


def _first_day(tenant: Tenant, through: date) -> date:
    there = days_of_facts(tenant)
    first = there[0] if there is not None else through
    return min(first, through - timedelta(days=1))


def _digest(tenant: Tenant, key: str, span: Period) -> dict[str, object]:
    definition = catalogue_of(tenant).then(key)
    assert definition is not None, "every metric of the catalogue has a definition"
    by_person = evaluate(tenant=tenant, metric=key, spans=[span], by=("person",), scope=None)
    by_unit = evaluate(
        tenant=tenant, metric=key, spans=[span], by=("unit",), scope=None, with_total=False
    )
    said = [
        [*row.keys.values(), value_text(definition, row.value), row.facts]
        for row in (*by_person, *by_unit)
    ]
    text = json.dumps(said, separators=(",", ":"))
    return {
        "version": definition.version,
        "total": value_text(definition, by_person[-1].value),
        "digest": hashlib.sha256(text.encode()).hexdigest()[:24],
    }


def closed_figures(closing: Closing) -> list[ClosedFigure]:
    """Return every metric of a closing with what it stood at then and stands at now."""
    earlier = Closing.objects.standing().filter(
        tenant_id=closing.tenant_id, through__lt=closing.through
    )
    before = earlier.last()
    now = digests_of(closing.tenant, before.through if before else None, closing.through)
    kept: dict[str, dict[str, str]] = closing.digests
    order = list(now)
    in_order = sorted(kept, key=lambda key: order.index(key) if key in now else len(order))
    return [
        ClosedFigure(
            metric=key,
            then=kept[key]["total"],
            now=_text(now.get(key, {}).get("total")),
            is_same=now.get(key, {}).get("digest") == kept[key]["digest"],
        )
        for key in in_order
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
