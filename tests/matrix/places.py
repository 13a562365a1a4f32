"""Where each row lies, told by the raw rows: whose it is, in which unit, in which company.

In the spirit of the oracle: plain loops over rows as they stand in the database, and nothing of
the product's own policy. What belongs to a company as a whole says so, and so does what is
nobody's at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.matrix.oracle import Oracle

Row = Mapping[str, Any]


class Position(Enum):
    """The five places a row can have in the eyes of a person."""

    OWN = "own"
    SUB_TREE = "sub-tree"
    SIBLING = "sibling"
    PARENT = "parent"
    OTHER_TENANT = "other tenant"


@dataclass(frozen=True)
class Place:
    """Whose a row is: of which company, of whom, and in which units it counts.

    What is of nobody but lies in units is those units' own; what names neither is the whole
    company's.
    """

    tenant: int | None
    people: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()


NOBODYS = Place(None)
"""Where nothing lies: what is not there, and a ticket that somebody made up."""

WHOLE = frozenset(
    {
        *("closing", "entry", "export", "hook_delivery", "provider"),
        *("report", "tenant", "webhook"),
    }
)
"""Kinds of rows that belong to a company as a whole."""
SAME_AS = {
    **dict.fromkeys(("colleague", "led"), "person"),
    **dict.fromkeys(("merge", "word"), "seq"),
    "cycle": "draft",
    "customer": "member",
    "own_recording": "recording",
    "team": "unit",
}
"""Kinds that are other words for rows of another kind."""
OF_ONE: dict[str, tuple[str, str]] = {
    "ai_text": ("ai_texts", "reader_id"),
    "card": ("cards", "person_id"),
    "contact": ("contacts", "owner_id"),
    "delivery": ("deliveries", "person_id"),
    "import": ("imports", "by_id"),
    "notice": ("notices", "person_id"),
    "play": ("plays", "owner_id"),
    "profile": ("profiles", "made_by_id"),
    "receipt": ("receipts", "person_id"),
    "recording": ("recordings", "by_id"),
    "token": ("tokens", "person_id"),
}
"""Kinds whose rows are one person's and lie where that person sits."""
OF_FACTS = {
    "seq": "seq",
    "source": "source_id",
    "batch": "batch_id",
    "source_row": "source_row_id",
}
"""Kinds that are known by the facts that belong to them."""


class Places:
    """The places of all rows, worked out once for each."""

    def __init__(self, oracle: Oracle) -> None:
        self.rows = oracle
        self._known: dict[tuple[str, int], Place] = {}
        self._homes: dict[int, frozenset[int]] = {}

    def of(self, kind: str, pk: int) -> Place:
        """Return where a row lies; one that is not there lies nowhere."""
        kind = SAME_AS.get(kind, kind)
        found = self._known.get((kind, pk))
        if found is None:
            found = self._known[kind, pk] = self._found(kind, pk)
        return found

    def seen_from(self, person: int | None, place: Place) -> frozenset[Position]:
        """Return where a place lies in the eyes of a person; to nobody all of it is others'."""
        if place.tenant is None:
            return frozenset()
        if person is None or self.rows.people[person]["tenant_id"] != place.tenant:
            return frozenset({Position.OTHER_TENANT})
        if person in place.people or not (place.people or place.units):
            return frozenset({Position.OWN})
        homes = self.homes(person)
        return frozenset(
            self._beside(home, unit, is_nobodys=not place.people)
            for home in homes
            for unit in place.units
        )

    def _beside(self, home: int, unit: int, *, is_nobodys: bool) -> Position:
        if unit == home and is_nobodys:
            return Position.OWN
        if self.rows.lies_under(unit, home):
            return Position.SUB_TREE
        return Position.PARENT if self.rows.lies_under(home, unit) else Position.SIBLING

    def homes(self, person: int) -> frozenset[int]:
        """Return where somebody sits today; of who sits nowhere now, where they sat last.

        Who sells is at home in one unit; the others sit wherever they hold a role.
        """
        if person not in self._homes:
            self._homes[person] = self._seated(person)
        return self._homes[person]

    def _seated(self, person: int) -> frozenset[int]:
        seats = [
            seat for pk, seat in self.rows.seats.items() if pk > 0 and seat["person_id"] == person
        ]
        today = [seat for seat in seats if self.rows.holds(seat, self.rows.today)]
        last = sorted(seats, key=lambda seat: seat["valid_from"])[-1:]
        at_home = [seat for seat in today if seat["is_home"]]
        return frozenset(seat["unit_id"] for seat in at_home or today or last)

    def _found(self, kind: str, pk: int) -> Place:
        if kind in WHOLE:
            return self._whole(kind, pk)
        if kind in OF_ONE:
            table, column = OF_ONE[kind]
            row = getattr(self.rows, table).get(pk)
            return NOBODYS if row is None else self._of_people({row[column]})
        if kind in OF_FACTS:
            return self._of_facts(OF_FACTS[kind], pk)
        return RULES[kind](self, pk)

    def _of_people(self, people: Iterable[int | None], units: Iterable[int | None] = ()) -> Place:
        """Return the place of what is some people's: in units, else where they sit."""
        whose = frozenset(each for each in people if each is not None)
        where = frozenset(each for each in units if each is not None)
        if not whose:
            tenants = {self.rows.units[unit]["tenant_id"] for unit in where}
        else:
            tenants = {self.rows.people[each]["tenant_id"] for each in whose}
            where = where or frozenset(home for each in whose for home in self.homes(each))
        return Place(tenants.pop(), whose, where) if len(tenants) == 1 else NOBODYS

    def _row(self, row: Row | None, *people: str) -> Place:
        """Return the place of a row that says whose it is, and in which unit it counts."""
        if row is None:
            return NOBODYS
        return self._of_people((row[each] for each in people), [row["unit_id"]])

    def _joint(self, places: Iterable[Place]) -> Place:
        """Return the place of what lies wherever any of its parts does."""
        parts = [each for each in places if each.tenant is not None]
        if not parts:
            return NOBODYS
        return Place(
            parts[0].tenant,
            frozenset().union(*(each.people for each in parts)),
            frozenset().union(*(each.units for each in parts)),
        )

    def _of_facts(self, column: str, value: int) -> Place:
        return self._joint(
            self._fact(pk) for pk, fact in self.rows.facts.items() if fact[column] == value
        )

    def _whole(self, kind: str, pk: int) -> Place:
        if kind == "tenant":
            known = {row["tenant_id"] for row in self.rows.people.values()}
            return Place(pk) if pk in known else NOBODYS
        if kind == "hook_delivery":
            row = self.rows.hook_deliveries.get(pk)
            return NOBODYS if row is None else self._whole("webhook", row["webhook_id"])
        tables: dict[str, Mapping[int, Row]] = {
            "closing": self.rows.closings,
            "entry": self.rows.entries,
            "export": self.rows.exports,
            "provider": self.rows.providers,
            "report": self.rows.reports,
            "webhook": self.rows.webhooks,
        }
        row = tables[kind].get(pk)
        return NOBODYS if row is None else Place(row["tenant_id"])

    # One rule for each kind that is no plain one.

    def _nobodys(self, _: int) -> Place:
        return NOBODYS

    def _unit(self, pk: int) -> Place:
        return self._of_people((), [pk] if pk in self.rows.units else [])

    def _person(self, pk: int) -> Place:
        return self._of_people({pk}) if pk in self.rows.people else NOBODYS

    def _seat(self, pk: int) -> Place:
        return self._row(self.rows.seats.get(pk), "person_id")

    def _fact(self, pk: int) -> Place:
        """A fact is whose it says; one about two accounts is of all who have facts about them."""
        fact = self.rows.facts.get(pk)
        if fact is None:
            return NOBODYS
        if fact["kind"] == "account.merged":
            return self._joint(map(self._member, (fact["account_id"], int(fact["text_1"]))))
        if fact["person_id"] is None and fact["unit_id"] is None:
            return Place(fact["tenant_id"])
        return self._row(fact, "person_id")

    def _member(self, pk: int) -> Place:
        return self._joint(
            self._row(fact, "person_id")
            for fact in self.rows.facts.values()
            if fact["account_id"] == pk and fact["person_id"] is not None
        )

    def _distinction(self, pk: int) -> Place:
        row = self.rows.distinctions.get(pk)
        return (
            NOBODYS
            if row is None
            else self._joint(self._member(row[side]) for side in ("one_id", "other_id"))
        )

    def _quota(self, pk: int) -> Place:
        return self._row(self.rows.quotas.get(pk), "person_id")

    def _draft(self, pk: int) -> Place:
        """A cycle is of the unit that it is for."""
        row = self.rows.cycles.get(pk)
        return NOBODYS if row is None else self._of_people((), [row["root_id"]])

    def _goal(self, pk: int) -> Place:
        row = self.rows.goals.get(pk)
        return NOBODYS if row is None else self._draft(row["cycle_id"])

    def _event(self, pk: int) -> Place:
        """A market event is of who reported it, in the units that it touches."""
        row = self.rows.events.get(pk)
        if row is None:
            return NOBODYS
        units = [each["unit_id"] for each in self.rows.places.values() if each["event_id"] == pk]
        return self._of_people({row["filed_by_id"]}, units)

    def _reckoning(self, pk: int) -> Place:
        row = self.rows.reckonings.get(pk)
        return NOBODYS if row is None else self._event(row["event_id"])

    def _proposal(self, pk: int) -> Place:
        """A proposal is of those whom it asks."""
        asked = [row for row in self.rows.addressees.values() if row["proposal_id"] == pk]
        return self._of_people(
            (row["person_id"] for row in asked), (row["unit_id"] for row in asked)
        )

    def _job(self, pk: int) -> Place:
        row = self.rows.jobs.get(pk)
        return NOBODYS if row is None else self._of_people({json.loads(row["args"]).get("by")})

    def _weekly(self, pk: int) -> Place:
        row = self.rows.weekly_reports.get(pk)
        return NOBODYS if row is None else self._unit(row["unit_id"])

    def _task(self, pk: int) -> Place:
        return self._row(self.rows.tasks.get(pk), "owner_id")

    def _task_file(self, pk: int) -> Place:
        row = self.rows.task_files.get(pk)
        return NOBODYS if row is None else self._task(row["task_id"])

    def _conversation(self, pk: int) -> Place:
        row = self.rows.conversations.get(pk)
        return (
            NOBODYS
            if row is None
            else self._of_people({row["person_id"]}, self._fact(row["fact_id"]).units)
        )

    def _delegation(self, pk: int) -> Place:
        row = self.rows.delegations.get(pk)
        return NOBODYS if row is None else self._of_people({row["lender_id"], row["deputy_id"]})

    def _share(self, pk: int) -> Place:
        row = self.rows.shares.get(pk)
        return NOBODYS if row is None else self._of_people({row["sharer_id"], row["person_id"]})

    def _pack(self, pk: int) -> Place:
        return self._row(self.rows.packs.get(pk), "person_id")

    def _alert(self, pk: int) -> Place:
        return self._row(self.rows.alerts.get(pk), "person_id", "owner_id")

    def _petition(self, pk: int) -> Place:
        """A request is of who asked, and of whom it is about."""
        row = self.rows.petitions.get(pk)
        if row is None:
            return NOBODYS
        about = self._subject(row["subject_id"].int).people if row["subject_id"] else ()
        return self._of_people({row["asked_by_id"], *about})

    def _hold(self, pk: int) -> Place:
        row = self.rows.privacy_holds.get(pk)
        return NOBODYS if row is None else self._subject(row["subject_id"].int)

    def _consent(self, pk: int) -> Place:
        row = self.rows.consents.get(pk)
        return NOBODYS if row is None else self._subject(row["subject_id"].int)

    def _subject(self, pk: int) -> Place:
        """Of whom something is kept: a colleague, or whom somebody looks after at a customer."""
        contacts = self.rows.contacts.values()
        people = {row["owner_id"] for row in contacts if row["subject_id"].int == pk}
        return self._of_people({*people, self.rows.subjects_by_mark.get(pk, {}).get("person_id")})


RULES: dict[str, Callable[[Places, int], Place]] = {
    "alert": Places._alert,
    "consent": Places._consent,
    "conversation": Places._conversation,
    "delegation": Places._delegation,
    "distinction": Places._distinction,
    "draft": Places._draft,
    "event": Places._event,
    "fact": Places._fact,
    "goal": Places._goal,
    "hold": Places._hold,
    "job": Places._job,
    "member": Places._member,
    "pack": Places._pack,
    "person": Places._person,
    "petition": Places._petition,
    "proposal": Places._proposal,
    "quota": Places._quota,
    "reckoning": Places._reckoning,
    "seat": Places._seat,
    "share": Places._share,
    "subject": Places._subject,
    "task": Places._task,
    "task_file": Places._task_file,
    **dict.fromkeys(("callback", "session", "ticket"), Places._nobodys),
    "unit": Places._unit,
    "weekly": Places._weekly,
}
"""Kinds with a rule of their own."""
KINDS = frozenset({*WHOLE, *SAME_AS, *OF_ONE, *OF_FACTS, *RULES})
"""Every kind of row whose place is known."""
