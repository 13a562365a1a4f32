"""Report: what is found while rows are checked, problems and notes alike.

The same cell may be looked at for several facts; it is one problem. Problems
are counted without end and shown up to a thousand.

>>> report = Report()
>>> fault = Fault("example.blank", gettext_noop("Empty."))
>>> report.add(fault.at(Origin("a.csv", "", 2), column="x"))
>>> report.add(fault.at(Origin("a.csv", "", 2), column="x"))
>>> report.problem_count
1
>>> report.note(LEFT_EMPTY, Origin("a.csv", "", 2), column="account")
>>> report.note(LEFT_EMPTY, Origin("a.csv", "", 5), column="account")
>>> [(note.says % note.params, note.rows) for note in report.notes()]
[('2 rows have no account: left empty.', (2, 5))]
"""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.landing.draft import Note
from bihuan.kernel.errors import Problem

SHOWN = 1_000

LEFT_EMPTY = Fault(
    "mapping.left_empty", gettext_noop("%(count)s rows have no %(column)s: left empty.")
)
SKIPPED = Fault(
    "mapping.skipped", gettext_noop("%(count)s rows have no %(column)s: they make no %(kind)s.")
)
HELD = Fault(
    "mapping.held",
    gettext_noop("%(count)s rows have no %(column)s yet: held, no %(kind)s until they have."),
)
DEFAULTED = Fault(
    "mapping.defaulted",
    gettext_noop("%(count)s rows have no %(column)s: “%(default)s” is taken."),
)
VALUE_MAPPED = Fault(
    "mapping.value_mapped",
    gettext_noop("%(count)s cells of %(column)s say “%(value)s” and are read as “%(meant)s”."),
)
TIDIED = Fault(
    "mapping.tidied",
    gettext_noop(
        "%(count)s cells of %(column)s had spaces, full-width letters or a “.0”, now removed."
    ),
)
ROUNDED = Fault(
    "mapping.rounded",
    gettext_noop("%(count)s numbers of %(column)s had more than four decimals and were rounded."),
)
NOT_LOOKED_UP = Fault(
    "mapping.not_looked_up",
    gettext_noop("%(count)s rows name a %(column)s that %(other)s does not have: left empty."),
)
STRETCHED = Fault(
    "mapping.seat_stretched",
    gettext_noop("%(name)s has figures before the seat begins: it now begins on %(day)s."),
)
CREATED = Fault(
    "mapping.member_created",
    gettext_noop("%(count)s new values of %(column)s become members of %(dimension)s."),
)


class Report:
    """Collects problems and notes while the rows of an import are checked."""

    def __init__(self) -> None:
        self.problem_count = 0
        self._problems: list[Problem] = []
        self._seen: set[tuple[str, str, str, int | None, str]] = set()
        self._notes: dict[tuple[object, ...], tuple[Fault, Origin, dict[str, object], set[int]]]
        self._notes = {}

    def add(self, problem: Problem) -> None:
        """Keep a problem, once for each place."""
        place = (problem.code, problem.file, problem.sheet, problem.row, problem.column)
        if place in self._seen:
            return
        self._seen.add(place)
        self.problem_count += 1
        if len(self._problems) < SHOWN:
            self._problems.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.add(problem)

    def note(self, fault: Fault, origin: Origin, *, column: str = "", **params: object) -> None:
        """Remember that something was handled in a row."""
        key = (fault.code, origin.file, origin.sheet, column, *params.values())
        if key not in self._notes:
            self._notes[key] = (fault, origin, {"column": column, **params}, set())
        self._notes[key][3].add(origin.line or 0)

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems as people read a file: by file, sheet and row."""
        return tuple(
            sorted(self._problems, key=lambda each: (each.file, each.sheet, each.row or 0))
        )

    def notes(self) -> tuple[Note, ...]:
        """Return what was handled, each kind of it counted once."""
        return tuple(
            Note(
                code=fault.code,
                says=fault.says,
                params={**params, "count": len(lines)},
                file=origin.file,
                sheet=origin.sheet,
                column=str(params["column"]),
                count=len(lines),
                rows=tuple(sorted(lines)[:SHOWN]),
            )
            for fault, origin, params, lines in self._notes.values()
        )
