"""The tree of targets as a workbook: every node in the order of the tree."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.base.spreadsheet import Value, workbook
from bihuan.goals.queries.dilution import DilutionTree, Line
from bihuan.goals.templatetags.goals_words import kind_called

STATES = {
    "leak": gettext_lazy("Leaks"),
    "buffer": gettext_lazy("Buffer"),
    "stops": gettext_lazy("Stops here"),
    "open": gettext_lazy("No target"),
}


def tree_book(tree: DilutionTree) -> bytes:
    """Return every unit and person of a tree as XLSX, with what each hands on."""
    header = [
        _("Level"),
        _("What"),
        _("Unit or person"),
        _("Way down"),
        _("Asked"),
        _("Same days last year"),
        _("Growth"),
        _("Handed on"),
        _("Difference"),
        _("Remark"),
    ]
    return workbook(_("Target dilution"), header, _rows(tree))


def _rows(tree: DilutionTree) -> Iterator[list[Value]]:
    pending = [(tree.line(tree.found.root), "")]
    while pending:
        line, above = pending.pop()
        way = f"{above} → {line.named.name}" if above else line.named.name
        yield _row(line, way)
        below = tree.rows(line.standing.key) if line.has_children else []
        pending += [(each, way) for each in reversed(below)]


def _row(line: Line, way: str) -> list[Value]:
    standing = line.standing
    return [
        standing.level,
        kind_called(line.named.kind),
        line.named.name,
        way,
        standing.asked,
        standing.before,
        standing.growth,
        standing.passed,
        standing.gap,
        _("Nobody sits here") if line.is_vacant else str(STATES.get(standing.state.value, "")),
    ]
