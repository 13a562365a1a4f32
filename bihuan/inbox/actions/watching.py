"""Telling administrators of somebody who looks at very much personal data."""

from __future__ import annotations

from bihuan.base import clock
from bihuan.inbox.actions.notices import notify
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.errors import gettext_noop
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person

SAYS = gettext_noop("%(person)s opened the personal data of more than %(count)s people in an hour.")


def tell_of_looking(person: Person, count: int, hour: str) -> None:
    """Tell each administrator once for each hour in which somebody opens very much."""
    today = clock.today(person.tenant.time_zone)
    seats = Assignment.objects.filter(tenant_id=person.tenant_id, role=Role.ADMIN.value).on(today)
    admins = set(seats.values_list("person_id", flat=True))
    number = int("".join(c for c in hour if c.isdigit()))
    notify(
        draft=NoticeDraft(
            kind="privacy.much",
            about=About(f"privacy.reads.{person.pk}", number),
            sentence=Sentence(SAYS, {"person": person.name, "count": count - 1}),
            link="/privacy/access-log/",
            is_urgent=True,
        ),
        people=admins,
        by=robot_of(person.tenant),
    )
