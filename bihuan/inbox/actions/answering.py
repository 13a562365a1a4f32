"""Answering a proposal, and closing it: by the last answer, or when the deadline has passed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from bihuan.base import clock, journal
from bihuan.base.acting import on_behalf_of
from bihuan.inbox import decisions
from bihuan.inbox.access import NotAsked, has_left, may_answer_for
from bihuan.inbox.actions.notices import companies, notify
from bihuan.inbox.actions.proposing import locked, news_of
from bihuan.inbox.domain.answer import Choice, check_answer, fit_reason
from bihuan.inbox.domain.proposal import SAYS, State, outcome
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.inbox.models import Addressee, Answer, Proposal
from bihuan.kernel.errors import Conflict, DomainError, Invalid, ProblemsFound, gettext_noop
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant

ANSWERED = "inbox.proposal_answered"
DECIDED = "inbox.proposal_decided"
LARGEST = Decimal(10) ** 16

logger = logging.getLogger(__name__)


class AlreadyAnswered(Conflict):
    code = "inbox.already_answered"
    says = gettext_noop("You have answered this proposal already; an answer stands.")


class DeadlinePassed(Conflict):
    code = "inbox.deadline_passed"
    says = gettext_noop("The deadline has passed: this proposal takes no more answers.")


class KeyUnknown(Invalid):
    code = "inbox.key_unknown"
    says = gettext_noop("There is nothing to change under “%(key)s”.")


class ValueUnfit(Invalid):
    code = "inbox.value_unfit"
    says = gettext_noop("What is to stand under “%(key)s” is no number that can be kept.")


@transaction.atomic
def answer(  # noqa: PLR0913  # what is said, by whom and for whom
    *,
    proposal: Proposal,
    choice: Choice,
    reason: str = "",
    amended: Mapping[str, Decimal] | None = None,
    in_place_of: int | None = None,
    by: Person,
    at: datetime | None = None,
) -> Answer:
    """Say yes, yes with other values, or no to a proposal; the last answer decides it.

    ``amended`` holds the values that are to be others, by the key of their line;
    ``in_place_of`` is the id of the addressee whom ``by`` stands in for.
    """
    now = at or clock.now()
    addressee = _addressee(proposal, by, now, in_place_of)
    given = Said(choice, reason, amended or {})
    with nullcontext() if in_place_of is None else on_behalf_of(addressee.person_id):
        return _answer(addressee, given, by=by, now=now)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to a proposal, as it was typed."""

    choice: Choice
    reason: str
    amended: Mapping[str, Decimal]


def _answer(addressee: Addressee, given: Said, *, by: Person, now: datetime) -> Answer:
    proposal = addressee.proposal
    proposal = addressee.proposal = locked(proposal)
    if proposal.deadline_at <= now:
        raise DeadlinePassed()
    if Answer.objects.filter(addressee=addressee).exists():
        raise AlreadyAnswered()
    changes = _changes(addressee, given.amended)
    check_answer(choice=given.choice, reason=given.reason, has_changes=bool(changes))
    if problems := decisions.kind_of(proposal).check(addressee, changes) if changes else ():
        raise ProblemsFound(problems)
    said = Answer.objects.create(
        addressee=addressee,
        choice=given.choice.value,
        amended={key: str(value) for key, value in changes.items()} if changes else None,
        reason=fit_reason(given.reason),
        deputy=None if addressee.person_id == by.pk else by,
        answered_at=now,
    )
    journal.record(by, "proposal.answered", proposal, choice=given.choice.value)
    if said.deputy is not None:
        _tell_lender(said, by)
    if not _is_waited_for(proposal, clock.business_day(now, proposal.tenant.time_zone)):
        _close(proposal, now, by)
    return said


def _addressee(proposal: Proposal, by: Person, now: datetime, in_place_of: int | None) -> Addressee:
    """Return for whom a person answers: themselves, or another; who has left answers nothing."""
    whom = by.pk if in_place_of is None else in_place_of
    if whom != by.pk and not may_answer_for(proposal, whom, by):
        raise NotAsked()
    asked = Addressee.objects.filter(proposal=proposal, person=whom)
    addressee = asked.select_related("person", "unit", "proposal").first()
    today = clock.business_day(now, by.tenant.time_zone)
    if addressee is None or has_left(by, today) or has_left(addressee.person, today):
        raise NotAsked()
    return addressee


def _changes(addressee: Addressee, amended: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return the values that differ from the proposed ones, by line."""
    if not amended:
        return {}
    parts = decisions.kind_of(addressee.proposal).parts(addressee.proposal, [addressee])
    proposed = {line.key: line.after for line in parts.get(addressee.pk, ()) if line.key}
    for key in amended:
        if key not in proposed:
            raise KeyUnknown(key=key)
    for key, value in amended.items():
        if not value.is_finite() or abs(value) >= LARGEST:
            raise ValueUnfit(key=key)
    return {key: value for key, value in amended.items() if value != proposed[key]}


def _still_here(today: date) -> Q:
    return Q(person__ended_on__isnull=True) | Q(person__ended_on__gt=today)


def _is_waited_for(proposal: Proposal, today: date) -> bool:
    """Return whether somebody who can still answer has not."""
    open_ = Addressee.objects.filter(_still_here(today), proposal=proposal, answer__isnull=True)
    return open_.exists()


def close_overdue(now: datetime, *, tenant_id: int | None = None) -> int:
    """Close every proposal nobody can answer any more; returns how many were closed.

    Of one company, or of all. The deadline has passed, or everybody who has not
    answered has left. Run as often as one likes, and at once. One that its package
    refuses to decide stays open and keeps no other from being closed; the refusal
    is raised in the end.
    """
    closed, refused = 0, []
    for tenant in companies(tenant_id):
        for pk in _overdue(tenant, now):
            try:
                closed += _close_one(pk, now)
            except DomainError as error:
                logger.warning("proposal %s could not be decided: %s", pk, error.code)
                refused.append(error)
    if refused:
        raise refused[0]
    return closed


def _overdue(tenant: Tenant, now: datetime) -> list[int]:
    today = clock.business_day(now, tenant.time_zone)
    waited_for = Addressee.objects.filter(
        _still_here(today), proposal=OuterRef("pk"), answer__isnull=True
    )
    over = Proposal.objects.open().filter(Q(deadline_at__lte=now) | ~Exists(waited_for))
    return list(over.filter(tenant=tenant).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _close_one(pk: int, now: datetime) -> bool:
    """Close a proposal unless somebody else is at it or has been."""
    free = Proposal.objects.select_for_update(of=["self"], skip_locked=True).open()
    proposal = free.select_related("tenant", "made_by").filter(pk=pk).first()
    if proposal is None:
        return False
    _close(proposal, now, robot_of(proposal.tenant))
    return True


def _close(proposal: Proposal, now: datetime, by: Person) -> None:
    """Record who did not answer, and have the package that proposed do what the answers mean."""
    today = clock.business_day(now, proposal.tenant.time_zone)
    silent = Addressee.objects.filter(proposal=proposal, answer__isnull=True)
    Answer.objects.bulk_create(
        Answer(
            addressee=each,
            choice=(Choice.GONE if has_left(each.person, today) else Choice.NONE).value,
            answered_at=now,
        )
        for each in silent.select_related("person")
    )
    answers = list(
        Answer.objects.filter(addressee__proposal=proposal).select_related(
            "addressee__person", "addressee__unit"
        )
    )
    proposal.state = outcome(Choice(each.choice) for each in answers).value
    proposal.closed_at, proposal.closed_by = now, by
    proposal.save(update_fields=["state", "closed_at", "closed_by"])
    result = decisions.kind_of(proposal).decided(proposal, answers, by)
    if result is not None:
        proposal.result, proposal.result_link = result.sentence.as_data(), result.link
        proposal.save(update_fields=["result", "result_link"])
    journal.record(by, "proposal.decided", proposal, kind=proposal.kind, state=proposal.state)
    _tell(proposal, answers, by)


def _tell_lender(said: Answer, by: Person) -> None:
    """Tell whom a proposal asks that somebody answered it in their place."""
    says = gettext_noop("%(who)s answered “%(title)s” in your place.")
    draft = news_of(said.addressee.proposal, ANSWERED, says, who=plain(by.name))
    notify(draft=draft, people=[said.addressee.person_id], by=by)


def _tell(proposal: Proposal, answers: list[Answer], by: Person) -> None:
    """Tell the proposer and everybody who was asked how it ended."""
    people = {proposal.made_by_id, *(each.addressee.person_id for each in answers)} - {by.pk}
    says = gettext_noop("Decided: “%(title)s”. %(outcome)s.")
    draft = news_of(proposal, DECIDED, says, outcome=Sentence(SAYS[State(proposal.state)]))
    notify(draft=draft, people=people, by=by)
