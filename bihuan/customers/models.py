"""What is known of customers beside the ledger: which accounts are not the same, what was said."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import pgettext_lazy

from bihuan.customers.domain.conversation import Channel
from bihuan.facts.models import Fact, Member
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant

CHANNEL_LABELS = {
    Channel.CALL.value: pgettext_lazy("a conversation", "Call"),
    Channel.VISIT.value: pgettext_lazy("a conversation", "Visit"),
    Channel.MESSAGE.value: pgettext_lazy("a conversation", "Message"),
    Channel.MAIL.value: pgettext_lazy("a conversation", "Mail"),
}


class DistinctionQuerySet(models.QuerySet["Distinction"]):
    def standing(self, tenant: Tenant) -> Self:
        """Return the distinctions of a tenant that nobody has withdrawn."""
        return self.filter(tenant=tenant, withdrawn_at__isnull=True)


class Distinction(models.Model):
    """That two accounts look alike and are two customers, as somebody said who knows them."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    one = models.ForeignKey("facts.Member", models.PROTECT, related_name="+")
    other = models.ForeignKey("facts.Member", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = DistinctionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="customers_older_account_first",
                condition=models.Q(one__lt=models.F("other")),
            ),
            models.UniqueConstraint(
                fields=["tenant", "one", "other"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="customers_one_distinction_per_pair",
            ),
            models.CheckConstraint(
                name="customers_withdrawn_by_somebody",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, scope: Scope) -> Self:
        """Return the conversations whose fact a person may see and that nobody took back."""
        facts = Fact.objects.visible_to(scope).live()
        return self.filter(
            models.Exists(facts.filter(pk=models.OuterRef("fact"))), tenant_id=scope.tenant_id
        )

    def held_by(self, person: Person) -> Self:
        """Return the conversations of a person that count and still have their words."""
        facts = Fact.objects.filter(pk=models.OuterRef("fact")).live()
        return self.filter(models.Exists(facts), person=person, erased_at__isnull=True)


class Conversation(models.Model):
    """What was said with a customer: words beside the fact that they were, which can be erased."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    fact = models.OneToOneField("facts.Fact", models.PROTECT, related_name="+")
    account = models.ForeignKey("facts.Member", models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+", db_index=False)
    happened_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=list(CHANNEL_LABELS.items()))
    text = models.TextField(blank=True)
    recorded_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    erased_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    erased_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="customers_erased_words_are_gone",
                condition=models.Q(erased_at__isnull=True, erased_by__isnull=True)
                & ~models.Q(text="")
                | models.Q(erased_at__isnull=False, erased_by__isnull=False, text=""),
            )
        ]
        indexes = [
            models.Index(fields=["person", "-happened_at"], name="customers_talk_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.happened_at:%Y-%m-%d}"

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    @property
    def about(self) -> str:
        """Return how texts that are made of it name it."""
        return f"customers.conversation:{self.pk}"


class ContactQuerySet(models.QuerySet["Contact"]):
    def of_accounts(self, accounts: models.QuerySet[Member]) -> Self:
        """Return the contacts at these accounts who were not erased."""
        return self.filter(account__in=accounts.values("pk"), subject__erased_at__isnull=True)

    def there(self) -> Self:
        """Return the contacts who are still at their customer."""
        return self.filter(ended_at__isnull=True)


class Contact(models.Model):
    """Somebody at a customer. Who they are and how they are reached lies in the vault."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    account = models.ForeignKey("facts.Member", models.PROTECT, related_name="+")
    subject = models.OneToOneField("privacy.Subject", models.PROTECT, related_name="+")
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    created_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "-id"], name="customers_contacts_newest")]

    def __str__(self) -> str:
        return str(self.subject_id)


class RecordingQuerySet(models.QuerySet["Recording"]):
    def heard_by(self, person: Person, scope: Scope) -> Self:
        """Return one's own recordings, and those of conversations that one may read."""
        said = Conversation.objects.visible_to(scope).filter(pk=models.OuterRef("conversation"))
        mine = models.Q(by=person)
        return self.filter(mine | models.Exists(said), tenant_id=person.tenant_id)

    def waiting(self, person: Person) -> Self:
        """Return the recordings of a person whose words are not written down yet."""
        return self.filter(by=person, conversation__isnull=True, erased_at__isnull=True)


class Recording(models.Model):
    """The sound of a conversation, which can be erased; its words become the conversation."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    account = models.ForeignKey("facts.Member", models.PROTECT, related_name="+")
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=list(CHANNEL_LABELS.items()))
    form = models.CharField(max_length=5)
    """How the sound is kept: mp3, m4a and so on."""
    size = models.PositiveIntegerField()
    kept_at = models.DateTimeField()
    conversation = models.OneToOneField(
        Conversation, models.PROTECT, null=True, related_name="recording"
    )
    erased_at = models.DateTimeField(null=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.channel} {self.happened_at:%Y-%m-%d}"

    @property
    def about(self) -> str:
        """Return how its transcript names it."""
        return f"customers.recording:{self.pk}"


class Sound(models.Model):
    """The bytes of a recording, apart from it: they are read where they are heard, and go first."""

    recording = models.OneToOneField(Recording, models.PROTECT, related_name="sound")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.recording_id)
