"""Ids of others, wherever an id is asked for, and fields that nobody asked for: nothing happens.

The suite takes a sample; ``make canary`` takes all of it (``BIHUAN_FOREIGN``).
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.fuzz.foreign import harvest, mass_assigned, some, steal, thefts
from tests.matrix.rows import ROWS
from tests.matrix.standing import _own_home, before, clients, recall, walk, world
from tests.matrix.walk import READS, Walk

__all__ = ["_own_home", "before", "clients", "recall", "walk", "world"]

NUMBER = int(os.environ.get("BIHUAN_FOREIGN", 300))
"""How many requests with the ids of others are sent."""
LEAST = 20_000
"""There must be more such requests than this."""
SHOWN = 20

pytestmark = pytest.mark.django_db


def test_the_ids_of_others_open_nothing_and_change_nothing(
    walk: Walk, record_property: Callable[[str, object], None]
) -> None:
    everything = list(thefts(walk, harvest(walk)))
    tried = some(everything, NUMBER)
    faults = [fault for theft in tried if (fault := steal(walk, theft))]
    told = {"requests with ids of others": len(tried), "opened or changed": len(faults)}
    record_property("figures", told)
    assert not faults, "\n".join(faults[:SHOWN])
    assert len(everything) > LEAST


@pytest.mark.slow
def test_fields_that_nobody_asked_for_change_nothing(
    walk: Walk, record_property: Callable[[str, object], None]
) -> None:
    writes = [row for row in ROWS if row.method not in READS and not row.is_open]
    step = max(1, len(writes) * 8 // NUMBER)
    sent, faults = 0, []
    for row in writes[::step]:
        requests, fault = mass_assigned(walk, row)
        sent += requests
        faults += [fault] if fault else []
    told = {"requests with fields not asked for": sent, "fields kept": len(faults)}
    record_property("figures", told)
    assert not faults, "\n".join(faults[:SHOWN])
