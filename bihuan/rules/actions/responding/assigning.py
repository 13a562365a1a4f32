"""Tasks and notices that alerts become."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from bihuan.base import clock
from bihuan.inbox.actions import assign_task, notify
from bihuan.inbox.domain.evidence import seen
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.inbox.domain.task import TaskDraft
from bihuan.kernel.errors import gettext_noop
from bihuan.org.models import Person
from bihuan.rules.actions.ending import ABOUT, about
from bihuan.rules.actions.responding.bringing import brought
from bihuan.rules.actions.responding.made import Made, Ready
from bihuan.rules.domain.response import Content, Response
from bihuan.rules.models import Alert
from bihuan.rules.queries.saying import evidence_lines, link_of, title_params

ASSESSMENT = "rules.assessment"
TITLE = gettext_noop("%(rule)s: %(who)s, %(metric)s")
BARE_TITLE = gettext_noop("%(rule)s: %(who)s")
OWN_TITLE = gettext_noop("%(rule)s: your %(metric)s")
ASSESS_TITLE = gettext_noop("Assess the potential of %(who)s: %(metric)s")
ASK_OF_OWNER = (
    gettext_noop("Look at what is known of the customer, and at the last talk with them."),
    gettext_noop("Get in touch, and record the visit, call or message."),
    gettext_noop("Note here what comes next, and until when."),
)
ASK = {
    ABOUT: (
        gettext_noop("Look at what the figures rest on."),
        gettext_noop("Talk with the person about the reasons."),
        gettext_noop("Agree on what to do until when, and note it here."),
    ),
    ASSESSMENT: (
        gettext_noop("Read the facts: trend, peers, tenure, load."),
        gettext_noop("Hear the manager and the person."),
        gettext_noop("Note what you suggest: coaching, another load, another post, or nothing."),
    ),
}
WHY = gettext_noop("These are facts, and no verdict: what they mean is for people to say.")


def assigned(alert: Alert, response: Response, to: Person, robot: Person) -> Ready:
    """Get ready to give somebody a task because of an alert."""
    kind = ASSESSMENT if Content.ASSESSMENT in response.brings else ABOUT
    bringing = brought(alert, response, to)
    lines = [*evidence_lines(alert), *bringing.lines]
    draft = TaskDraft(
        kind=kind,
        about=about(alert),
        title=_title(alert, response, kind, to),
        body=_body(response, kind),
        link=link_of(alert),
        due_on=clock.today(alert.tenant.time_zone) + timedelta(days=response.due_days),
        seen=seen(lines, alert=alert.pk, **bringing.kept),
        checklist=tuple(Sentence(each) for each in _asked(alert, kind, to)),
    )
    return lambda: _assigned(draft, to, robot)


def _asked(alert: Alert, kind: str, to: Person) -> tuple[str, ...]:
    """Return what is to be done: by an owner with the customer, by others with the person."""
    return ASK_OF_OWNER if alert.owner_id == to.pk else ASK[kind]


def _assigned(draft: TaskDraft, to: Person, robot: Person) -> Made | None:
    task = assign_task(draft=draft, owner=to, by=robot)
    if task is None:
        return None
    link = reverse("inbox:task", args=[task.pk])
    return Made(became=f"inbox.task:{task.pk}", link=link, seen=draft.seen)


def _title(alert: Alert, response: Response, kind: str, to: Person) -> Sentence:
    if response.words:
        return plain(response.words)
    if kind == ASSESSMENT:
        return Sentence(ASSESS_TITLE, title_params(alert))
    if not alert.about_metric:
        return Sentence(BARE_TITLE, title_params(alert))
    return Sentence(OWN_TITLE if to.pk == alert.person_id else TITLE, title_params(alert))


def _body(response: Response, kind: str) -> tuple[Sentence, ...]:
    return (Sentence(WHY),) if kind == ASSESSMENT else ()


def notified(alert: Alert, response: Response, to: Person, robot: Person) -> Ready:
    """Get ready to tell somebody of an alert."""
    draft = NoticeDraft(
        kind=ABOUT, about=about(alert), sentence=_title(alert, response, ABOUT, to),
        link=link_of(alert),
    )  # fmt: skip
    return lambda: _notified(draft, to, robot)


def _notified(draft: NoticeDraft, to: Person, robot: Person) -> Made | None:
    told = notify(draft=draft, people=[to.pk], by=robot)
    return Made(became=f"inbox.notice:{draft.about.id}", link=draft.link) if told else None
