"""The pack for a low metric and its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bihuan.org.models import Tenant
from bihuan.playbooks.domain.choosing import MOST, Candidate, Fit, Wanted, choose
from bihuan.playbooks.domain.effect import Effect
from bihuan.playbooks.domain.play import Kind
from bihuan.playbooks.models import Play, PlayVersion
from bihuan.playbooks.queries.effects import effects_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PackItem:
    """A play in a pack: the version in force, why it was chosen, and its effect so far."""

    version: PlayVersion
    fit: Fit
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Plays for one metric and reason, the one that fits best first."""

    tenant: Tenant
    metric: str
    reason: str | None
    items: tuple[PackItem, ...]


def pack_for(  # noqa: PLR0913  # a pack is chosen by all of these
    *,
    tenant: Tenant,
    metric: str,
    reason: str | None,
    today: date,
    most: int = MOST,
    industry: str | None = None,
    product_line: str | None = None,
) -> Pack:
    """Return what to hand somebody who is low on a metric, for a reason where one is known."""
    wanted = Wanted(
        metric=metric, reason=reason, today=today, industry=industry, product_line=product_line
    )
    effects = effects_of(tenant)
    plays = {
        play.code: play
        for play in Play.objects.of(tenant.pk).in_library().select_related("published")
    }
    chosen = choose(_candidates(plays.values(), effects), wanted, most=most)
    items = [
        PackItem(version=version, fit=fit, effect=each.effect)
        for each, fit in chosen
        if (version := plays[each.code].published) is not None
    ]
    return Pack(tenant=tenant, metric=metric, reason=reason, items=tuple(items))


def _candidates(plays: Iterable[Play], effects: dict[int, Effect]) -> Iterable[Candidate]:
    for play in plays:
        assert play.published is not None, "what is in the library is published"
        yield Candidate(
            code=play.code,
            kind=Kind(play.kind),
            tags=play.published.read_tags,
            valid_until=play.published.valid_until,
            effect=effects.get(play.pk, Effect()),
        )
