"""The API keeps to its document, whatever it is sent: no 5xx, nothing that the document denies.

Each operation gets made-up requests, two thirds of them as the document wants them, one third
wrong on purpose, by the token of an administrator of a company where there is everything; what
they do is undone. A fault ends nothing: all are told. The suite sends 5,000, ``make fuzz`` 40,000.
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

NUMBER = int(os.environ.get("BIHUAN_FUZZ", 5_000))
"""How many requests are sent in all: each operation gets as many as the others."""
PARTS = 4
TOO_EASY = 5
"""If not one of so many requests is done, they are refused before they reach anything."""

pytestmark = pytest.mark.django_db


def known_values(walk: Walk) -> dict[str, list[object]]:
    """Return the ids and words that are there, by the name of the parameter that takes them."""
    known: dict[str, set[object]] = {}
    for row in (row for row in ROWS if row.is_api):
        for name, kind in row.about.items():
            known.setdefault(name, set()).update(walk.world.objects[kind].values())
        for name, value in row.fixed.items():
            known.setdefault(name, set()).add(value)
    return {name: sorted(values, key=str) for name, values in known.items()}


@pytest.mark.parametrize("part", range(PARTS))
def test_the_api_keeps_to_its_document(
    walk: Walk, part: int, record_property: Callable[[str, object], None]
) -> None:
    client = Client(
        raise_request_exception=False,
        headers={"Authorization": f"Bearer {walk.world.secrets['admin']}"},
    )
    fuzz = Fuzz(client, known_values(walk), walk.recall)
    everything = fuzz.operations()
    operations, each = everything[part::PARTS], -(-NUMBER // len(everything))
    for operation in operations:
        fuzz.try_operation(operation, cases=each)
    told = {"operations": len(operations), "cases": fuzz.cases, "done": fuzz.done}
    record_property("figures", told | {"faults": len(fuzz.faults)})
    found = [f"{count} × {fault}\n{fuzz.first[fault]}" for fault, count in fuzz.faults.items()]
    assert not found, "\n".join(found)
    assert fuzz.cases == len(operations) * each
    assert fuzz.done * TOO_EASY > fuzz.cases
