"""Texts that were made, what was spent on them, and what went wrong with a service."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.ai.domain.made import Backend, Task, Trouble, Word

TASK_LABELS = {
    Task.SUMMARY.value: pgettext_lazy("a text", "Summary"),
    Task.KEYWORDS.value: pgettext_lazy("a text", "Keywords"),
    Task.DRAFT.value: pgettext_lazy("a text", "Draft"),
    Task.TRANSCRIPT.value: pgettext_lazy("a text", "Transcript"),
}
BACKEND_LABELS = {
    Backend.LOCAL.value: _("this product itself"),
    Backend.REMOTE.value: _("language service"),
}
WORD_LABELS = {
    Word.ADOPTED.value: pgettext_lazy("a text", "Adopted"),
    Word.ADJUSTED.value: pgettext_lazy("a text", "Adjusted"),
    Word.REFUSED.value: pgettext_lazy("a text", "Not used"),
}
TROUBLE_LABELS = {
    Trouble.ABSENT.value: _("the language service cannot be reached"),
    Trouble.SLOW.value: _("the language service did not answer in time"),
    Trouble.BUSY.value: _("the language service asks to be called less often"),
    Trouble.FAILING.value: _("the language service failed"),
    Trouble.REFUSED.value: _("the language service refused the request"),
    Trouble.UNREADABLE.value: _("the answer of the language service could not be read"),
    Trouble.CUT.value: _("the answer of the language service was cut off"),
    Trouble.RESTING.value: _("the language service is left alone for a while after it failed"),
    Trouble.SPENT.value: _("the budget of the day is spent"),
}


class AiText(models.Model):
    """A text made from other texts: a proposal that names what made it and from what."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    reader = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    task = models.CharField(max_length=12, choices=list(TASK_LABELS.items()))
    text = models.TextField(blank=True)
    parts = models.JSONField(default=list)
    sources = models.JSONField(default=list)
    backend = models.CharField(max_length=8, choices=list(BACKEND_LABELS.items()))
    model = models.CharField(max_length=120)
    prompt = models.CharField(max_length=40)
    trouble = models.CharField(max_length=12, blank=True, choices=list(TROUBLE_LABELS.items()))
    content_key = models.CharField(max_length=64)
    is_copy = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    word = models.CharField(max_length=10, blank=True, choices=list(WORD_LABELS.items()))
    adjusted = models.TextField(blank=True)
    said_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="ai_word_said_by_somebody",
                condition=models.Q(word="", said_by__isnull=True, said_at__isnull=True)
                | (~models.Q(word="") & models.Q(said_by__isnull=False, said_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="ai_forgotten_words_are_gone",
                condition=models.Q(forgotten_at__isnull=True)
                | models.Q(text="", adjusted="", content_key="", parts=[]),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "content_key"], name="ai_text_by_content"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.made_at:%Y-%m-%d}"

    @property
    def made_by(self) -> str:
        """Return what made the text: the backend, its model and the version of the prompt."""
        return f"{self.backend}/{self.model}/{self.prompt}"

    @property
    def kept(self) -> str:
        """Return the text as it stands: as it was adjusted, if it was."""
        return self.adjusted or self.text


class Spending(models.Model):
    """What a company has spent on a language service on one of its days."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    on = models.DateField()
    calls = models.PositiveIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "on"], name="ai_one_spending_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.calls}"


class Failure(models.Model):
    """That a language service was of no use once, and why; no word of what it was asked."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    task = models.CharField(max_length=12, choices=list(TASK_LABELS.items()))
    trouble = models.CharField(max_length=12, choices=list(TROUBLE_LABELS.items()))
    model = models.CharField(max_length=120)
    took_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.trouble
