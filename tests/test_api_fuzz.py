"""The API keeps to its document, whatever it is sent: no 5xx, nothing that the document denies.

Each operation gets made-up requests, two thirds of them as the document wants them, one third
wrong on purpose, by the token of an administrator of a company where there is everything; what
they do is undone. A fault ends nothing: all are told. ``make fuzz`` takes more of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from django.test import Client

from tests.fuzz.contract import Fuzz
from tests.matrix.rows import ROWS
from tests.matrix.standing import _own_home, before, clients, recall, walk, world
from tests.matrix.walk import Walk

__all__ = ["_own_home", "before", "clients", "recall", "walk", "world"]

EACH = int(os.environ.get("BIHUAN_FUZZ", 3))
"""How many requests each operation gets."""
PARTS = 4

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def known_ids(walk: Walk) -> dict[str, list[int]]:
    """Return the ids that are there, by the name of the parameter that takes them."""
    known: dict[str, set[int]] = {}
    for row in ROWS:
        for name, kind in row.about.items():
            known.setdefault(name, set()).update(walk.world.objects[kind].values())
    return {name: sorted(ids) for name, ids in known.items()}


@pytest.mark.parametrize("part", range(PARTS))
def test_the_api_keeps_to_its_document(
    walk: Walk, part: int, record_property: Callable[[str, object], None]
) -> None:
    client = Client(
        raise_request_exception=False,
        headers={"Authorization": f"Bearer {walk.world.secrets['admin']}"},
    )
    fuzz = Fuzz(client, known_ids(walk), walk.recall)
    operations = fuzz.operations()[part::PARTS]
    for operation in operations:
        fuzz.try_operation(operation, cases=EACH)
    told = {"operations": len(operations), "cases": fuzz.cases, "faults": len(fuzz.faults)}
    record_property("figures", told)
    found = [f"{count} × {fault}\n{fuzz.first[fault]}" for fault, count in fuzz.faults.items()]
    assert not found, "\n".join(found)
    assert fuzz.cases > 0
