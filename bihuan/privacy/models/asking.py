"""What is asked for with personal data, who decided, and what the law forbids to erase."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.org.models import Person, Tenant
from bihuan.privacy.domain.petition import OPEN, Asked, State
from bihuan.privacy.domain.sight import UNLOOKED, Unseen

ASKED_LABELS = {
    Asked.ERASURE.value: _("Erase somebody"),
    Asked.CONTACTS.value: _("Take many contacts away"),
    Asked.COPY.value: _("Copy of somebody's data"),
}
STATE_LABELS = {
    State.ASKED.value: pgettext_lazy("a request", "Waits for a decision"),
    State.AGREED.value: pgettext_lazy("a request", "Agreed, being done"),
    State.DONE.value: pgettext_lazy("a request", "Done"),
    State.DECLINED.value: pgettext_lazy("a request", "Declined"),
    State.WITHDRAWN.value: pgettext_lazy("a request", "Withdrawn"),
}


PART_LABELS = {
    "vault": _("Vault"),
    "files": _("Files"),
    "unlooked": _("Files to be looked into by hand"),
    "unlooked_gone": _("Files only they brought, destroyed unread"),
    "people": _("Colleague and login"),
    "journal": _("Journal"),
    "jobs": _("Background jobs"),
    "ai": _("Language services"),
    "imports": _("Imports"),
    "playbooks": _("Playbooks"),
    "deliveries": _("Deliveries"),
    "notices": _("Notices"),
    "proposals": _("Proposals"),
    "tasks": _("Tasks"),
    "customers": _("Customers"),
    "conversations": _("Conversations"),
    "metrics": _("Metrics"),
    "goals": _("Targets"),
    "alerts": _("Alerts"),
    "reports": _("Reports"),
    "tokens": _("API tokens"),
    "organisation": _("Organisation"),
    "petitions": _("Privacy requests"),
    "access": _("Access log"),
    "facts": _("Facts"),
    "rows": _("Rows"),
    "their_files": _("Files they brought"),
    "companies": _("Company"),
}


UNSEEN_LABELS = {
    Unseen.LOCKED.value: _("Locked with a password"),
    Unseen.DAMAGED.value: _("Damaged"),
    Unseen.TOO_LARGE.value: _("Unpacks to more than can be looked through"),
    Unseen.GLYPHS.value: _("A PDF whose letters cannot be read as text"),
    Unseen.UNREADABLE.value: _("Of a kind that cannot be opened"),
}


class PetitionQuerySet(models.QuerySet["Petition"]):
    def of(self, tenant: Tenant) -> Self:
        return self.filter(tenant=tenant).select_related(
            "asked_by", "decided_by", "subject", "subject__person"
        )

    def agreed_contacts(self, person: Person) -> Self:
        """Return the leaves of a person to take many contacts away that are not used yet."""
        return self.filter(asked_by=person, kind=Asked.CONTACTS.value, state=State.AGREED.value)

    def open(self) -> Self:
        """Return those that still wait for something."""
        return self.filter(state__in=[state.value for state in OPEN])


class Petition(models.Model):
    """That somebody asks for an erasure or a bulk export, and what became of it."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=list(ASKED_LABELS.items()))
    subject = models.ForeignKey("privacy.Subject", models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=10, choices=list(STATE_LABELS.items()), default=State.ASKED.value
    )
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    decided_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True)
    result = models.JSONField(default=dict)
    """What was done, counted; of nobody's data anything. And which files nobody could look into."""

    objects = PetitionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="privacy_decided_by_another",
                condition=models.Q(decided_by__isnull=True)
                | models.Q(state=State.WITHDRAWN.value)
                | ~models.Q(decided_by=models.F("asked_by")),
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(kind=Asked.ERASURE.value, state__in=["asked", "agreed"]),
                name="privacy_one_open_erasure_per_subject",
            ),
            models.UniqueConstraint(
                fields=["subject", "asked_by"],
                condition=models.Q(kind=Asked.COPY.value, state__in=["asked", "agreed"]),
                name="privacy_one_open_copy_per_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"

    @property
    def counts(self) -> dict[str, int]:
        """Return how much of which part of the product was touched."""
        return {part: n for part, n in self.result.items() if isinstance(n, int)}

    @property
    def unlooked(self) -> list[dict[str, str]]:
        """Return the files that stay and that nobody could look into."""
        left: list[dict[str, str]] = self.result.get(UNLOOKED, [])
        return left


class Hold(models.Model):
    """That the law, or a dispute, forbids to erase somebody: they are kept, and no longer used."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    subject = models.ForeignKey("privacy.Subject", models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=500)
    until = models.DateField(null=True)
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    since = models.DateTimeField()
    lifted_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.since:%Y-%m-%d}"
