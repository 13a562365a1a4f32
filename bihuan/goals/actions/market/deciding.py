"""What comes of the answers to a market event: a revision, or a record of why there is none.

The revision is built on the one in force, never on the working copy: edits that others
have not published are neither swallowed nor published along with it. While there are
any, the answers wait, and say so; they are carried out once the working copy is
published or taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse

from bihuan.base import clock, journal
from bihuan.goals.access import require_carries_out
from bihuan.goals.actions.market.filing import ask, cycle_of
from bihuan.goals.actions.publishing import digest_of, plan_of, publish
from bihuan.goals.actions.working import Change, CycleClosed, keep_change, locked
from bihuan.goals.domain.cycle import Reason, Seasonality
from bihuan.goals.domain.market import Ending, Handling
from bihuan.goals.domain.sharing import Level
from bihuan.goals.models import Cycle, Goal, MarketEnding, MarketReckoning, Revision
from bihuan.goals.queries.cascade import latest_revision
from bihuan.goals.queries.market import (
    Asked,
    Reckoned,
    Settled,
    asked_of,
    error_said,
    first_day_after,
    groups_of,
    proposal_of,
    reckon,
    root_periods,
    said_of,
    settled,
    terms_of,
    waiting_reckonings,
)
from bihuan.inbox.decisions import Result
from bihuan.inbox.domain.proposal import State
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.models import Answer, Proposal
from bihuan.kernel.errors import Conflict, DomainError, gettext_noop
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant

NO = {
    State.REFUSED: (
        Ending.REFUSED,
        gettext_noop("Everybody who answered refused. No target changes."),
    ),
    State.EXPIRED: (
        Ending.EXPIRED,
        gettext_noop("Nobody said yes by the deadline. No target changes."),
    ),
}
WAITS = gettext_noop(
    "The answers are in. “%(cycle)s” has edits that are not published, the last by %(who)s: publish"
    " them or take them back, then carry this out. Until then no target changes."
)
AGAIN = gettext_noop(
    "“%(cycle)s” was published anew meanwhile, days went by, or figures of last year changed, and"
    " somebody's part would be another than they saw. Everybody is asked again."
)
NOTHING = gettext_noop(
    "What was agreed to comes to nothing: nobody takes up what others would give up. No target"
    " changes."
)
GONE = gettext_noop("Days went by, or the plan changed, and it touches nothing any more.")
DONE = gettext_noop("Published as revision %(number)s of “%(cycle)s”.")
CANNOT = gettext_noop("It cannot be carried out: %(why)s")


class DraftNotPublished(Conflict):
    code = "goals.draft_not_published"
    says = gettext_noop(
        "“%(cycle)s” has edits that are not published, the last by %(who)s. Publish them or take"
        " them back first, so that this neither swallows them nor publishes them along."
    )


class NotToCarryOut(Conflict):
    code = "goals.not_to_carry_out"
    says = gettext_noop("There is nothing to carry out: nobody has agreed, or it is done already.")


def decided(proposal: Proposal, answers: Sequence[Answer], by: Person) -> Result:
    """Do what the answers to a market event mean, once: called as the proposal is closed."""
    reckoning = _of(proposal)
    state = State(proposal.state)
    if state in NO:
        ending, says = NO[state]
        return _end(reckoning, ending, Sentence(says), by)
    return _carried_out(reckoning, answers, by)


@transaction.atomic
def carry_out(*, reckoning: MarketReckoning, by: Person) -> MarketEnding:
    """Carry out answers that waited for the working copy to be published or taken back.

    Raises:
        DraftNotPublished: they still have to wait.
    """
    cycle = cycle_of(reckoning)
    require_carries_out(by, cycle)
    Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    if not waiting_reckonings(by.tenant_id).filter(pk=reckoning.pk).exists():
        raise NotToCarryOut()
    who = last_unpublished(cycle)
    if who is not None:
        raise DraftNotPublished(cycle=cycle.name, who=who)
    proposal = proposal_of(reckoning)
    answers = Answer.objects.filter(addressee__proposal=proposal).select_related("addressee")
    _carried_out(reckoning, list(answers), by)
    return MarketEnding.objects.get(reckoning=reckoning)


def carry_out_waiting(tenant: Tenant) -> int:
    """Carry out whatever need not wait any more; returns how much was. Safe to run at any time."""
    robot = robot_of(tenant)
    done = 0
    for reckoning in waiting_reckonings(tenant.pk):
        if last_unpublished(cycle_of(reckoning)) is None:
            carry_out(reckoning=reckoning, by=robot)
            done += 1
    return done


def last_unpublished(cycle: Cycle) -> str | None:
    """Return who last edited the working copy, where it differs from the revision in force."""
    latest = latest_revision(cycle)
    goals = list(cycle.goals.on().select_related("cycle__tenant", "cycle__root"))
    if latest is None or digest_of(plan_of(cycle, goals)) == latest.digest:
        return None
    last = cycle.edits.select_related("by").first()
    return "" if last is None else last.by.name


def _of(proposal: Proposal) -> MarketReckoning:
    found = MarketReckoning.objects.select_related("event__tenant", "event__filed_by", "base")
    return found.get(pk=proposal.terms["reckoning"])


def _carried_out(reckoning: MarketReckoning, answers: Sequence[Answer], by: Person) -> Result:
    try:
        cycle = locked(cycle_of(reckoning))
    except CycleClosed as error:
        return _cannot(reckoning, error, by)
    who = last_unpublished(cycle)
    if who is not None:
        return _result(reckoning, Sentence(WAITS, {"cycle": cycle.name, "who": who}))
    made = _again(reckoning, cycle)
    if not made.goals:
        return _end(reckoning, Ending.NOTHING, Sentence(GONE), by)
    if not _is_as_seen(reckoning, made):
        return _ask_again(reckoning, made, by)
    try:
        with transaction.atomic():
            return _publish(reckoning, made, answers, by)
    except Conflict as error:
        return _cannot(reckoning, error, by)


def _again(reckoning: MarketReckoning, cycle: Cycle) -> Reckoned:
    """Return the event reckoned again on the revision in force.

    When a period is over that it would change, from a later day on.
    """
    first_day = reckoning.first_day
    today = clock.today(cycle.tenant.time_zone)
    if any(first_day < each.end <= today for each in cycle.periods):
        first_day = first_day_after(cycle.tenant, reckoning.event.answer_days)
    return reckon(cycle, reckoning.event.happening, reckoning.assumed, first_day)


def _is_as_seen(reckoning: MarketReckoning, made: Reckoned) -> bool:
    """Return whether everybody's part is still the one they answered to."""
    return _parts(terms_of(made, Asked({}, None))) == _parts(reckoning.terms)


def _parts(terms: Mapping[str, Any]) -> list[Any]:
    return [[each["goal"], each["before"], each["after"], each["over"]] for each in terms["goals"]]


def _ask_again(reckoning: MarketReckoning, made: Reckoned, by: Person) -> Result:
    event = reckoning.event
    first_day = first_day_after(event.tenant, event.answer_days)
    later = reckon(made.cycle, made.happening, made.parameters, first_day)
    whom = asked_of(later, clock.today(event.tenant.time_zone))
    if not later.goals or not whom.nodes:
        return _end(reckoning, Ending.NOTHING, Sentence(GONE), by)
    ask(event, later, whom, event.filed_by, round_=reckoning.round + 1)
    return _end(reckoning, Ending.ASKED_AGAIN, Sentence(AGAIN, {"cycle": made.cycle.name}), by)


def _publish(
    reckoning: MarketReckoning, made: Reckoned, answers: Sequence[Answer], by: Person
) -> Result:
    """Write down what was agreed to, as one edit and one revision."""
    handling = Handling(reckoning.event.handling)
    found = [
        settled(each, said_of(reckoning, each.goal.pk, answers), handling) for each in made.goals
    ]
    moving = [each for each in found if each.moves]
    if not moving:
        return _end(reckoning, Ending.NOTHING, Sentence(NOTHING), by)
    robot = robot_of(reckoning.event.tenant)
    note = reckoning.event.name
    keep_change(
        made.cycle,
        _change(made.cycle, moving, reckoning.event.happening.where),
        deed="market_event",
        by=robot,
        reason=Reason.MARKET.value,
        note=note,
    )
    done = publish(cycle=made.cycle, reason=Reason.MARKET, by=robot, note=note)
    sentence = Sentence(DONE, {"number": done.revision.number, "cycle": made.cycle.name})
    return _end(reckoning, Ending.PUBLISHED, sentence, by, done.revision)


def _change(cycle: Cycle, found: Sequence[Settled], where: Mapping[str, tuple[str, ...]]) -> Change:
    goals = {goal.pk: goal for goal in cycle.goals.select_related("cycle__tenant", "cycle__root")}
    change = Change(reshapes=True)
    for each in found:
        goal = goals[each.reckoned.goal.pk]
        groups: list[tuple[Goal | None, str, str, Level | None]] = [
            (goal, axis, node, level) for axis, node, level in groups_of(each, where)
        ]
        change.groups += groups
        if each.net:
            fields = {
                "amount": goal.as_amount(goal.units + each.net),
                "seasonality": Seasonality.BY_HAND.value,
                "period_weights": root_periods(each),
            }
            change.fields.append((goal, fields))
    return change


def _cannot(reckoning: MarketReckoning, error: DomainError, by: Person) -> Result:
    why = Sentence(CANNOT, {"why": error_said(error, _digits(reckoning))})
    return _end(reckoning, Ending.CANNOT, why, by)


def _digits(reckoning: MarketReckoning) -> int:
    return max((each["digits"] for each in reckoning.goals), default=0)


def _end(
    reckoning: MarketReckoning,
    ending: Ending,
    sentence: Sentence,
    by: Person,
    revision: Revision | None = None,
) -> Result:
    MarketEnding.objects.create(
        reckoning=reckoning,
        ending=ending.value,
        revision=revision,
        said=sentence.as_data(),
        by=by,
        at=clock.now(),
    )
    journal.record(by, "market_event.ended", reckoning.event, ending=ending.value)
    return _result(reckoning, sentence)


def _result(reckoning: MarketReckoning, sentence: Sentence) -> Result:
    link = reverse("goals:market_event", args=[reckoning.event_id])
    return Result(sentence=sentence, link=link)
