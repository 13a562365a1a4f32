"""Who looked at personal data and why, and what people agreed to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.base.append_only import AppendOnlyModel
from bihuan.privacy.domain.consent import Channel, Use
from bihuan.privacy.domain.reading import Purpose, Reading

READING_LABELS = {
    Reading.UNMASKED.value: _("Values shown in full"),
    Reading.EXPORTED.value: _("Taken away as a file"),
    Reading.PREVIEWED.value: _("Looked through before an erasure"),
    Reading.HANDED_OUT.value: _("Handed out to whom it is about"),
}
PURPOSE_LABELS = {
    Purpose.CALL.value: _("To contact them"),
    Purpose.CONTRACT.value: _("For a contract or an order"),
    Purpose.SERVICE.value: _("For a complaint or a service"),
    Purpose.CORRECTION.value: _("To correct what is kept"),
    Purpose.RIGHTS.value: _("Because they asked for it"),
    Purpose.AUDIT.value: _("For an audit"),
    Purpose.OTHER.value: _("For another reason"),
}
USE_LABELS = {
    Use.CONTACTING.value: _("Being contacted"),
    Use.SENSITIVE.value: _("Keeping sensitive data"),
    Use.SHARING.value: _("Passing data on to others"),
    Use.CROSS_BORDER.value: _("Sending data abroad"),
    Use.RECORDING.value: _("Recording and transcribing conversations"),
}
CHANNEL_LABELS = {
    Channel.PAPER.value: _("On paper"),
    Channel.MAIL.value: _("By mail"),
    Channel.CHAT.value: _("By chat"),
    Channel.PHONE.value: _("By phone"),
    Channel.PAGE.value: pgettext_lazy("a consent", "On this page"),
}


class SensitiveRead(AppendOnlyModel):
    """That somebody was shown personal data which is not shown to them by itself."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+", db_index=False)
    subject = models.ForeignKey("privacy.Subject", models.PROTECT, null=True, related_name="+")
    reading = models.CharField(max_length=12, choices=list(READING_LABELS.items()))
    fields = models.CharField(max_length=200, blank=True)
    count = models.PositiveIntegerField(default=1)
    """How many people it was about; without a subject, of many at once."""
    purpose = models.CharField(max_length=12, choices=list(PURPOSE_LABELS.items()))
    note = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["tenant", "-id"], name="privacy_reads_newest"),
            models.Index(fields=["by", "-at"], name="privacy_reads_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} {self.reading} {self.subject_id}"


class Consent(models.Model):
    """What somebody agreed to, in which words, when and how; and that they no longer do."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    subject = models.ForeignKey("privacy.Subject", models.PROTECT, related_name="consents")
    use = models.CharField(max_length=12, choices=list(USE_LABELS.items()))
    text_version = models.CharField(max_length=60)
    channel = models.CharField(max_length=8, choices=list(CHANNEL_LABELS.items()))
    given_at = models.DateTimeField()
    noted_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_noted_by = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "use"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="privacy_one_standing_consent_per_use",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.use}"
