"""Imports and what came of them, the chat tools of a company, and which systems are told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.base.home import home
from bihuan.integrations.domain.progress import State
from bihuan.integrations.domain.webhook.attempt import OPEN
from bihuan.integrations.domain.webhook.attempt import State as Sending

STATE_LABELS = {
    State.UPLOADED.value: _("Waiting for a mapping"),
    State.RUNNING.value: _("Running"),
    State.DONE.value: _("Landed"),
    State.REFUSED.value: _("Refused"),
    State.STOPPED.value: _("Stopped"),
    State.REVERTED.value: _("Reverted"),
}

UPLOADS = "uploads"
"""In which folder of the home the files of imports lie."""


class Import(models.Model):
    """Files brought together once: all their rows landed, or none of them."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    label = models.CharField(max_length=200)
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=STATE_LABELS, default=State.UPLOADED.value)
    mapping = models.TextField(blank=True)
    source = models.ForeignKey("facts.Source", models.PROTECT, null=True, related_name="+")
    batch = models.OneToOneField("facts.Batch", models.PROTECT, null=True, related_name="+")

    files_gone_at = models.DateTimeField(null=True)
    """When the files that were brought were let go of; what landed of them stays."""

    progress = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, blank=True)
    alive_at = models.DateTimeField(null=True)

    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.label

    @property
    def folder(self) -> Path:
        """Return where the uploaded files of this import are kept."""
        return home() / UPLOADS / str(self.pk)


class WeComApp(models.Model):
    """The app in WeCom by which a company's people are told; its secrets are sealed."""

    tenant = models.OneToOneField("org.Tenant", models.PROTECT, related_name="+")
    public_id = models.UUIDField(unique=True)
    """What the address names to which WeCom calls back."""
    corp_id = models.CharField(max_length=64)
    agent_id = models.PositiveIntegerField()
    secret = models.TextField()
    callback_token = models.TextField(blank=True)
    callback_key = models.TextField(blank=True)
    ids_are_codes = models.BooleanField(default=True)
    """Whether who is not named otherwise is known to WeCom by their code here."""
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.corp_id}/{self.agent_id}"


class ChatAddress(models.Model):
    """By what name a chat tool knows somebody, where it is not their code here."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    tool = models.CharField(max_length=20)
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    address = models.CharField(max_length=64)

    class Meta:
        ordering = ["person__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "person"], name="integrations_one_chat_address_per_person"
            ),
            models.UniqueConstraint(
                fields=["tenant", "tool", "address"],
                name="integrations_one_person_per_chat_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} {self.address}"


SENDING_LABELS = {
    Sending.WAITING.value: _("Waiting to be sent"),
    Sending.FAILED.value: _("Failed, will be tried again"),
    Sending.TAKEN.value: _("Taken by the receiver"),
    Sending.DEAD.value: _("Given up after the last attempt"),
}


class Webhook(models.Model):
    """Another system that is told of what happens here; its secrets are sealed."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    """Of which kinds of events it is told."""
    secret = models.TextField()
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True)
    """Until when events are signed with the former secret as well."""
    is_on = models.BooleanField(default=True)
    read_seq = models.PositiveBigIntegerField()
    read_block = models.PositiveBigIntegerField()
    """Up to which fact and which block of the journal it has been told."""
    failing_since = models.DateTimeField(null=True)
    quiet_until = models.DateTimeField(null=True)
    """Until when nothing is sent, because the receiver did not take something."""
    was_switched_off = models.BooleanField(default=False)
    """Whether it is off because nothing was taken for days, and nobody has switched it on since."""
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def due(self, now: datetime) -> Self:
        """Return those that are sent by themselves and whose time has come."""
        return self.filter(state__in=sorted(each.value for each in OPEN), next_at__lte=now)


class WebhookDelivery(models.Model):
    """An event that a webhook is told of, and what came of the last attempt."""

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="+", db_index=False)
    stable_id = models.UUIDField()
    """The same at every attempt: by it a receiver knows what it has already."""
    kind = models.CharField(max_length=60)
    content = models.JSONField()
    happened_at = models.DateTimeField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SENDING_LABELS)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    """How long the last attempt took."""
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    """The beginning of what the receiver answered last."""
    fault_code = models.CharField(max_length=80, blank=True)
    fault = models.CharField(max_length=500, blank=True)
    fault_params = models.JSONField(default=dict)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "stable_id"], name="integrations_event_once_per_webhook"
            ),
            models.CheckConstraint(
                name="integrations_event_due_until_over",
                condition=models.Q(state__in=["waiting", "failed"], next_at__isnull=False)
                | models.Q(state__in=["taken", "dead"], next_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["webhook", "next_at"],
                name="integrations_events_due",
                condition=models.Q(next_at__isnull=False),
            ),
            models.Index(fields=["webhook", "-id"], name="integrations_events_of_hook"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.webhook_id}"
