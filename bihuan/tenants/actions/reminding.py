"""Telling those who administer a company what ends, in time: a trial, or the company itself."""

from __future__ import annotations

from datetime import date

from bihuan.base import clock
from bihuan.inbox.actions import notify
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.errors import gettext_noop
from bihuan.org.actions import robot_of
from bihuan.org.models import Tenant
from bihuan.org.standing import standing_on
from bihuan.tenants.actions.leaving import admins_of, day_of_going

TRIAL_ENDS = gettext_noop(
    "The trial ends soon: from %(day)s on everything can be read and exported, and nothing is "
    "changed."
)
TERM_ENDS = gettext_noop(
    "The plan ends soon: from %(day)s on everything can be read and exported, and nothing is "
    "changed."
)
COMPANY_GOES = gettext_noop(
    "On %(day)s everything of this company is deleted. Until then this can be taken back."
)
GOING_REMINDED = (14, 7, 1)
"""How many days before a company goes its administrators are reminded."""


def remind_of_ends() -> int:
    """Remind the administrators of every company of which something ends; return how many."""
    return sum(_remind(tenant) for tenant in Tenant.objects.order_by("pk"))


def _remind(tenant: Tenant) -> int:
    today = clock.today(tenant.time_zone)
    stood, told = standing_on(tenant, today), 0
    if stood.is_reminded and stood.ends_on is not None and stood.days_left is not None:
        says = TRIAL_ENDS if stood.standing.value == "trial" else TERM_ENDS
        told += _tell(tenant, "tenants.ends", says, stood.ends_on, stood.days_left)
    goes_on = day_of_going(tenant)
    if goes_on is not None and (goes_on - today).days in GOING_REMINDED:
        told += _tell(tenant, "tenants.goes", COMPANY_GOES, goes_on, (goes_on - today).days)
    return told


def _tell(tenant: Tenant, kind: str, says: str, day: date, days: int) -> int:
    """Tell administrators of a day, once for each day and distance to it."""
    draft = NoticeDraft(
        kind=f"{kind}.{days}",
        about=About(kind, day.toordinal()),
        sentence=Sentence(says, {"day": day.isoformat()}),
        link="/company/plan/" if kind == "tenants.ends" else "/company/leave/",
        is_urgent=days == 1,
    )
    people = [person.pk for person in admins_of(tenant)]
    return notify(draft=draft, people=people, by=robot_of(tenant))
