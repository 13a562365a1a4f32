"""Market events: what happened outside, what the model made of it, and what came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.base.append_only import AppendOnlyModel, AppendOnlyQuerySet
from bihuan.goals.domain.market import RATIOS, Ending, Handling, Happening, Kind, Parameters
from bihuan.goals.domain.span import Span
from bihuan.goals.models.cycle import Cycle
from bihuan.goals.models.revision import Revision

KIND_LABELS = {
    Kind.COMPETITOR_PRICE_CUT.value: _("Competitor cuts prices"),
    Kind.CHANNEL_STOCK.value: _("Stock in the channel"),
    Kind.LAUNCH_DELAY.value: _("Launch delayed"),
    Kind.POLICY.value: _("Policy"),
    Kind.OTHER.value: _("Other market change"),
}
HANDLING_LABELS = {
    Handling.KEEP.value: _("Keep the company's target and share it out anew"),
    Handling.LOWER.value: _("Let the company's target follow demand"),
}
ENDING_LABELS = {
    Ending.PUBLISHED.value: _("Revision published"),
    Ending.REFUSED.value: _("Refused: nothing changes"),
    Ending.EXPIRED.value: _("No answer: nothing changes"),
    Ending.NOTHING.value: _("Nothing to move"),
    Ending.ASKED_AGAIN.value: _("Asked again"),
    Ending.CANNOT.value: _("Could not be carried out"),
}


class MarketEventQuerySet(AppendOnlyQuerySet["MarketEvent"]):
    def of(self, tenant_id: int) -> Self:
        return self.filter(tenant_id=tenant_id)


class MarketEvent(AppendOnlyModel):
    """Something that happened in the market and bears on targets, as somebody reported it."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    name = models.CharField(_("what happened"), max_length=120)
    kind = models.CharField(_("kind"), max_length=30, choices=KIND_LABELS)
    size = models.DecimalField(_("size"), max_digits=9, decimal_places=4)
    handling = models.CharField(_("company's target"), max_length=10, choices=HANDLING_LABELS)
    where = models.JSONField(default=dict)
    """By dimension, the values it touches."""
    metrics = models.JSONField(default=list)
    start = models.DateField(_("from"))
    end = models.DateField(_("until"))
    evidence = models.CharField(_("evidence"), max_length=1000, blank=True)
    evidence_url = models.URLField(_("link"), max_length=500, blank=True)
    answer_days = models.PositiveSmallIntegerField(_("days to answer"))
    remarks = models.JSONField(default=list)
    """Why it leads to no proposal somewhere, as sentences."""
    units = models.ManyToManyField("org.Unit", through="MarketPlace", related_name="+")
    filed_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()

    objects = MarketEventQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="goals_event_ends_after_it_begins", condition=Q(end__gt=F("start"))
            ),
            models.CheckConstraint(
                name="goals_event_kind_known", condition=Q(kind__in=[each.value for each in Kind])
            ),
            models.CheckConstraint(name="goals_event_has_a_size", condition=~Q(size=0)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def is_ratio(self) -> bool:
        """Return whether its size is a ratio, and not a number of weeks or days."""
        return Kind(self.kind) in RATIOS

    @property
    def happening(self) -> Happening:
        """Return what happened, as the model reads it."""
        return Happening(
            kind=Kind(self.kind),
            size=self.size,
            handling=Handling(self.handling),
            span=self.span,
            where={name: tuple(values) for name, values in self.where.items()},
            units=frozenset(unit.pk for unit in self.units.all()),
            metrics=frozenset(self.metrics),
        )


class MarketPlace(AppendOnlyModel):
    """A unit that a market event touches, with all below it."""

    event = models.ForeignKey(MarketEvent, models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "unit"], name="goals_one_place_per_unit")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.unit_id}"


class MarketModel(AppendOnlyModel):
    """What the model of market events assumes; the last of a company counts."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    elasticity = models.DecimalField(_("elasticity"), max_digits=6, decimal_places=4)
    stock_weight = models.DecimalField(_("weight of stock"), max_digits=6, decimal_places=4)
    delay_weight = models.DecimalField(_("weight of a delay"), max_digits=6, decimal_places=4)
    policy_weight = models.DecimalField(_("weight of an estimate"), max_digits=6, decimal_places=4)
    set_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.set_at}"

    @property
    def parameters(self) -> Parameters:
        return Parameters(**{name: getattr(self, name) for name in PARAMETERS})


PARAMETERS = ("elasticity", "stock_weight", "delay_weight", "policy_weight")


class MarketReckoning(AppendOnlyModel):
    """What the model makes of an event for one cycle: the proposal that goes to its managers.

    Reckoned from the revision in force. When the plan is another by the time the answers
    are in, and somebody's part with it, a further round is reckoned and asked.
    """

    event = models.ForeignKey(MarketEvent, models.PROTECT, related_name="reckonings")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    base = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    first_day = models.DateField()
    """The first day whose targets it may change."""
    parameters = models.JSONField()
    words = models.JSONField()
    terms = models.JSONField()
    """Before and after by goal and node, in smallest units, and who answers for which nodes."""
    reckoned_at = models.DateTimeField()

    class Meta:
        ordering = ["cycle_id", "round"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "cycle", "round"], name="goals_one_reckoning_per_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.cycle_id} {self.round}"

    @property
    def assumed(self) -> Parameters:
        return Parameters(**{name: Decimal(value) for name, value in self.parameters.items()})

    @property
    def goals(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.terms["goals"]
        return found


class MarketEnding(AppendOnlyModel):
    """What came of a reckoning: a revision, or why there is none."""

    reckoning = models.OneToOneField(MarketReckoning, models.PROTECT, related_name="ending")
    ending = models.CharField(max_length=20, choices=ENDING_LABELS)
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    said = models.JSONField()
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="goals_only_what_is_published_has_a_revision",
                condition=Q(ending=Ending.PUBLISHED.value) ^ Q(revision__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reckoning_id} {self.ending}"
