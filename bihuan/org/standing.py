"""How a company stands, what its plan allows, and the refusal of whatever would change it.

What is read-only is decided here and nowhere else; pages, the API, jobs, the ledger and the
journal ask.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from bihuan.base import clock
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.domain.plan import NO_LIMITS, Limits
from bihuan.org.domain.standing import Stood, Term, standing_of
from bihuan.org.models import Person, PersonQuerySet, Plan, Subscription, Tenant


class ReadOnly(Conflict):
    code = "org.read_only"
    says = gettext_noop(
        "The term of %(company)s is over, so nothing is changed any more. Everything can still be "
        "read and exported; whoever runs this installation opens it again with a plan."
    )


def standing_on(tenant: Tenant, day: date | None = None) -> Stood:
    """Return how a company stands on a day (today without one), by the terms of its plans."""
    terms = [each.term for each in Subscription.objects.filter(tenant=tenant)]
    return standing_of(terms, day or clock.today(tenant.time_zone))


def with_terms(people: PersonQuerySet) -> PersonQuerySet:
    """Bring the terms of each person's company along, so that no page asks for them apart."""
    terms = Subscription.objects.filter(tenant=OuterRef("tenant")).order_by().values("tenant")
    said = JSONObject(valid_from="valid_from", valid_to="valid_to", is_trial="is_trial")
    return people.annotate(terms=Subquery(terms.annotate(said=JSONBAgg(said)).values("said")))


def stood_today(person: Person) -> Stood:
    """Return how a person's company stands today, by the terms that came along."""
    terms = [
        Term(
            valid_from=date.fromisoformat(each["valid_from"]),
            valid_to=date.fromisoformat(each["valid_to"]) if each["valid_to"] else None,
            is_trial=each["is_trial"],
        )
        for each in getattr(person, "terms", None) or ()
    ]
    return standing_of(terms, clock.today(person.tenant.time_zone))


def require_open(tenant_id: int) -> None:
    """Refuse what would change anything in a company whose term is over."""
    held = list(Subscription.objects.filter(tenant_id=tenant_id).select_related("tenant"))
    if held:
        tenant = held[0].tenant
        today = clock.today(tenant.time_zone)
        if standing_of([each.term for each in held], today).is_read_only:
            raise ReadOnly(company=tenant.name)


STILL_DONE = (
    *("plan.", "export.", "deletion.", "login.", "session.", "erasure."),
    *("petition.", "hold.", "personal_data.", "master_key."),
)
"""What happens to a company that is read-only, by the beginnings of the journal's verbs: what ends
or opens it again, what lets people in and data out, and what the law asks for at any time."""
ALSO_STILL_DONE = frozenset(
    {
        *("token.revoked", "notice.sent", "job.discarded", "consent.withdrawn"),
        *("subject.erased", "person.forgotten", "tenant.second_factor_set"),
    }
)


def refuse_when_read_only(tenant_id: int, verb: str) -> None:
    """Refuse to write into the journal of a company whose term is over; see ``org.apps``.

    Every deed is said in the journal, in its own transaction, whichever door it came by. So this
    holds for commands and jobs too, and for a door that somebody forgets.
    """
    if not verb.startswith(STILL_DONE) and verb not in ALSO_STILL_DONE:
        require_open(tenant_id)


def plan_of(tenant: Tenant) -> Plan | None:
    """Return the plan a company has today, if it has any."""
    today = clock.today(tenant.time_zone)
    terms = Subscription.objects.filter(tenant=tenant, valid_from__lte=today)
    held = terms.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today)).select_related("plan")
    found = held.first()
    return found.plan if found is not None else None


def limits_of(tenant: Tenant) -> Limits:
    """Return what a company may have today."""
    plan = plan_of(tenant)
    return NO_LIMITS if plan is None else plan.limits


def tokens_allowed(tenant: Tenant) -> int:
    """Return how many tokens of a language service a company may spend in a day."""
    most: int = settings.AI_TOKENS_PER_DAY
    own = limits_of(tenant).tokens_a_day
    return most if own is None else min(most, own)
