"""The tables that figures are reckoned on, as Ibis and as Arrow know them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol

import ibis
import pyarrow as pa
from django.db import connection

from bihuan.base.onelook import seen_once
from bihuan.customers.queries import entity_spells, entity_stamp
from bihuan.metrics.domain.manager import ManagerSeat, spells
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Tenant, Unit

LEVELS = 10
"""So many levels of the tree have a column of their own; below, a unit stands for itself."""

CALENDAR = ibis.table({"day": "date", "span": "int64"}, name="calendar")
UNITS = ibis.table(
    {
        "unit_key": "int64",
        "path": "string",
        **{f"at_{level}": "int64" for level in range(LEVELS)},
    },
    name="units",
)
MANAGERS = ibis.table(
    {"led_unit": "int64", "manager_id": "int64", "led_from": "date", "led_to": "date"},
    name="managers",
)

ENTITIES = ibis.table(
    {"member_key": "int64", "entity_id": "int64", "since_seq": "int64", "until_seq": "int64"},
    name="entities",
)
"""Which customer an account belongs to that was merged away, from which fact until which."""


def calendar_of(spans: Sequence[tuple[date, date]]) -> pa.Table:
    """Return every day of every span with the span's place; a day may lie in several."""
    numbers = [
        (first.toordinal() + step, place)
        for place, (first, end) in enumerate(spans)
        for step in range((end - first).days)
    ]
    epoch = date(1970, 1, 1).toordinal()
    days = pa.array([number - epoch for number, _ in numbers], pa.int32()).cast(pa.date32())
    return pa.table({"day": days, "span": pa.array([place for _, place in numbers], pa.int64())})


def steps_to(ends: Iterable[date], first: date) -> list[tuple[date, date]]:
    """Return the spans from one end to the next, the first beginning on a day given."""
    found = []
    for end in sorted(set(ends)):
        start = min(first, end - timedelta(days=1))
        found.append((start, end))
        first = end
    return found


class Keeping(Protocol):
    """What keeps side tables beside the facts: a reading of any engine."""

    def keep(self, name: str, stamp: Hashable, make: Callable[[], pa.Table]) -> None:
        """Keep a side table until its stamp changes."""


def keep_organisation(reading: Keeping, tenant: Tenant) -> None:
    """Have the tree, who led it, and which accounts are one customer beside the facts."""
    stamp = seen_once(("organisation", tenant.pk), lambda: _stamp(tenant))
    merges = seen_once(("merges", tenant.pk), lambda: entity_stamp(tenant))
    lines: dict[int, tuple[int, ...]] = {}

    def units() -> pa.Table:
        lines.update(lines_of(tenant))
        return _units(lines)

    def managers() -> pa.Table:
        lines.update(lines or lines_of(tenant))
        return _managers(tenant, lines)

    reading.keep("units", stamp, units)
    reading.keep("managers", stamp, managers)
    reading.keep("entities", (merges,), lambda: _entities(tenant))


def _stamp(tenant: Tenant) -> Hashable:
    """Return what is another whenever the organisation changes.

    xmin names the transaction that wrote the row, so a version that was rolled back is never
    taken for a later one of the same number.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT org_version, xmin::text FROM org_tenant WHERE id = %s", [tenant.pk])
        found: tuple[object, ...] | None = cursor.fetchone()
    return found


def _entities(tenant: Tenant) -> pa.Table:
    found = entity_spells(tenant)
    return pa.table(
        {
            "member_key": pa.array([each.account for each in found], pa.int64()),
            "entity_id": pa.array([each.entity for each in found], pa.int64()),
            "since_seq": pa.array([each.since_seq for each in found], pa.int64()),
            "until_seq": pa.array([each.until_seq for each in found], pa.int64()),
        }
    )


def lines_of(tenant: Tenant) -> dict[int, tuple[int, ...]]:
    """Return each unit's line of ancestors, from the root to itself."""
    paths = Unit.objects.filter(tenant=tenant).order_by("path").values_list("pk", "path")
    return {pk: tuple(int(step) for step in path.strip("/").split("/")) for pk, path in paths}


def _units(lines: dict[int, tuple[int, ...]]) -> pa.Table:
    columns: dict[str, pa.Array] = {
        "unit_key": pa.array(list(lines), pa.int64()),
        "path": pa.array(
            ["/" + "".join(f"{step}/" for step in line) for line in lines.values()], pa.string()
        ),
    }
    for level in range(LEVELS):
        at = [line[min(level, len(line) - 1)] for line in lines.values()]
        columns[f"at_{level}"] = pa.array(at, pa.int64())
    return pa.table(columns)


def _managers(tenant: Tenant, lines: dict[int, tuple[int, ...]]) -> pa.Table:
    held = Assignment.objects.filter(tenant=tenant, role=Role.MANAGER.value)
    seats = [
        ManagerSeat(unit_id=unit_id, person_id=person_id, valid_from=start, valid_to=end, order=pk)
        for pk, unit_id, person_id, start, end in held.values_list(
            "pk", "unit_id", "person_id", "valid_from", "valid_to"
        )
    ]
    led = list(spells(lines, seats))
    return pa.table(
        {
            "led_unit": pa.array([each.unit_id for each in led], pa.int64()),
            "manager_id": pa.array([each.person_id for each in led], pa.int64()),
            "led_from": pa.array([each.valid_from for each in led], pa.date32()),
            "led_to": pa.array([each.valid_to for each in led], pa.date32()),
        }
    )
