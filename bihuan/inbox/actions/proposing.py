"""Proposing a change to those it touches, and taking a proposal back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse

from bihuan.base import clock, journal
from bihuan.base.jobs import later
from bihuan.inbox import decisions
from bihuan.inbox.access import has_left, require_may_withdraw
from bihuan.inbox.actions.delivering import deliver
from bihuan.inbox.actions.notices import notify
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.answer import check_reason, fit_reason
from bihuan.inbox.domain.letter import PROPOSAL, Button, Letter
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.proposal import ProposalDraft, State
from bihuan.inbox.domain.sentence import Sentence, params_as_data
from bihuan.inbox.models import STATE_LABELS, Addressee, Proposal
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.models import Person, Tenant, Unit

WITHDRAWN = "inbox.proposal_withdrawn"
ACCEPT = "accept"
"""The button by which a proposal is accepted as it is, from within a message."""
BUTTONS = (
    Button(ACCEPT, Sentence(gettext_noop("Accept"))),
    Button("amend", Sentence(gettext_noop("Adjust …")), opens="amend"),
    Button("refuse", Sentence(gettext_noop("Refuse …")), opens="refuse"),
)
"""Whoever adjusts or refuses says why, and so is taken to the page."""
A_MOMENT = timedelta(seconds=5)
"""The clock of whoever closes it may be a little behind."""


class NobodyToAsk(Invalid):
    code = "inbox.nobody_to_ask"
    says = gettext_noop("There is nobody in the company whom this proposal could ask.")


class DeadlineTooSoon(Invalid):
    code = "inbox.deadline_too_soon"
    says = gettext_noop("The deadline is over before anybody can answer.")


class AlreadyProposed(Conflict):
    code = "inbox.already_proposed"
    says = gettext_noop("This is proposed already and waits for answers: withdraw that first.")


class ProposalClosed(Conflict):
    code = "inbox.proposal_closed"
    says = gettext_noop("This proposal is closed: %(state)s.")


@transaction.atomic
def propose(*, draft: ProposalDraft, to: Mapping[Person, Unit | None], by: Person) -> Proposal:
    """Ask people about a change, each for a unit where they answer for one.

    The package that proposes has asked whether ``by`` may.
    """
    assert decisions.is_known(draft.kind), "some package must know what it means"
    now = clock.now()
    today = clock.business_day(now, by.tenant.time_zone)
    if draft.deadline_at <= now:
        raise DeadlineTooSoon()
    asked = {person: unit for person, unit in to.items() if not has_left(person, today)}
    if not asked:
        raise NobodyToAsk()
    companies = {each.tenant_id for each in asked}
    companies |= {unit.tenant_id for unit in asked.values() if unit is not None}
    assert companies == {by.tenant_id}, "nobody of another company is asked"
    proposal = _kept(draft, by)
    Addressee.objects.bulk_create(
        Addressee(proposal=proposal, person=person, unit=unit) for person, unit in asked.items()
    )
    later("inbox.close_proposals", at=draft.deadline_at + A_MOMENT, tenant=by.tenant_id)
    journal.record(
        by, "proposal.made", proposal, kind=draft.kind, about=str(draft.about), to=len(asked)
    )
    deliver(
        letter=_letter(proposal, draft, by.tenant),
        to={person.pk: proposal.pk for person in asked if person.pk != by.pk},
        tenant=by.tenant,
    )
    return proposal


def _letter(proposal: Proposal, draft: ProposalDraft, tenant: Tenant) -> Letter:
    until = clock.business_day(proposal.deadline_at, tenant.time_zone)
    return Letter(
        what=PROPOSAL,
        kind=proposal.kind,
        about=About("inbox.proposal", proposal.pk),
        title=draft.title,
        link=reverse("inbox:proposal", args=[proposal.pk]),
        lines=tuple(draft.words),
        asks=Sentence(gettext_noop("Accept, adjust or refuse")),
        due_on=until,
        buttons=BUTTONS,
    )


def _kept(draft: ProposalDraft, by: Person) -> Proposal:
    """Return the proposal as it is kept; of two about one thing at once, one is refused."""
    for sentence in (draft.title, *draft.words):
        sentence.said(str, "en")  # A parameter that is missing is found now.
    try:
        with transaction.atomic():
            return Proposal.objects.create(
                tenant=by.tenant,
                kind=draft.kind,
                about=str(draft.about),
                says=draft.title.says,
                params=params_as_data(draft.title),
                words=[each.as_data() for each in draft.words],
                terms=draft.terms,
                made_by=by,
                made_at=clock.now(),
                deadline_at=draft.deadline_at,
            )
    except IntegrityError as error:
        if "inbox_one_open_proposal_per_thing" not in str(error):
            raise
        raise AlreadyProposed() from error


def locked(proposal: Proposal) -> Proposal:
    """Return a proposal that is still open, held against everybody else; refuse a closed one."""
    held = Proposal.objects.select_for_update(of=["self"]).select_related("tenant", "made_by")
    found = held.get(pk=proposal.pk)
    if not found.is_open:
        raise ProposalClosed(state=STATE_LABELS[found.state])
    return found


@transaction.atomic
def withdraw(*, proposal: Proposal, reason: str, by: Person) -> Proposal:
    """Take a proposal back before it is decided; nothing of it is done."""
    require_may_withdraw(proposal, by)
    check_reason(reason)
    why = fit_reason(reason)
    proposal = locked(proposal)
    proposal.state, proposal.reason = State.WITHDRAWN.value, why
    proposal.closed_at, proposal.closed_by = clock.now(), by
    proposal.save(update_fields=["state", "reason", "closed_at", "closed_by"])
    journal.record(by, "proposal.withdrawn", proposal, kind=proposal.kind, about=proposal.about)
    asked = proposal.addressees.exclude(person=by).values_list("person_id", flat=True)
    told = gettext_noop("Withdrawn: “%(title)s”. You need not answer any more.")
    notify(draft=news_of(proposal, WITHDRAWN, told), people=list(asked), by=by)
    return proposal


def news_of(proposal: Proposal, kind: str, says: str, **more: Sentence) -> NoticeDraft:
    """Return the notice that something has happened to a proposal."""
    return NoticeDraft(
        kind=kind,
        about=About("inbox.proposal", proposal.pk),
        sentence=Sentence(says, {"title": proposal.title, **more}),
        link=reverse("inbox:proposal", args=[proposal.pk]),
    )
