"""Learning packs that alerts become: plays for what somebody is low on, and for its reason."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy

from bihuan.base import clock
from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.inbox.actions import assign_task
from bihuan.inbox.domain.evidence import Line, seen
from bihuan.inbox.domain.sentence import AS_TYPED, Named, Sentence, plain
from bihuan.inbox.domain.task import TaskDraft
from bihuan.kernel.errors import gettext_noop
from bihuan.org.models import Person
from bihuan.playbooks.actions import hand_out
from bihuan.playbooks.models import HandedOut
from bihuan.playbooks.queries import pack_for
from bihuan.playbooks.uses import Cause
from bihuan.rules.actions.ending import ABOUT, about
from bihuan.rules.actions.responding.made import Made, Ready
from bihuan.rules.domain.response import Response
from bihuan.rules.models import Alert
from bihuan.rules.queries.reasoning import first_reason
from bihuan.rules.queries.saying import evidence_lines, title_params

PACK = "rules.pack"
TITLE = gettext_noop("Learning pack for your %(metric)s")
REASON = gettext_noop("Chosen for the reason that the facts name first")
NO_REASON = gettext_noop("No reason stands out; chosen for the metric")
PLAYS = gettext_noop("Plays in the pack")
ASK = (
    gettext_noop("Read what is in it."),
    gettext_noop("Use at least one of it with a customer."),
)

CAUSE = Cause(
    kind=ABOUT,
    name=gettext_lazy("Alert"),
    link=lambda alert: reverse("rules:alert", args=[int(alert)]),
)


def handed(alert: Alert, response: Response, to: Person, robot: Person) -> Ready:
    """Get ready to hand somebody a pack, for the reason that the facts name first."""
    reason = first_reason(alert)
    return lambda: _handed(alert, response, to, robot, reason)


def _handed(
    alert: Alert, response: Response, to: Person, robot: Person, reason: Diagnosis | None
) -> Made | None:
    """Hand over the pack with the task to use it; nothing where no play fits."""
    pack = pack_for(
        tenant=alert.tenant,
        metric=alert.about_metric,
        reason=None if reason is None else reason.code,
        today=clock.today(alert.tenant.time_zone),
    )
    if not pack.items:
        return None
    made = hand_out(pack=pack, to=to, because=about(alert), by=robot)
    draft = _draft(alert, response, made, reason)
    assign_task(draft=draft, owner=to, by=robot)
    return Made(
        became=f"playbooks.pack:{made.pk}",
        link=reverse("playbooks:pack", args=[made.pk]),
        seen={"reason": None if reason is None else reason.code, "plays": len(pack.items)},
    )


def _draft(
    alert: Alert, response: Response, made: HandedOut, reason: Diagnosis | None
) -> TaskDraft:
    why = Line(
        name=Sentence(REASON if reason is not None else NO_REASON),
        value=None if reason is None else _named(reason),
    )
    count = Line(name=Sentence(PLAYS), value=plain(str(made.items.count())))
    title = plain(response.words) if response.words else Sentence(TITLE, title_params(alert))
    return TaskDraft(
        kind=PACK,
        about=about(alert),
        title=title,
        link=reverse("playbooks:pack", args=[made.pk]),
        due_on=clock.today(alert.tenant.time_zone) + timedelta(days=response.due_days),
        seen=seen([why, count, *evidence_lines(alert)], alert=alert.pk, pack=made.pk),
        checklist=tuple(Sentence(each) for each in ASK),
    )


def _named(reason: Diagnosis) -> Sentence:
    return Sentence(AS_TYPED, {"text": Named(reason.name_zh, reason.name_en)})
