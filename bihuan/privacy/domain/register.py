"""Register: what every column that can hold text holds, and what erasing somebody does to it.

    technical   codes, states and digests, which say nothing of anybody
    business    names of things of the company: units, accounts, metrics
    ledger      what facts say; it is never changed, and people are named in it by number
    vault       sealed values, gone with their key
    secret      passwords and keys
    colleague   what a colleague is called; another name is put in its place
    owned       rows that belong to one login or person; they are deleted with it
    free        what people typed or what was made of it; values are taken out wherever they occur
    file        what files hold; one in which a value occurs is destroyed
    passing     ends by itself within three days; a session is ended at once

The second word says to which part of the product a column belongs, or by which column
an owned row names its owner. The list lies beside this module and is the register of
processing as well: a test fails on a column that is not in it.

>>> REGISTER["customers.Conversation.text"]
Entry(column='customers.Conversation.text', holds=<Holds.FREE: 'free'>, part='conversations')
>>> sorted(each.column for each in REGISTER.values() if each.part == "person")
['base.KeptAnswer.content', 'integrations.ChatAddress.address']
>>> tables([REGISTER["inbox.Notice.says"], REGISTER["inbox.Notice.params"]])
{'inbox.Notice': ('says', 'params')}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files


class Holds(StrEnum):
    TECHNICAL = "technical"
    BUSINESS = "business"
    LEDGER = "ledger"
    VAULT = "vault"
    SECRET = "secret"
    COLLEAGUE = "colleague"
    OWNED = "owned"
    FREE = "free"
    FILE = "file"
    PASSING = "passing"


@dataclass(frozen=True, slots=True)
class Entry:
    """A column, as app.Model.field, and what it holds."""

    column: str
    holds: Holds
    part: str = ""

    @property
    def model(self) -> str:
        return self.column.rpartition(".")[0]

    @property
    def field(self) -> str:
        return self.column.rpartition(".")[2]


def _read() -> dict[str, Entry]:
    text = files("bihuan.privacy.domain").joinpath("register.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {
        column: Entry(column, Holds(holds), part[0] if part else "")
        for column, holds, *part in lines
    }


REGISTER: Mapping[str, Entry] = _read()


def holding(holds: Holds) -> list[Entry]:
    """Return the columns that hold something of this kind."""
    return [each for each in REGISTER.values() if each.holds is holds]


def tables(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Return the fields of each model among these columns, so that it is read through once."""
    found: dict[str, tuple[str, ...]] = {}
    for each in entries:
        found[each.model] = (*found.get(each.model, ()), each.field)
    return found
