"""Tasks, notices and proposals as the channels know them: what is settled, what a button does."""

from __future__ import annotations

from collections.abc import Collection

from bihuan.inbox.access import proposal_seen, task_seen
from bihuan.inbox.actions.answering import answer
from bihuan.inbox.actions.assigning import DONE
from bihuan.inbox.actions.proposing import ACCEPT
from bihuan.inbox.actions.working import finish
from bihuan.inbox.channels import Thing, thing_of
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.domain.letter import NOTICE, PROPOSAL, TASK
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.domain.task import Outcome
from bihuan.inbox.models import Delivery, Notice, Proposal, Task
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.access import scope_of
from bihuan.org.models import Person


class ButtonUnknown(Invalid):
    code = "inbox.button_unknown"
    says = gettext_noop("There is no such button on this message.")


def press(*, delivery: Delivery, code: str, by: Person) -> Sentence:
    """Do what a button of a message means, for the person to whom it was brought."""
    assert delivery.person_id == by.pk, "nobody presses in the name of somebody else"
    thing = thing_of(delivery.what)
    known = {each.code for each in delivery.letter.buttons if not each.opens}
    if thing is None or thing.press is None or code not in known:
        raise ButtonUnknown()
    return thing.press(delivery.what_id, code, by)


def _notices_settled(ids: Collection[int]) -> set[int]:
    calling = Notice.objects.filter(pk__in=ids).calling().unread()
    return set(ids) - set(calling.values_list("pk", flat=True))


def _proposals_settled(ids: Collection[int]) -> set[int]:
    still_open = Proposal.objects.filter(pk__in=ids).open()
    return set(ids) - set(still_open.values_list("pk", flat=True))


def _accept(proposal_id: int, code: str, by: Person) -> Sentence:
    if code != ACCEPT:
        raise ButtonUnknown()
    answer(proposal=proposal_seen(proposal_id, scope_of(by)), choice=Choice.ACCEPT, by=by)
    return Sentence(gettext_noop("Kept: you accept this proposal."))


def _tasks_settled(ids: Collection[int]) -> set[int]:
    still_open = Task.objects.filter(pk__in=ids).open()
    return set(ids) - set(still_open.values_list("pk", flat=True))


def _finish(task_id: int, code: str, by: Person) -> Sentence:
    if code != DONE:
        raise ButtonUnknown()
    finish(task=task_seen(task_id, scope_of(by)), outcome=Outcome.DONE, by=by)
    return Sentence(gettext_noop("Done. You can take it up again within a day."))


NOTICES = Thing(what=NOTICE, settled=_notices_settled)
TASKS = Thing(what=TASK, settled=_tasks_settled, press=_finish)
PROPOSALS = Thing(what=PROPOSAL, settled=_proposals_settled, press=_accept)
