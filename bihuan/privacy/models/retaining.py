"""How long a company keeps what need not be kept for ever, where it has said so itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.privacy.domain.retention import Kept

KEPT_LABELS = {
    Kept.CONVERSATIONS.value: _("Words of conversations"),
    Kept.SOUNDS.value: _("Sound of conversations"),
    Kept.NOTICES.value: pgettext_lazy("kept for a time", "Notices that are read or done"),
    Kept.DELIVERIES.value: _("Messages sent by mail and chat"),
    Kept.AI_TEXTS.value: _("Texts made by language services"),
    Kept.UPLOADS.value: _("Files brought for imports"),
    Kept.SOURCE_ROWS.value: _("Rows of imports as they were read"),
    Kept.TASK_FILES.value: _("Files of tasks that are closed"),
    Kept.ACCESS.value: _("Access log of personal data"),
    Kept.SESSIONS.value: _("Sessions that are over"),
    Kept.ANSWERS.value: _("Answers kept for programs"),
}


class RetentionPeriod(models.Model):
    """That a company keeps a class for so many days, or for ever; without one, the usual holds."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    kept = models.CharField(max_length=16, choices=list(KEPT_LABELS.items()))
    days = models.PositiveIntegerField(null=True)
    set_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kept"], name="privacy_one_period_per_class")
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.kept}"
