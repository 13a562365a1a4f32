"""Canaries: texts, numbers and ids that belong to one row and can come from nowhere else.

Names and codes read ``zq…zq`` and hold nothing that a page could say by itself.
The ids of units, people and the like begin where no count reaches. Amounts of
facts are powers of two times a thousand, so a sum tells which facts it is made
of; amounts of targets end in cents of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

TEXT = re.compile(r"zq[a-z]+zq")
PHONE = re.compile(r"(?:(?<!\d)|(?<=\+86))139[ -]?8[1-4]\d\d[ -]?\d{4}(?!\d)")
"""Numbers of phones, as they are kept and as they are written."""
EXACT_MONEY = re.compile(r"[¥$]\s?(\d{1,3}(?:,\d{3})*(?:\.\d\d)?)(?![\d.,]*\s?(?:万|亿|M|k|K|B))")
DAY = re.compile(r"(?<!\d)19[01]\d-\d\d-\d\d(?!\d)")
"""Days on which nobody in the world was born but one."""
UNIT_OF_AMOUNT = 1000
FIRST_ID = {
    "unit": 41000000,
    "person": 42000000,
    "seat": 43000000,
    "token": 44000000,
    "quota": 45000000,
    "import": 46000000,
    "source_row": 47000000,
    "member": 48000000,
    "batch": 49000000,
    "source": 50000000,
    "seq": 51000000,
    "distinction": 53000000,
    "closing": 52000000,
    "card": 54000000,
    "draft": 60000000,
    "goal": 61000000,
    "receipt": 62000000,
    "profile": 63000000,
    "report": 67000000,
    "ai_text": 68000000,
    "conversation": 77000000,
    "notice": 57000000,
    "proposal": 59000000,
    "delivery": 72000000,
    "job": 58000000,
    "event": 65000000,
    "reckoning": 66000000,
    "task": 70000000,
    "task_file": 71000000,
    "play": 78000000,
    "pack": 79000000,
    "weekly": 80000000,
    "alert": 74000000,
    "recording": 91000000,
    "contact": 81000000,
    "delegation": 84000000,
    "share": 85000000,
    "entry": 86000000,
    "petition": 82000000,
    "hold": 83000000,
    "webhook": 89000000,
    "hook_delivery": 88000000,
    "provider": 87000000,
    "consent": 92000000,
    "export": 93000000,
}
"""Where the ids of each kind of row begin, so that a stray id can be told from a count."""

BEGINNINGS = "|".join(str(first)[:2] for first in FIRST_ID.values())
ID = re.compile(rf"(?<![0-9a-zA-Z.,])(?:{BEGINNINGS})0000\d\d(?![0-9a-zA-Z])")

HEARD_AS = {"member": "customer", "seq": "told_fact", "draft": "cycle"}
"""Ids that are told of in more places than where the row itself is opened."""

Subject = tuple[str, int]
"""A kind of row and its primary key."""


def word(*parts: str) -> str:
    """Return a text for a row: letters only, framed so that none is part of another."""
    letters = "".join(re.sub(r"[^a-z]", "", part.lower()) for part in parts)
    return f"zq{letters}zq"


def phone(number: int) -> str:
    """Return a phone of its own for a row."""
    return f"139{81000000 + number}"


@dataclass
class Aviary:
    """All canaries, and the rows they belong to."""

    texts: dict[str, set[Subject]] = field(default_factory=dict)
    quota_amounts: dict[str, Subject] = field(default_factory=dict)
    facts: list[int] = field(default_factory=list)

    def text(self, kind: str, pk: int, *words: str) -> None:
        for each in words:
            self.texts.setdefault(each.lower(), set()).add((kind, pk))

    def next_amount(self) -> Decimal:
        """Return the amount of the next fact: a power of two of its own."""
        return Decimal(UNIT_OF_AMOUNT * 2 ** len(self.facts))

    def fact(self, pk: int) -> None:
        self.facts.append(pk)

    def sung_in(self, body: str) -> set[tuple[str, frozenset[Subject]]]:
        """Return each canary heard in a text, with the rows it may belong to."""
        heard = {(text, frozenset(self.texts[text])) for text in self._texts_in(body)}
        plain = body.replace(",", "")
        heard |= {
            (amount, frozenset({subject}))
            for amount, subject in self.quota_amounts.items()
            if amount in plain
        }
        kinds = {str(first)[:2]: kind for kind, first in FIRST_ID.items()}
        heard |= {
            (found, frozenset({(HEARD_AS.get(kind, kind), int(found))}))
            for found in ID.findall(body)
            if (kind := kinds[found[:2]])
        }
        return heard

    def _texts_in(self, body: str) -> Iterable[str]:
        phones = {re.sub(r"[ -]", "", found) for found in PHONE.findall(body)}
        found = {*TEXT.findall(body.lower()), *DAY.findall(body), *phones}
        return (t for t in found if t in self.texts)

    def facts_in(self, amount: Decimal) -> frozenset[int]:
        """Return the facts a sum is made of; none where it is not a sum of facts."""
        whole, rest = divmod(amount, UNIT_OF_AMOUNT)
        if rest or not 0 < whole < 2 ** len(self.facts):
            return frozenset()
        return frozenset(pk for place, pk in enumerate(self.facts) if int(whole) >> place & 1)

    def sums_in(self, body: str) -> Iterable[Decimal]:
        """Return the exact amounts of money that a page writes out."""
        return (Decimal(found.replace(",", "")) for found in EXACT_MONEY.findall(body))
