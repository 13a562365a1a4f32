"""How often plays were used, and how often what they were handed out for passed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q

from bihuan.org.models import Tenant
from bihuan.playbooks.domain.effect import Effect, rank
from bihuan.playbooks.models import HandedItem, Play
from bihuan.playbooks.queries.picking import Picked, picked_of

USED = Q(used_on__isnull=False)
MEASURED = USED & Q(pack__outcome_on__gte=F("used_on"))
"""An outcome counts for a use that came before it, or on its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectLine:
    """A play with how often it was handed out and opened, and what came of its uses."""

    play: Play
    handed: int
    opened: int
    helpful: int
    not_helpful: int
    picked: Picked
    effect: Effect

    @property
    def low(self) -> Decimal | None:
        return None if self.effect.interval is None else self.effect.interval[0]

    @property
    def high(self) -> Decimal | None:
        return None if self.effect.interval is None else self.effect.interval[1]


def effects_of(tenant: Tenant) -> dict[int, Effect]:
    """Return the effect of each play that was ever handed out, over all its versions."""
    items = HandedItem.objects.filter(pack__tenant=tenant).order_by()
    rows = items.values_list("version__play").annotate(
        used=Count("pk", filter=USED),
        measured=Count("pk", filter=MEASURED),
        recovered=Count("pk", filter=MEASURED & Q(pack__recovered=True)),
    )
    return {
        play: Effect(used=used, measured=measured, recovered=recovered)
        for play, used, measured, recovered in rows
    }


def effect_lines(tenant: Tenant) -> list[EffectLine]:
    """Return the plays of the library, those with the surest effect first."""
    effects, picked = effects_of(tenant), picked_of(tenant)
    items = HandedItem.objects.filter(pack__tenant=tenant).order_by()
    rows = items.values_list("version__play").annotate(
        handed=Count("pk"),
        opened=Count("pk", filter=Q(opened_at__isnull=False)),
        approving=Count("pk", filter=Q(helpful=True)),
        disapproving=Count("pk", filter=Q(helpful=False)),
    )
    counts = {play: tuple(rest) for play, *rest in rows}
    lines = []
    for play in Play.objects.of(tenant.pk).in_library().select_related("published"):
        handed, opened, helpful, not_helpful = counts.get(play.pk, (0, 0, 0, 0))
        lines.append(
            EffectLine(
                play=play,
                handed=handed,
                opened=opened,
                helpful=helpful,
                not_helpful=not_helpful,
                picked=picked.get(play.code, Picked()),
                effect=effects.get(play.pk, Effect()),
            )
        )
    return sorted(lines, key=_surest_first)


def _surest_first(line: EffectLine) -> tuple[bool, Decimal, int, int, str]:
    effect = line.effect
    return (
        not effect.is_told,
        -rank(effect, usual=Effect()) if effect.is_told else Decimal(0),
        -effect.used,
        -line.handed,
        line.play.code,
    )
