"""The controls of the editor of definitions, each called by its place in the definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.functional import Promise

Text = str | Promise
Choices = Sequence[tuple[str, Text]]
Kind = Literal["select", "text", "area", "checks", "number", "date", "switch"]


@dataclass
class Spot:
    """A place of the form that a problem can be about."""

    place: str
    errors: list[str] = field(default_factory=list)


@dataclass
class Control(Spot):
    """A box, a list or a set of boxes to tick, with what stands in it."""

    kind: Kind = "text"
    label: Text = ""
    texts: Sequence[str] = ()
    choices: Choices = ()
    """What is offered: all there is for a list, suggestions for a box."""
    help: Text = ""
    is_bare: bool = False
    """Whether its label is there for screen readers only, because its row says what it is."""
    redraws: bool = False
    """Whether other controls depend on it, so that the form is drawn anew."""
    has_focus: bool = False

    @property
    def text(self) -> str:
        return self.texts[0] if self.texts else ""

    @property
    def rows(self) -> int:
        """Return how many lines a box for longer texts shows."""
        return min(max(3, self.text.count("\n") + 2), 10)


@dataclass
class Node(Spot):
    """A condition: a row of controls, or a group of further conditions."""

    controls: list[Control] = field(default_factory=list)
    parts: list[Node] = field(default_factory=list)
    is_group: bool = False
    label: Text = ""


@dataclass
class NeedPart(Spot):
    """One gate with its words and its condition."""

    controls: list[Control] = field(default_factory=list)
    where: Node | None = None


@dataclass
class GatesPart(Spot):
    """The gates of a term."""

    controls: list[Control] = field(default_factory=list)
    needs: list[NeedPart] = field(default_factory=list)


@dataclass
class TermPart(Spot):
    """A term: what is added up, of which facts, and what must have happened besides."""

    number: int = 0
    controls: list[Control] = field(default_factory=list)
    where: Node | None = None
    gates: GatesPart | None = None

    @property
    def where_place(self) -> str:
        return f"{self.place}.where"


@dataclass
class MeasurePart(Spot):
    """Terms that are added up."""

    label: Text = ""
    terms: list[TermPart] = field(default_factory=list)


@dataclass
class ParameterPart(Spot):
    """A number with a name of its own."""

    controls: list[Control] = field(default_factory=list)
