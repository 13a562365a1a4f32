"""What is brought to people by which channel, and how each wants to hear of things."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.inbox.domain.delivery import OPEN, TO_SEND, State
from bihuan.inbox.domain.letter import Letter, Topic, read_letter
from bihuan.inbox.domain.wish import How
from bihuan.org.models import Person

DELIVERY_LABELS = {
    State.WAITING.value: _("Waiting to be sent"),
    State.HELD.value: _("Held by quiet hours"),
    State.DIGEST.value: _("Waits for the digest"),
    State.FAILED.value: _("Failed, will be tried again"),
    State.SENT.value: pgettext_lazy("state of a delivery", "Sent"),
    State.DIGESTED.value: _("Went with a digest"),
    State.DEAD.value: _("Given up after the last attempt"),
    State.DISCARDED.value: _("Discarded"),
}
TOPIC_LABELS = {
    Topic.TASK.value: _("Tasks"),
    Topic.PROPOSAL.value: _("Proposals that ask me"),
    Topic.ASKING.value: _("Notices that ask for something"),
    Topic.NEWS.value: _("Other notices"),
}
HOW_LABELS = {
    How.AT_ONCE.value: pgettext_lazy("how to be told", "At once"),
    How.DIGEST.value: pgettext_lazy("how to be told", "With the digest"),
    How.OFF.value: pgettext_lazy("how to be told", "Not by this channel"),
}
SENT_BY_ITSELF = Q(state__in=sorted(state.value for state in TO_SEND))
NOT_OVER = Q(state__in=sorted(state.value for state in OPEN))


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def of_person(self, person: Person) -> Self:
        """Return what was or is to be brought to somebody."""
        return self.filter(person=person, tenant_id=person.tenant_id)

    def not_over(self) -> Self:
        return self.filter(NOT_OVER)

    def in_turn(self) -> Self:
        """Return those that are sent by themselves and have nothing before them."""
        return self.filter(SENT_BY_ITSELF, ~Exists(_before().not_over()))

    def with_turn(self) -> Self:
        """Tell of each, as ``is_behind``, whether it waits until one before it is over."""
        return self.annotate(is_behind=Exists(_before().not_over()))


def _before() -> DeliveryQuerySet:
    """Return what is to reach the same person about the same thing before a delivery."""
    return Delivery.objects.filter(order_key=OuterRef("order_key"), pk__lt=OuterRef("pk"))


class Delivery(models.Model):
    """One thing brought to one person by one channel: written with it, sent afterwards."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20)
    what = models.CharField(max_length=12)
    """The sort of thing, and which one it is."""
    what_id = models.BigIntegerField()
    round = models.PositiveSmallIntegerField(default=0)
    """The first time, or the number of the reminder."""
    topic = models.CharField(max_length=10)
    stable_id = models.UUIDField(unique=True)
    """The same at every attempt: by it a receiver knows what it has already."""
    order_key = models.CharField(max_length=160)
    content = models.JSONField()
    state = models.CharField(max_length=10)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    """When its link was followed."""
    receipt = models.CharField(max_length=200, blank=True)
    """What the receiver calls it."""
    fault_code = models.CharField(max_length=80, blank=True)
    fault = models.CharField(max_length=500, blank=True)
    fault_params = models.JSONField(default=dict)
    digest = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The digest it went with."""

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "what", "what_id", "channel", "round"],
                name="inbox_delivered_once_by_each_channel",
            ),
            models.CheckConstraint(
                name="inbox_delivery_state_known",
                condition=Q(state__in=[state.value for state in State]),
            ),
            models.CheckConstraint(
                name="inbox_delivery_due_until_over",
                condition=(NOT_OVER & Q(next_at__isnull=False))
                | (~NOT_OVER & Q(next_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="inbox_delivery_sent_at_an_instant",
                condition=Q(state=State.SENT.value, sent_at__isnull=False)
                | (~Q(state=State.SENT.value) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="inbox_only_what_went_with_a_digest_names_it",
                condition=Q(state=State.DIGESTED.value, digest__isnull=False)
                | (~Q(state=State.DIGESTED.value) & Q(digest__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "next_at", "id"], name="inbox_deliveries_due", condition=NOT_OVER
            ),
            models.Index(
                fields=["order_key", "id"], name="inbox_deliveries_in_order", condition=NOT_OVER
            ),
            models.Index(fields=["person", "-id"], name="inbox_deliveries_of_a_person"),
            models.Index(fields=["what", "what_id"], name="inbox_deliveries_of_a_thing"),
            models.Index(fields=["tenant", "state"], name="inbox_deliveries_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.what}:{self.what_id} → {self.person_id}"

    @property
    def letter(self) -> Letter:
        return read_letter(self.content)

    @property
    def is_open(self) -> bool:
        return State(self.state) in OPEN


class DeliveryWish(models.Model):
    """How a person wants to hear of things, or how it is in a company for who said nothing."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    digest_at = models.TimeField(null=True)
    choices = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "person"],
                name="inbox_one_wish_per_person_and_company",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="inbox_quiet_hours_begin_and_end",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id}/{self.person_id or ''}"
