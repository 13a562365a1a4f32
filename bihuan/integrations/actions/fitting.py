"""Whether what an import would land fits into the company's plan, told by the rows that do not."""

from __future__ import annotations

from bihuan.base import clock
from bihuan.integrations.domain.landing import Landing
from bihuan.kernel.errors import Problem, gettext_noop
from bihuan.org.models import Person, Tenant
from bihuan.org.standing import limits_of

PEOPLE_LEFT = gettext_noop(
    "The plan allows %(limit)s people, and %(used)s are here or in the rows above: this row and "
    "those after it bring %(over)s more."
)
HINT = gettext_noop(
    "Bring fewer people, let some leave first, or ask whoever runs this installation for a "
    "larger plan."
)


def people_that_do_not_fit(landing: Landing, tenant: Tenant) -> tuple[Problem, ...]:
    """Return where the first person stands for whom the plan has no room, if it has not."""
    limit = limits_of(tenant).people
    if limit is None:
        return ()
    people = Person.objects.filter(tenant=tenant)
    here = set(people.values_list("code", flat=True))
    today = clock.today(tenant.time_zone)
    used = people.filter(is_robot=False).active_on(today).count()
    fresh = [draft for draft in landing.people if draft.code not in here]
    room = max(limit - used, 0)
    if len(fresh) <= room:
        return ()
    place = fresh[room].origin
    said = {"limit": limit, "used": used + room, "over": len(fresh) - room}
    return (
        Problem(
            code="org.too_many_people",
            says=PEOPLE_LEFT,
            params=said,
            file=place.file,
            sheet=place.sheet,
            row=place.line,
            value=fresh[room].code,
            hint=HINT,
        ),
    )
