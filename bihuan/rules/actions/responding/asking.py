"""Proposals that alerts become: something somebody is asked to say yes or no to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy

from bihuan.base import clock
from bihuan.inbox.actions import AlreadyProposed, propose
from bihuan.inbox.decisions import Kind, Parts, Result
from bihuan.inbox.domain.proposal import SAYS, ProposalDraft, State
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.inbox.models import Addressee, Answer, Proposal
from bihuan.kernel.errors import Problem, gettext_noop
from bihuan.org.models import Person
from bihuan.rules.actions.ending import about
from bihuan.rules.actions.responding.made import Made, Ready
from bihuan.rules.actions.working import acted
from bihuan.rules.domain.response import Response
from bihuan.rules.models import Alert
from bihuan.rules.queries.saying import evidence_sentences, link_of, title_params

PROPOSAL, FREEZE = "rules.proposal", "rules.freeze"
ASK = gettext_noop("%(rule)s: %(who)s, %(metric)s. Do you agree to act on it?")
BARE_ASK = gettext_noop("%(rule)s: %(who)s. Do you agree to act on it?")
ASK_TO_FREEZE = gettext_noop("Freeze what is still to be paid to %(who)s: %(rule)s, %(metric)s")
ASK_TO_FREEZE_FOR = gettext_noop("Freeze what is still to be paid for %(who)s: %(rule)s")
ANSWERED = gettext_noop("The alert was answered: %(how)s.")


def proposed(alert: Alert, response: Response, to: Person, robot: Person) -> Ready:
    """Get ready to ask somebody whether to act on an alert."""
    says = ASK if alert.about_metric else BARE_ASK
    return lambda: _asked(alert, response, to, robot, kind=PROPOSAL, says=says)


def asked_to_freeze(alert: Alert, response: Response, to: Person, robot: Person) -> Ready:
    """Get ready to ask somebody whether what is to be paid shall wait."""
    says = ASK_TO_FREEZE_FOR if alert.rule.subject.is_held else ASK_TO_FREEZE
    return lambda: _asked(alert, response, to, robot, kind=FREEZE, says=says)


def _asked(  # what a proposal needs, and of which kind it is
    alert: Alert, response: Response, to: Person, robot: Person, *, kind: str, says: str
) -> Made | None:
    title = plain(response.words) if response.words else Sentence(says, title_params(alert))
    draft = ProposalDraft(
        kind=kind,
        about=about(alert),
        title=title,
        terms={"alert": alert.pk},
        deadline_at=clock.now() + timedelta(days=response.due_days),
        words=evidence_sentences(alert),
    )
    try:
        made = propose(draft=draft, to={to: None}, by=robot)
    except AlreadyProposed:
        return None
    return Made(became=f"inbox.proposal:{made.pk}", link=reverse("inbox:proposal", args=[made.pk]))


def _parts(proposal: Proposal, addressees: Sequence[Addressee]) -> Parts:
    return {}


def _check(addressee: Addressee, amended: Mapping[str, Decimal]) -> Sequence[Problem]:
    return ()


def _decided(proposal: Proposal, answers: Sequence[Answer], by: Person) -> Result | None:
    """Note with the alert what was answered."""
    alert = Alert.objects.select_related("tenant").get(pk=proposal.terms["alert"])
    given = [each for each in answers if each.is_given]
    for each in given:
        acted(alert, by=each.addressee.person, deed="answered")
    how = Sentence(SAYS[State(proposal.state)])
    return Result(sentence=Sentence(ANSWERED, {"how": how}), link=link_of(alert))


KINDS = (
    Kind(
        code=PROPOSAL,
        name=gettext_lazy("Act on an alert"),
        parts=_parts,
        check=_check,
        decided=_decided,
    ),
    Kind(
        code=FREEZE,
        name=gettext_lazy("Request to freeze"),
        parts=_parts,
        check=_check,
        decided=_decided,
    ),
)
