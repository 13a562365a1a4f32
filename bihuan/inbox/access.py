"""Who may see and answer what lies in an inbox.

A notice is seen by whom it is for. A proposal is seen by who made it, by whom it
asks, and by whoever may see the figures of a unit it asks somebody for. Of the
addressees and their answers, each sees their own, those of whom they stand in for and
those of units covered;
the proposer and who sees the whole company see all. So addressees who are peers
judge for themselves.

A task is seen by its owner, by who made it, by whom it is copied to, and by who
manages the unit its owner sat in when they got it. Only its owner does it, or who
stands in for them; it is handed over by its owner and by who manages that unit, and
given by oneself, or by who leads somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from bihuan.inbox.models import Addressee, Answer, Delivery, Notice, Proposal, Task, TaskFile
from bihuan.kernel.errors import Forbidden, Missing, gettext_noop
from bihuan.org.access import openings, people_visible_to, roles_of, scope_of
from bihuan.org.domain.field_map import Field, FieldMap, Place, Standing
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Person, PersonQuerySet, Tenant
from bihuan.org.queries import home_of, managers_of


class NoticeMissing(Missing):
    code = "inbox.notice_missing"
    says = gettext_noop("There is no such notice.")


class ProposalMissing(Missing):
    code = "inbox.proposal_missing"
    says = gettext_noop("There is no such proposal.")


class DeliveryMissing(Missing):
    code = "inbox.delivery_missing"
    says = gettext_noop("There is no such delivery.")


class NotAsked(Forbidden):
    code = "inbox.not_asked"
    says = gettext_noop("This proposal does not ask you.")


class NotYoursToWithdraw(Forbidden):
    code = "inbox.not_yours_to_withdraw"
    says = gettext_noop("Only who made a proposal, or an administrator, withdraws it.")


class TaskMissing(Missing):
    code = "inbox.task_missing"
    says = gettext_noop("There is no such task.")


class FileMissing(Missing):
    code = "inbox.file_missing"
    says = gettext_noop("There is no such file.")


class NotYourTask(Forbidden):
    code = "inbox.not_your_task"
    says = gettext_noop("This task is not yours to do. Its owner can, or hands it over.")


class OnlyToRead(Forbidden):
    code = "inbox.only_to_read"
    says = gettext_noop("This task was shared with you to read. Others add to it.")


class NotYoursToHandOver(Forbidden):
    code = "inbox.not_yours_to_hand_over"
    says = gettext_noop("A task is handed over by its owner, or by who leads the owner.")


class NotYoursToGive(Forbidden):
    code = "inbox.not_yours_to_give"
    says = gettext_noop("You make tasks for yourself and for people you lead.")


class NotYoursToCallOff(Forbidden):
    code = "inbox.not_yours_to_call_off"
    says = gettext_noop("A task is called off by who made it.")


def notice_seen(notice_id: int, person: Person) -> Notice:
    """Return a person's own notice; somebody else's looks like one that is not there."""
    notice = Notice.objects.visible_to(person).filter(pk=notice_id).first()
    if notice is None:
        raise NoticeMissing()
    return notice


def delivery_brought(delivery_id: int, person: Person) -> Delivery:
    """Return what was brought to a person; what was brought to others is not there."""
    found = Delivery.objects.of_person(person).filter(pk=delivery_id).first()
    if found is None:
        raise DeliveryMissing()
    return found


def delivery_seen(delivery_id: int, person: Person) -> Delivery:
    """Return a delivery of one's company; who may look at it, the door has asked."""
    found = Delivery.objects.filter(tenant_id=person.tenant_id, pk=delivery_id).first()
    if found is None:
        raise DeliveryMissing()
    return found


def proposal_seen(proposal_id: int, scope: Scope) -> Proposal:
    """Return a proposal the scope covers; a hidden one looks like one that is not there."""
    seen = Proposal.objects.visible_to(scope).select_related("made_by", "closed_by", "tenant")
    proposal = seen.filter(pk=proposal_id).first()
    if proposal is None:
        raise ProposalMissing()
    return proposal


def addressees_visible_to(scope: Scope, proposal: Proposal) -> QuerySet[Addressee]:
    """Return whom a proposal asks, as far as a person may see them."""
    asked = Addressee.objects.filter(proposal=proposal)
    if scope.whole_tenant or proposal.made_by_id == scope.person_id:
        return asked
    seen = Q(person_id__in=[scope.person_id, *scope.stands_for])
    for path in scope.all_paths:
        seen |= Q(unit__path__startswith=path)
    return asked.filter(seen)


def may_answer_for(proposal: Proposal, addressee_id: int, person: Person) -> bool:
    """Return whether a person answers in the place of another whom a proposal asks.

    Who made the proposal does not: they would answer themselves.
    """
    stands_in = addressee_id in openings(person).stands_for
    return stands_in and proposal.made_by_id != person.pk


def has_left(person: Person, today: date) -> bool:
    """Return whether somebody has left the company by a day: nobody waits for them."""
    return person.ended_on is not None and person.ended_on <= today


def may_withdraw(proposal: Proposal, person: Person) -> bool:
    """Return whether a person may take a proposal back."""
    if person.tenant_id != proposal.tenant_id:
        return False
    own = proposal.made_by_id == person.pk
    return own or person.is_robot or Role.ADMIN in roles_of(person)


def require_may_withdraw(proposal: Proposal, person: Person) -> None:
    """Refuse unless a person made the proposal or administers the company."""
    if not may_withdraw(proposal, person):
        raise NotYoursToWithdraw()


def task_seen(task_id: int, scope: Scope) -> Task:
    """Return a task the scope covers; a hidden one looks like one that is not there."""
    seen = Task.objects.visible_to(scope).select_related("tenant", "owner", "made_by", "unit")
    task = seen.filter(pk=task_id).first()
    if task is None:
        raise TaskMissing()
    return task


def file_seen(task_id: int, file_id: int, scope: Scope) -> TaskFile:
    """Return a file of a task the scope covers, as long as it is where it was kept."""
    seen = TaskFile.objects.filter(task__in=Task.objects.visible_to(scope), task_id=task_id)
    file = seen.filter(pk=file_id).first()
    if file is None or not file.path.is_file():
        raise FileMissing()
    return file


def leads(scope: Scope, task: Task) -> bool:
    """Return whether a person manages the unit in which a task's owner got it."""
    return task.unit is not None and scope.covers_as_manager(task.unit.path)


WORDS = Field(
    full=(Standing.OWN, Standing.LEADS),
    mask=(Standing.SHARED, Standing.SERVES, Standing.OVERSEES, Standing.ADMINISTERS),
)
TASK_FIELDS = FieldMap(kind="inbox.task", fields={"words": WORDS})
"""Whose a task is, who made it and who leads them read what people wrote in it."""
PROPOSAL_FIELDS = FieldMap(kind="inbox.proposal", fields={"words": WORDS})
"""So do who made a proposal and whom it asks; of an answer, who gave it and who leads them."""


def proposal_words_to(
    proposal: Proposal, asked: Iterable[Addressee], scope: Scope
) -> Callable[[str], str]:
    """Return how somebody is shown the words of a proposal, of whose addressees they see these."""
    near = {scope.person_id, *scope.stands_for}
    own = any(each.person_id in near for each in asked)
    place = Place(people=(proposal.made_by_id, scope.person_id if own else None))
    return lambda text: PROPOSAL_FIELDS.shown("words", text, scope, place)


def answer_words(answer: Answer, scope: Scope) -> str:
    """Return the reason of an answer as somebody is shown it who sees the answer."""
    given = answer.addressee
    own = scope.person_id if given.person_id in scope.stands_for else None
    place = Place(
        people=(given.person_id, answer.deputy_id, given.proposal.made_by_id, own),
        unit_path=given.unit.path if given.unit else "",
    )
    return PROPOSAL_FIELDS.shown("words", answer.reason, scope, place)


def words_to(task: Task, scope: Scope) -> Callable[[str], str]:
    """Return how somebody is shown the words of a task that they see."""
    own = scope.person_id if task.owner_id in scope.stands_for else None
    place = Place(
        people=(task.owner_id, task.made_by_id, own), unit_path=task.unit.path if task.unit else ""
    )

    def read(text: str) -> str:
        return TASK_FIELDS.shown("words", text, scope, place)

    return read


def is_theirs(task: Task, person: Person) -> bool:
    """Return whether a task is a person's own to do, or of whom they stand in for."""
    return task.owner_id == person.pk or task.owner_id in openings(person).stands_for


def require_own(task: Task, person: Person) -> None:
    """Refuse unless a task is the person's own to do."""
    if not is_theirs(task, person):
        raise NotYourTask()


def require_adds(task: Task, person: Person) -> None:
    """Refuse who sees a task only because somebody shares it."""
    held = Task.objects.visible_to(scope_of(person)).filter(pk=task.pk)
    if not person.is_robot and not held.exists():
        raise OnlyToRead()


def may_hand_over(task: Task, person: Person, scope: Scope) -> bool:
    """Return whether a person may give a task to somebody else."""
    if task.tenant_id != person.tenant_id:
        return False
    return is_theirs(task, person) or leads(scope, task) or Role.ADMIN in roles_of(person)


def require_may_hand_over(task: Task, person: Person, scope: Scope) -> None:
    if not may_hand_over(task, person, scope):
        raise NotYoursToHandOver()


def may_call_off(task: Task, person: Person) -> bool:
    """Return whether a person may say that a task is no longer wanted."""
    return task.tenant_id == person.tenant_id and task.made_by_id == person.pk


def require_may_call_off(task: Task, person: Person) -> None:
    if not may_call_off(task, person):
        raise NotYoursToCallOff()


def people_given_to(person: Person, today: date) -> PersonQuerySet:
    """Return those for whom a person may make a task: themselves and whom they lead today."""
    here = Person.objects.filter(tenant_id=person.tenant_id, is_robot=False).active_on(today)
    if Role.ADMIN in roles_of(person, today):
        return here
    led = Q(pk=person.pk)
    for path in scope_of(person, today).unit_paths:
        seats = Assignment.objects.filter(unit__path__startswith=path).at_home().on(today)
        led |= Q(pk__in=seats.values("person_id"))
    return here.filter(led)


def require_may_give(by: Person, owner: Person, today: date) -> None:
    """Refuse unless a person may make a task for somebody."""
    if not people_given_to(by, today).filter(pk=owner.pk).exists():
        raise NotYoursToGive()


def people_handed_to(person: Person, today: date) -> PersonQuerySet:
    """Return to whom a person may hand a task: whom they see, team mates, and their managers."""
    here = Person.objects.filter(tenant_id=person.tenant_id, is_robot=False).active_on(today)
    known = Q(pk__in=people_visible_to(scope_of(person, today)).values("pk"))
    known |= Q(pk__in=[each.pk for each in managers_of(person, today)])
    home = home_of(person, today)
    if home is not None:
        mates = Assignment.objects.filter(unit=home).at_home().on(today)
        known |= Q(pk__in=mates.values("person_id"))
    return here.filter(known)


def bytes_of_files(tenant: Tenant) -> int:
    """Return how large the files are that a company's people laid to tasks."""
    files = TaskFile.objects.filter(task__tenant=tenant, gone_at__isnull=True)
    size: int = files.aggregate(size=Coalesce(Sum("size"), 0))["size"]
    return size


def files_of(tenant: Tenant) -> Iterator[Path]:
    """Yield the files that a company's people laid to tasks, each once."""
    files = TaskFile.objects.filter(task__tenant=tenant).order_by("digest").distinct("digest")
    yield from (each.path for each in files if each.path.is_file())


def is_kept_elsewhere(path: Path, tenant: Tenant) -> bool:
    """Tell whether another company's task has a file of the same content."""
    alike = TaskFile.objects.filter(digest=path.name, gone_at__isnull=True)
    return alike.exclude(task__tenant=tenant).exists()
