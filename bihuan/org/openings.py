"""What a person holds on a day, and what others open to them: units lent, things shared.

One statement reads all of it, so that delegations and shares cost a request no query of
their own. Who lends or shares must be here on the day and hold themselves what they give: a
share carries what its sharer sees, and opens no more than that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db import connection

from bihuan.org.domain.delegation import EVERYTHING, Held, Limits, lent_seats
from bihuan.org.domain.opening import LentSeat, Openings
from bihuan.org.domain.role import SEES_TENANT, Role
from bihuan.org.domain.scope import Scope, Shared
from bihuan.org.models import Person

OPENED = """
    WITH given AS (
        SELECT 'own' AS what, 0::bigint AS id, %(person)s::bigint AS giver_id, '' AS role,
            NULL::bigint AS unit_id, '' AS kind, NULL::bigint[] AS ids
        UNION ALL
        SELECT 'lent', id, lender_id, role, unit_id, '', NULL
        FROM org_delegation
        WHERE deputy_id = %(person)s AND valid_from <= %(day)s AND valid_to > %(day)s
            AND (ended_on IS NULL OR ended_on > %(day)s)
        UNION ALL
        SELECT 'shared', share.id, share.sharer_id, '', NULL, share.kind, share.ids
        FROM org_share AS share
        LEFT JOIN org_unit AS unit ON unit.id = share.unit_id
        WHERE share.tenant_id = %(tenant)s
            AND share.valid_from <= %(day)s AND share.valid_to > %(day)s
            AND (share.ended_on IS NULL OR share.ended_on > %(day)s)
            AND share.sharer_id <> %(person)s
            AND (share.person_id = %(person)s OR EXISTS (
                SELECT FROM org_assignment AS own JOIN org_unit AS mine ON mine.id = own.unit_id
                WHERE own.person_id = %(person)s AND own.valid_from <= %(day)s
                    AND (own.valid_to IS NULL OR own.valid_to > %(day)s)
                    AND starts_with(mine.path, unit.path)
            ))
    )
    SELECT given.what, given.id, given.giver_id, given.role, coalesce(wanted.path, ''),
        given.kind, given.ids, coalesce(seat.role, ''), coalesce(held.path, '')
    FROM given
    JOIN org_person AS giver ON giver.id = given.giver_id
        AND (giver.ended_on IS NULL OR giver.ended_on > %(day)s)
    LEFT JOIN org_unit AS wanted ON wanted.id = given.unit_id
    LEFT JOIN org_assignment AS seat ON seat.person_id = giver.id AND seat.valid_from <= %(day)s
        AND (seat.valid_to IS NULL OR seat.valid_to > %(day)s)
    LEFT JOIN org_unit AS held ON held.id = seat.unit_id
    ORDER BY given.what, given.id, seat.valid_from, seat.id
"""

Seats = list[tuple[Role, str]]


def openings_of(person: Person, day: date) -> Openings:
    """Return what a person holds on a day and what others open to them.

    Who has left holds nothing, whatever their assignments still say; and who holds nothing
    is opened nothing.
    """
    if person.ended_on is not None and person.ended_on <= day:
        return Openings(day, ())
    with connection.cursor() as cursor:
        cursor.execute(OPENED, {"person": person.pk, "tenant": person.tenant_id, "day": day})
        rows = cursor.fetchall()
    own: Seats = []
    lent: dict[tuple[int, int, str, str], Seats] = defaultdict(list)
    shared: dict[tuple[int, int, str, tuple[int, ...]], Seats] = defaultdict(list)
    for what, pk, giver, role, path, kind, ids, seat_role, seat_path in rows:
        if what == "own":
            held = own
        elif what == "lent":
            held = lent[pk, giver, role, path]
        else:
            held = shared[pk, giver, kind, tuple(ids)]
        held += [(Role(seat_role), seat_path)] if seat_role else []
    if not own:
        return Openings(day, ())
    return Openings(
        day,
        own=tuple(own),
        lent=tuple(_lent(lent.items())),
        shared=tuple(
            Shared(kind, ids, own_scope(person.tenant_id, giver, held))
            for (_, giver, kind, ids), held in shared.items()
        ),
    )


def _lent(found: Iterable[tuple[tuple[int, int, str, str], Seats]]) -> Iterator[LentSeat]:
    for (pk, giver, role, path), seats in found:
        limits = Limits(role=Role(role) if role else None, path=path)
        held = [Held(role=each, path=where) for each, where in seats]
        for lent_role, lent_path in lent_seats(held, limits):
            yield LentSeat(
                delegation_id=pk,
                lender_id=giver,
                role=lent_role,
                path=lent_path,
                is_whole=limits == EVERYTHING,
            )


def own_scope(tenant_id: int, person_id: int, held: Iterable[tuple[Role, str]]) -> Scope:
    """Return what somebody may see who holds these roles in units of these paths."""
    held = list(held)
    return Scope(
        tenant_id=tenant_id,
        person_id=person_id,
        unit_paths=tuple(sorted({path for role, path in held if role is Role.MANAGER})),
        figure_paths=tuple(sorted({path for role, path in held if role is Role.HRBP})),
        whole_tenant=any(role in SEES_TENANT for role, _ in held),
        roles=frozenset(role for role, _ in held),
    )
