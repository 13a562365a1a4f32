"""What can happen to plans, and to the plan of a company: whoever runs the installation decides."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from bihuan.base import clock, journal
from bihuan.kernel.errors import Conflict, Invalid, Missing, gettext_noop
from bihuan.org.access import NotYourRole
from bihuan.org.domain.plan import Limits, TooManyPeople, TooMuchStored, require_room
from bihuan.org.domain.standing import TRIAL_DAYS
from bihuan.org.domain.text import fit
from bihuan.org.models import Person, Plan, Subscription, Tenant
from bihuan.org.standing import limits_of
from bihuan.org.stores import stored

TRIAL = "trial"


class PlanMissing(Missing):
    code = "org.plan_missing"
    says = gettext_noop("There is no plan called “%(plan)s”.")


class NoTrial(Conflict):
    code = "org.no_trial"
    says = gettext_noop("%(company)s has no trial that could end or be longer.")


class TermOver(Invalid):
    code = "org.term_over"
    says = gettext_noop("A term that ends on %(day)s would be over already.")


def require_operator(by: Person) -> None:
    """Refuse everybody but the system itself: no company decides on its own plan."""
    if not by.is_robot:
        raise NotYourRole(needed="operator")


@transaction.atomic
def put_plan(*, code: str, name_zh: str, name_en: str, limits: Limits) -> Plan:
    """Make a plan, or say anew what the one with this code allows."""
    plan, _ = Plan.objects.update_or_create(
        code=fit(code, limit=40),
        defaults={
            "name_zh": fit(name_zh, limit=80),
            "name_en": fit(name_en, limit=80),
            "people": limits.people,
            "facts_a_month": limits.facts_a_month,
            "stored_bytes": limits.stored_bytes,
            "tokens_a_day": limits.tokens_a_day,
        },
    )
    return plan


def plan_named(code: str) -> Plan:
    """Return the plan with this code; that of trials is there when it is first asked for."""
    plan = Plan.objects.filter(code=code).first()
    if plan is None and code == TRIAL:
        return put_plan(code=TRIAL, name_zh="试用", name_en="Trial", limits=Limits())
    if plan is None:
        raise PlanMissing(plan=code)
    return plan


@transaction.atomic
def begin_trial(*, tenant: Tenant, days: int = TRIAL_DAYS, by: Person) -> Subscription:
    """Let a company try everything for so many days, today among them."""
    require_operator(by)
    today = clock.today(tenant.time_zone)
    made = Subscription.objects.create(
        tenant=tenant,
        plan=plan_named(TRIAL),
        is_trial=True,
        valid_from=today,
        valid_to=today + timedelta(days=days),
        made_at=clock.now(),
    )
    journal.record(by, "plan.trial_begun", tenant, days=days)
    return made


@transaction.atomic
def extend_trial(*, tenant: Tenant, days: int, by: Person) -> Subscription:
    """Let a trial end so many days later; one that is over goes on from today."""
    require_operator(by)
    trial = _last_trial(tenant)
    assert trial.valid_to is not None, "a trial ends"
    trial.valid_to = max(trial.valid_to, clock.today(tenant.time_zone)) + timedelta(days=days)
    trial.save(update_fields=["valid_to"])
    journal.record(by, "plan.trial_extended", tenant, until=str(trial.valid_to))
    return trial


@transaction.atomic
def end_trial(*, tenant: Tenant, by: Person) -> Subscription:
    """Let a trial end today: from now on the company is read-only, unless a plan covers the day."""
    require_operator(by)
    trial = _last_trial(tenant)
    today = clock.today(tenant.time_zone)
    if trial.valid_to is None or trial.valid_to <= today:
        raise NoTrial(company=tenant.name)
    _end(trial, today)
    journal.record(by, "plan.trial_ended", tenant)
    return trial


def _last_trial(tenant: Tenant) -> Subscription:
    """Return a company's newest trial, locked, unless a plan has followed it."""
    held = Subscription.objects.select_for_update().filter(tenant=tenant, is_trial=True)
    trial = held.order_by("-valid_from").first()
    later = Subscription.objects.filter(tenant=tenant, is_trial=False)
    if trial is None or later.filter(valid_from__gte=trial.valid_from).exists():
        raise NoTrial(company=tenant.name)
    return trial


def _end(held: Subscription, on: date) -> None:
    """End a term; one that began this very day was as good as none, but is remembered.

    So that a company whose only term is taken back is read-only and not its own, the day before
    takes the place of today.
    """
    held.valid_from = min(held.valid_from, on - timedelta(days=1))
    held.valid_to = on
    held.save(update_fields=["valid_from", "valid_to"])


@transaction.atomic
def subscribe(*, tenant: Tenant, plan: Plan, until: date | None, by: Person) -> Subscription:
    """Give a company a plan from today, until a day or for good; what it had ends today."""
    require_operator(by)
    today = clock.today(tenant.time_zone)
    if until is not None and until <= today:
        raise TermOver(day=until)
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    held = Subscription.objects.select_for_update().filter(tenant=tenant)
    for each in held.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today)):
        if each.valid_from < today:
            _end(each, today)
        else:
            each.delete()
    made = Subscription.objects.create(
        tenant=tenant, plan=plan, valid_from=today, valid_to=until, made_at=clock.now()
    )
    journal.record(by, "plan.begun", tenant, plan=plan.code, until=str(until or ""))
    return made


def require_room_for_people(tenant: Tenant, *, asked: int) -> None:
    """Refuse so many more people than the company's plan allows."""
    limit = limits_of(tenant).people
    if limit is not None:
        today = clock.today(tenant.time_zone)
        used = Person.objects.filter(tenant=tenant, is_robot=False).active_on(today).count()
        require_room(limit=limit, used=used, asked=asked, refusal=TooManyPeople)


def require_room_for_bytes(tenant: Tenant, *, asked: int) -> None:
    """Refuse files that are larger than what the company's plan leaves."""
    limit = limits_of(tenant).stored_bytes
    if limit is not None:
        used = sum(stored(tenant).values())
        require_room(limit=limit, used=used, asked=asked, refusal=TooMuchStored)
