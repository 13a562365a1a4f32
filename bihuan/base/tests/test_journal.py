"""What an entry of the journal says, and what it keeps to itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.base import journal
from bihuan.base.acting import Door, on_behalf_of, through
from bihuan.base.journal.block import ids_in, spans
from bihuan.base.journal.changes import Told, changed, hidden
from bihuan.base.journal.fields import Reader, in_others_eyes
from bihuan.base.journal.reading import line_of
from bihuan.base.models import JournalEntry
from tests.examples import examples
from tests.make import make_person


@pytest.mark.properties
@settings(max_examples=examples(200))
@given(st.sets(st.integers(min_value=1, max_value=500)))
def test_spans_name_exactly_their_numbers(ids: set[int]) -> None:
    assert ids_in(spans(ids)) == sorted(ids)


@pytest.mark.django_db
def test_an_entry_says_who_for_whom_what_changed_why_and_through_which_door() -> None:
    lin, boss = make_person("lin"), make_person("boss")
    before = journal.told(lin, "name", "code", "ended_on")
    lin.name = "Somebody Else"
    with through(Door.API, number="number-1"), on_behalf_of(boss.pk):
        journal.record(
            lin,
            "person.changed",
            lin,
            before=before,
            after=journal.told(lin, "name", "code", "ended_on"),
            reason=" married ",
            seats=2,
        )
    entry = JournalEntry.objects.latest("pk")
    assert (entry.actor, entry.on_behalf_of, entry.door) == (lin, boss, "api")
    assert (entry.request_id, entry.reason, entry.particulars) == (
        "number-1",
        "married",
        {"seats": 2},
    )
    assert entry.changes == {"name": [before["name"], hidden("Somebody Else")]}


@pytest.mark.django_db
def test_no_text_and_no_name_is_told_but_codes_days_and_ids_are() -> None:
    lin = make_person("lin")
    lin.name = "欧阳修远"
    told = journal.told(lin, "name", "code", "tenant", "is_robot", "ended_on")
    assert told == {
        "name": hidden("欧阳修远"),
        "code": lin.code,
        "tenant": lin.tenant_id,
        "is_robot": False,
        "ended_on": None,
    }
    assert str(told["name"]).startswith("text:4:")
    assert "欧阳" not in str(told)


def test_a_text_that_comes_back_has_its_mark_again_and_another_has_another() -> None:
    assert hidden("a note") == hidden("a note") != hidden("a note.")
    assert hidden("") == ""


def test_only_what_differs_is_kept() -> None:
    before: dict[str, Told] = {"a": 1, "b": "x", "c": None}
    after: dict[str, Told] = {"a": 1, "b": "y", "d": True}
    assert changed(before, after) == {"b": ["x", "y"], "d": [None, True]}


@pytest.mark.django_db
def test_the_trail_is_read_without_numbers_of_people() -> None:
    lin = make_person("lin")
    mark = hidden("13912345678")
    journal.record(
        lin,
        "person.changed",
        lin,
        before={"note": "call 13912345678", "amount": "100000000.00", "text": mark},
        after={"note": "write to han@example.com", "amount": "200000000.00", "text": hidden("x")},
        reason="11010519491231002X",
        typed="13912345678",
        count=13912345678,
    )
    line = line_of(JournalEntry.objects.latest("pk"), Reader())
    assert {
        each.field: (each.before, each.after) for each in line.changes if each.field != "text"
    } == {
        "note": ("call 139****5678", "write to h***@example.com"),
        "金额": ("100000000.00", "200000000.00"),
    }
    assert line.why == "1****************X"
    assert line.particulars == {"typed": "139****5678", "count": 13912345678}
    assert in_others_eyes(mark) == mark
