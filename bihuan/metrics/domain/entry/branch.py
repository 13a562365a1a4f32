"""Branch: what a form sends, as a tree; the names of its fields are places in a definition.

A field that is called ``measure[0].where[1].field`` says what stands there, so
a problem of a definition, which has a place too, is shown at the field it is about.

>>> tree = planted([("key", ["calls"]), ("measure[0].how", ["count"]), ("measure[2].how", ["sum"])])
>>> [(term.place, term.text("how")) for term in tree.numbered("measure")]
[('measure[0]', 'count'), ('measure[1]', 'sum')]
>>> [name for name, _ in tree.fields()]
['key', 'measure[0].how', 'measure[1].how']

A number that is left out is closed up: rows are removed without the others being renamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

STEP = re.compile(r"\[(\d{1,4})\]|(?:^|\.)(\w+)")
SHAPE = re.compile(r"^\w+(\[\d{1,4}\]|\.\w+)*$")
DEEPEST = 40


@dataclass
class Branch:
    """What stands at one place: its own texts, and what lies below it by name or number."""

    place: str = ""
    texts: list[str] = field(default_factory=list)
    below: dict[str, Branch] = field(default_factory=dict)

    def text(self, name: str = "") -> str:
        """Return the one text at a name below, or of the branch itself, without blanks around."""
        found = self.below.get(name) if name else self
        return found.texts[-1].strip() if found is not None and found.texts else ""

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of a text that are not empty."""
        given = (each.strip() for each in self.text(name).splitlines())
        return tuple(each for each in given if each)

    def at(self, name: str) -> Branch:
        """Return what lies at a name below; an empty branch is put there when there is none."""
        return self.below.setdefault(name, Branch(f"{self.place}.{name}".lstrip(".")))

    def put(self, name: str, *texts: str) -> None:
        """Set the texts at a name below."""
        self.at(name).texts = list(texts)

    def own_numbered(self) -> list[Branch]:
        """Return the numbered branches right below this one, in order."""
        numbers = sorted((name for name in self.below if name.isdigit()), key=int)
        return [self.below[number] for number in numbers]

    def numbered(self, name: str) -> list[Branch]:
        """Return the numbered branches below a name, in order."""
        found = self.below.get(name)
        return found.own_numbered() if found is not None else []

    def hold(self, parts: Sequence[Branch]) -> None:
        """Have these as the numbered branches, in this order, whatever was there."""
        named = {name: each for name, each in self.below.items() if not name.isdigit()}
        self.below = named | {str(number): each for number, each in enumerate(parts)}
        self.settle(self.place)

    def settle(self, place: str) -> None:
        """Have every branch below say the place where it stands, numbers closed up."""
        self.place = place
        numbered = self.own_numbered()
        named = {name: each for name, each in self.below.items() if not name.isdigit()}
        for name, each in named.items():
            each.settle(f"{place}.{name}".lstrip("."))
        for number, each in enumerate(numbered):
            each.settle(f"{place}[{number}]")
        self.below = named | {str(number): each for number, each in enumerate(numbered)}

    def found(self, place: str) -> Branch | None:
        """Return the branch at a place below, if there is one."""
        here: Branch | None = self
        for step in steps_of(place):
            here = here.below.get(step) if here is not None else None
        return here

    def fields(self) -> Iterator[tuple[str, list[str]]]:
        """Yield every field with its texts, as a form would send them."""
        if self.texts:
            yield self.place, self.texts
        for each in self.below.values():
            yield from each.fields()


def steps_of(place: str) -> list[str]:
    """Return the names and numbers that a place is made of."""
    return [number or name for number, name in STEP.findall(place)]


def planted(fields: Iterable[tuple[str, Sequence[str]]]) -> Branch:
    """Return what a form sent as a tree; names that are no places are left out."""
    root = Branch()
    for name, texts in fields:
        steps = steps_of(name)
        if not SHAPE.match(name) or len(steps) > DEEPEST:
            continue
        here = root
        for step in steps:
            here = here.below.setdefault(step, Branch())
        here.texts = [text.replace("\r\n", "\n") for text in texts]
    root.settle("")
    return root


def place_of_problem(column: str) -> str:
    """Return the field that a problem's place is about.

    A form does not write what kind of group a condition stands in into its names:

    >>> place_of_problem("measure[0].where.all[1].not.any[2].value")
    'measure[0].where[1][0][2].value'
    """
    place = re.sub(r"\.(all|any)(?=[.\[]|$)", "", column)
    return re.sub(r"\.not(?=[.\[]|$)", "[0]", place)
