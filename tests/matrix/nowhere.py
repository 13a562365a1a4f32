"""Where a kind of row cannot lie for somebody, and why: each gap of the matrix has a reason.

A reason that the world has outgrown, because it holds such a row after all, makes a test red.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.matrix.places import WHOLE, Position
from tests.matrix.positions import ROLES

HERE = frozenset(Position) - {Position.OTHER_TENANT}
EVERYBODY = frozenset(ROLES)
AT_THE_ROOT = frozenset({"quality officer", "admin", "integration"})


@dataclass(frozen=True)
class Nowhere:
    """That rows of some kinds lie in no such position in the eyes of some roles."""

    why: str
    positions: frozenset[Position]
    roles: frozenset[str] = EVERYBODY
    kinds: frozenset[str] | None = None
    """Which kinds; whatever it is about where none is named."""

    def holds(self, role: str, position: Position, kinds: Iterable[str]) -> bool:
        """Return whether this is why a request about some kinds cannot be tried there."""
        is_about = self.kinds is None or not self.kinds.isdisjoint(kinds)
        return is_about and role in self.roles and position in self.positions


NOWHERE = (
    Nowhere(
        "Who has not signed in sits nowhere: to nobody, every row is another company's.",
        HERE,
        frozenset({"nobody"}),
    ),
    Nowhere(
        "The root of a company has nothing above and nothing beside it.",
        frozenset({Position.SIBLING, Position.PARENT}),
        AT_THE_ROOT,
    ),
    Nowhere(
        "What belongs to a company as a whole is each one's own there: no unit holds it.",
        HERE - {Position.OWN},
        kinds=WHOLE,
    ),
    Nowhere(
        "A ticket, a key or a secret that somebody made up is in no company.",
        frozenset(Position),
        kinds=frozenset({"ticket"}),
    ),
    Nowhere(
        "A session is its owner's alone, who gives the password again before any is looked for.",
        frozenset(Position),
        kinds=frozenset({"session"}),
    ),
    Nowhere(
        "An address for calls of WeCom is no company's before one has set WeCom up.",
        frozenset(Position),
        kinds=frozenset({"callback"}),
    ),
)


def reason_for(role: str, position: Position, kinds: Iterable[str]) -> Nowhere | None:
    """Return why nothing of these kinds lies there for a role, if there is a reason."""
    about = frozenset(kinds)
    return next((each for each in NOWHERE if each.holds(role, position, about)), None)


def claimed(kinds: Iterable[str]) -> Iterator[tuple[Nowhere, str, str, Position]]:
    """Return each combination of a kind, a role and a position of which a reason speaks."""
    for kind in kinds:
        for reason in NOWHERE:
            if reason.kinds is None or kind in reason.kinds:
                for role in reason.roles:
                    for position in reason.positions:
                        yield reason, kind, role, position
