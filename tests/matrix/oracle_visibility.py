"""What is lent and shared, worked out from the raw rows: seats that are as good as held, and rows.

Plain loops over every row, and nothing of the product's own policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

Row = Mapping[str, Any]
Rows = Mapping[int, Row]
LENT = ("manager", "hrbp")


def with_lent(
    seats: Rows, delegations: Rows, people: Rows, units: Rows, today: date
) -> dict[int, Row]:
    """Return all seats, and one for each that is lent today to somebody who holds a seat."""
    found = dict(seats)
    numbers = count(-1, -1)
    for row in delegations.values():
        lender, deputy = row["lender_id"], row["deputy_id"]
        is_over = row["ended_on"] is not None and row["ended_on"] <= today
        if not row["valid_from"] <= today < row["valid_to"] or is_over:
            continue
        if _has_left(people[lender], today) or not _holds_any(seats, deputy, today):
            continue
        for seat in seats.values():
            if seat["person_id"] == lender and _holds(seat, today) and seat["role"] in LENT:
                unit = _smaller(units, seat["unit_id"], row["unit_id"])
                if unit is not None and row["role"] in ("", seat["role"]):
                    lent = {**seat, "person_id": deputy, "unit_id": unit, "is_home": False}
                    found[next(numbers)] = lent
    return found


def _holds(seat: Row, day: date) -> bool:
    return seat["valid_from"] <= day and (seat["valid_to"] is None or day < seat["valid_to"])


def _holds_any(seats: Rows, person: int, day: date) -> bool:
    return any(seat["person_id"] == person and _holds(seat, day) for seat in seats.values())


def _has_left(person: Row, day: date) -> bool:
    return person["ended_on"] is not None and person["ended_on"] <= day


def _smaller(units: Rows, held: int, wanted: int | None) -> int | None:
    """Return the lower of two units where one stands under the other."""
    if wanted is None or _stands_under(units, held, wanted):
        return held
    return wanted if _stands_under(units, wanted, held) else None


def _stands_under(units: Rows, unit: int | None, top: int) -> bool:
    while unit is not None:
        if unit == top:
            return True
        unit = units[unit]["parent_id"]
    return False


class Opened:
    """The rules of what is lent and shared, for the oracle to take in."""

    today: date
    people: Rows
    seats: Rows
    units: Rows
    facts: Rows
    conversations: Rows
    proposals: Rows
    addressees: Rows
    delegations: Rows
    shares: Rows

    def roles(self, person: int) -> set[str]:
        raise NotImplementedError

    def opens(self, person: int, unit: int | None, *roles: str) -> bool:
        raise NotImplementedError

    def delegation(self, person: int, pk: int) -> bool:
        """A delegation is known to both, and to administrators of the company."""
        row = self.delegations[pk]
        ours = row["tenant_id"] == self.people[person]["tenant_id"]
        is_party = person in (row["lender_id"], row["deputy_id"])
        return bool(ours and (is_party or "admin" in self.roles(person)))

    def share(self, person: int, pk: int) -> bool:
        """A share is taken back by who made it, and by administrators of the company."""
        row = self.shares[pk]
        ours = row["tenant_id"] == self.people[person]["tenant_id"]
        return bool(ours and (row["sharer_id"] == person or "admin" in self.roles(person)))

    def shared_with(self, person: int, kind: str) -> list[Row]:
        """Return what others, who are still here, share with somebody of a kind today."""
        if not self.is_here(person):
            return []
        return [
            row
            for row in self.shares.values()
            if row["kind"] == kind
            and row["valid_from"] <= self.today < row["valid_to"]
            and (row["ended_on"] is None or row["ended_on"] > self.today)
            and not _has_left(self.people[row["sharer_id"]], self.today)
            and row["sharer_id"] != person
            and (row["person_id"] == person or self.sits_under(person, row["unit_id"]))
        ]

    def stands_for(self, person: int, lender: int) -> bool:
        """Return whether all is lent that one can lend: then their tasks go along."""
        return any(
            row["lender_id"] == lender
            and row["deputy_id"] == person
            and row["role"] == ""
            and row["unit_id"] is None
            and row["valid_from"] <= self.today < row["valid_to"]
            and (row["ended_on"] is None or row["ended_on"] > self.today)
            and not _has_left(self.people[lender], self.today)
            and self.is_here(person)
            and any(
                pk > 0
                and seat["person_id"] == lender
                and seat["role"] in LENT
                and _holds(seat, self.today)
                for pk, seat in self.seats.items()
            )
            for row in self.delegations.values()
        )

    def answers_for(self, person: int, other: int, proposal: int) -> bool:
        """In the place of another whom it asks, a proposal is answered by who stands in for them.

        And not by who made it: they would answer themselves.
        """
        is_asked = any(
            asked["proposal_id"] == proposal and asked["person_id"] == other
            for asked in self.addressees.values()
        )
        made = self.proposals[proposal]["made_by_id"] == person
        return is_asked and (person == other or (self.stands_for(person, other) and not made))

    def is_here(self, person: int) -> bool:
        """Who has left is opened nothing, whatever their seats still say."""
        left = _has_left(self.people[person], self.today)
        return not left and _holds_any(self.seats, person, self.today)

    def sits_under(self, person: int, unit: int | None) -> bool:
        return unit is not None and any(
            pk > 0
            and seat["person_id"] == person
            and _holds(seat, self.today)
            and _stands_under(self.units, seat["unit_id"], unit)
            for pk, seat in self.seats.items()
        )

    def holds_as_own(self, person: int, owner: int | None, unit: int | None) -> bool:
        """Return whether a sharer sees a row by what they hold themselves: their own, or led."""
        if owner == person:
            return True
        return any(
            pk > 0
            and seat["person_id"] == person
            and seat["role"] in ("manager", "admin", "quality_officer")
            and _holds(seat, self.today)
            and (seat["role"] != "manager" or _stands_under(self.units, unit, seat["unit_id"]))
            for pk, seat in self.seats.items()
        )

    def shared_fact(self, person: int, pk: int) -> bool:
        """A fact of a shared customer or deal is seen as far as who shares it sees it."""
        fact = self.facts[pk]
        about = {"customers.customer": "account_id", "facts.opportunity": "opportunity_id"}
        return any(
            fact[column] in row["ids"]
            and self.holds_as_own(row["sharer_id"], fact["person_id"], fact["unit_id"])
            for kind, column in about.items()
            for row in self.shared_with(person, kind)
        )

    def shared_row(
        self, person: int, kind: str, pk: int, row: Row, owners: tuple[str, ...]
    ) -> bool:
        """A shared task or alert is seen as long as who shares it sees it."""
        return any(
            pk in share["ids"]
            and any(
                self.holds_as_own(share["sharer_id"], row[owner], row["unit_id"])
                for owner in owners
            )
            for share in self.shared_with(person, kind)
        )

    def conversation_secret(self, person: int, pk: int) -> bool:
        """Numbers in what was said are read by who held the conversation, and who leads there."""
        row = self.conversations[pk]
        unit = self.facts[row["fact_id"]]["unit_id"]
        return bool(row["person_id"] == person) or self.opens(person, unit, "manager")
