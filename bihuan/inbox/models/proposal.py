"""What is proposed to whom, and what each of them said."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bihuan.base.append_only import AppendOnlyModel
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.domain.proposal import SAYS, State
from bihuan.inbox.domain.sentence import Sentence, read_sentence
from bihuan.org.domain.scope import Scope

STATE_LABELS = {state.value: _(SAYS[state]) for state in State}
CHOICE_LABELS = {
    Choice.ACCEPT.value: _("Accepts"),
    Choice.AMEND.value: _("Accepts with changes"),
    Choice.REFUSE.value: _("Refuses"),
    Choice.NONE.value: _("No answer by the deadline"),
    Choice.GONE.value: _("Left before answering"),
}


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, scope: Scope) -> Self:
        """Return what a person proposed, was asked, or may see the figures of who was asked."""
        ours = self.filter(tenant_id=scope.tenant_id)
        if scope.whole_tenant:
            return ours
        asked = Q(person_id__in=[scope.person_id, *scope.stands_for])
        for path in scope.all_paths:
            asked |= Q(unit__path__startswith=path)
        addressed = Addressee.objects.filter(asked, proposal=OuterRef("pk"))
        return ours.filter(Q(made_by_id=scope.person_id) | Exists(addressed))

    def open(self) -> Self:
        """Return what is not decided yet, also where the deadline has just passed."""
        return self.filter(state=State.OPEN.value)

    def asking(self, person_id: int, stands_for: Collection[int] = ()) -> Self:
        """Return what asks a person, or somebody in whose place they may answer."""
        return self.filter(Exists(Addressee.objects.asked(person_id, stands_for)))

    def awaiting(self, person_id: int, now: datetime, stands_for: Collection[int] = ()) -> Self:
        """Return what a person can still answer, also in the place of others, and has not."""
        unanswered = Addressee.objects.asked(person_id, stands_for).filter(answer__isnull=True)
        return self.open().filter(Exists(unanswered), deadline_at__gt=now)


class Proposal(models.Model):
    """A change that waits for the word of those it touches, until a deadline."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=100)
    says = models.TextField()
    params = models.JSONField(default=dict)
    words = models.JSONField(default=list)
    """Why it is proposed and by which reckoning, one sentence a line."""
    terms = models.JSONField(default=dict)
    """What it would change, as its kind understands it."""
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=State.OPEN.value)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    """Who answered last, who took it back, or the system at the deadline."""
    reason = models.CharField(max_length=500, blank=True)
    """Why it was taken back."""
    result = models.JSONField(null=True)
    """What came of it, as a sentence of its kind."""
    result_link = models.CharField(max_length=300, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "about"],
                condition=Q(state=State.OPEN.value),
                name="inbox_one_open_proposal_per_thing",
            ),
            models.CheckConstraint(
                name="inbox_proposal_state_known",
                condition=Q(state__in=[state.value for state in State]),
            ),
            models.CheckConstraint(
                name="inbox_proposal_open_until_closed",
                condition=Q(state=State.OPEN.value, closed_at__isnull=True, closed_by__isnull=True)
                | (
                    ~Q(state=State.OPEN.value) & Q(closed_at__isnull=False, closed_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="inbox_proposal_deadline_comes_later",
                condition=Q(deadline_at__gt=models.F("made_at")),
            ),
            models.CheckConstraint(
                name="inbox_proposal_result_on_a_page",
                condition=Q(result_link="")
                | (Q(result_link__startswith="/") & ~Q(result_link__startswith="//")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline_at"],
                name="inbox_proposals_open",
                condition=Q(state=State.OPEN.value),
            ),
            models.Index(fields=["tenant", "-made_at", "-id"], name="inbox_proposals_newest"),
            models.Index(fields=["made_by"], name="inbox_proposals_made_by"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"

    @property
    def title(self) -> Sentence:
        return read_sentence({"says": self.says, "params": self.params})

    @property
    def lines(self) -> list[Sentence]:
        """Return why it is proposed, line by line."""
        return [read_sentence(each) for each in self.words]

    @property
    def outcome(self) -> Sentence | None:
        """Return what came of it."""
        return None if self.result is None else read_sentence(self.result)

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN.value


class AddresseeQuerySet(models.QuerySet["Addressee"]):
    def asked(self, person_id: int, stands_for: Collection[int]) -> Self:
        """Return a person as one whom a proposal asks, and those in whose place they answer it.

        Who made a proposal answers it in nobody's place.
        """
        who = Q(person_id=person_id)
        if stands_for:
            who |= Q(person_id__in=stands_for) & ~Q(proposal__made_by_id=person_id)
        return self.filter(who, proposal=OuterRef("pk"))


class Addressee(models.Model):
    """Somebody a proposal asks, for a unit where it is a manager who answers for one."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="addressees")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")

    objects = AddresseeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "person"], name="inbox_asked_once_per_proposal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} → {self.person_id}"


class Answer(AppendOnlyModel):
    """What an addressee said, or that they said nothing; written once."""

    addressee = models.OneToOneField(Addressee, models.PROTECT, related_name="answer")
    choice = models.CharField(max_length=8)
    amended = models.JSONField(null=True)
    """The values an addressee would have instead, by line."""
    reason = models.CharField(max_length=500, blank=True)
    deputy = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    """Who said it in the addressee's place."""
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="inbox_answer_choice_known",
                condition=Q(choice__in=[choice.value for choice in Choice]),
            ),
            models.CheckConstraint(
                name="inbox_only_who_amends_says_how",
                condition=Q(choice=Choice.AMEND.value, amended__isnull=False)
                | (~Q(choice=Choice.AMEND.value) & Q(amended__isnull=True)),
            ),
            models.CheckConstraint(
                name="inbox_who_does_not_accept_says_why",
                condition=~Q(choice__in=[Choice.AMEND.value, Choice.REFUSE.value]) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.addressee_id} {self.choice}"

    @property
    def is_given(self) -> bool:
        """Return whether the addressee said it, and it is not only recorded of them."""
        return self.choice not in (Choice.NONE.value, Choice.GONE.value)
