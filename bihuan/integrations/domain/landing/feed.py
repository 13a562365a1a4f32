"""Feed: the rows of one file of a mapping, column by column, lookups followed.

Everything is reckoned a column at a time, for all rows at once; a lookup is a
list that says for each row which row of the other file it points to.

>>> from bihuan.integrations.domain.mapping import load_mapping
>>> mapping = load_mapping('''
... source: s
... files:
...   orders: {path: o.csv, lookups: {item: {file: items, by: sku}}}
...   items: {path: i.csv, key: sku}
... ''')
>>> tables = [
...     Table(file="o.csv", columns=("sku",), header_line=1, lines=(2, 3), rows=(("a",), ("b",))),
...     Table(file="i.csv", columns=("sku", "price"), header_line=1, lines=(2, 3),
...           rows=(("b", "7"), ("a", "9"))),
... ]
>>> feeds_of(mapping, tables, Report())["orders"].column("item.price", Want.NUMBER)
[Decimal('9'), Decimal('7')]
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.landing.cells import (
    SILENT,
    Cellar,
    Unread,
    Value,
    read_instants,
    read_numbers,
    tidied,
)
from bihuan.integrations.domain.landing.report import NOT_LOOKED_UP, Report
from bihuan.integrations.domain.mapping import Mapping
from bihuan.integrations.domain.mapping.file import ColumnSpec, FileSpec, Lookup, NotFound
from bihuan.integrations.domain.spelling import NONE_CLOSE, closest
from bihuan.integrations.domain.table import Cell, Table, Wanted, spelled

COLUMN_MISSING = Fault(
    "mapping.column_missing",
    gettext_noop("%(file)s has no column “%(column)s”. Similar: %(similar)s."),
    gettext_noop("Correct the name in the mapping, or the header of the file."),
)
FILE_UNKNOWN = Fault(
    "mapping.file_unknown",
    gettext_noop("The mapping speaks of a file “%(alias)s” that it does not list under files."),
    gettext_noop("Add it under files, or correct the name."),
)
KEY_REPEATED = Fault(
    "mapping.key_repeated",
    gettext_noop("The key “%(value)s” in %(column)s stands in row %(first)s already."),
    gettext_noop(
        "Each row needs its own key. Delete the row that is there twice, or correct the key."
    ),
)
NOT_FOUND = Fault(
    "mapping.not_found",
    gettext_noop("“%(value)s” in %(column)s is not in %(other)s."),
    gettext_noop("Correct the spelling, add it to that file, or map the value in the mapping."),
)
SEPARATOR = "\x1f"


class Want(StrEnum):
    """What a field wants to read out of a cell."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"


class Feed:
    """The rows of the tables that one file of the mapping stands for."""

    def __init__(self, alias: str, spec: FileSpec, tables: Sequence[Table], report: Report) -> None:
        self.alias, self.spec, self.tables, self.report = alias, spec, tables, report
        self.others: Map[str, Feed] = {}
        self.zone: tzinfo = UTC
        self.today: date | None = None
        self.length = sum(len(table.rows) for table in tables)
        self.origins = [
            Origin(table.file, table.sheet, line) for table in tables for line in table.lines
        ]
        self._columns: dict[tuple[str, Want], list[Value]] = {}
        self._cells: dict[str, list[tuple[Table, list[Cell]]]] = {}
        self._jumps: dict[str, list[int | Unread | None]] = {}
        self._indexes: dict[tuple[str, ...], dict[str, int]] = {}

    @property
    def name(self) -> str:
        """Return what people call the file."""
        return ", ".join(table.file for table in self.tables[:3]) or self.spec.path

    def has(self, column: str) -> bool:
        return any(column in table.columns for table in self.tables)

    def column(self, path: str, want: Want) -> list[Value]:
        """Return the values of a column, or of a column of the row that lookups lead to."""
        if (path, want) not in self._columns:
            self._columns[path, want] = self._read(path, want)
        return self._columns[path, want]

    def _read(self, path: str, want: Want) -> list[Value]:
        lookup, _, rest = path.partition(".")
        if not self.has(path) and lookup in self.spec.lookups:
            return self._through(lookup, rest, want)
        if want is Want.DAY:
            return [day_of(value, self.zone) for value in self.column(path, Want.INSTANT)]
        values: list[Value] = []
        spec = self.spec.columns.get(path, ColumnSpec())
        for table, cells in self._tidied(path):
            cellar = Cellar(path, Origin(table.file, table.sheet), table.lines, cells)
            values += _as_wanted(cellar, spec, want)
        return values if self.has(path) or not self.tables else [SILENT] * self.length

    def _tidied(self, path: str) -> list[tuple[Table, list[Cell]]]:
        """Return the cells of a column for each table, tidied once whatever they are read as."""
        if path not in self._cells:
            spec = self.spec.columns.get(path, ColumnSpec())
            empty = frozenset(self.spec.empty)
            made = []
            for table in self.tables:
                if path not in table.columns:
                    self._missing(path, table)
                    continue
                at = table.columns.index(path)
                raw = [row[at] for row in table.rows]
                cellar = Cellar(path, Origin(table.file, table.sheet), table.lines, raw)
                made.append((table, tidied(cellar, spec, empty, self.report)))
            self._cells[path] = made
        return self._cells[path]

    def _missing(self, path: str, table: Table) -> None:
        similar = closest(path, table.columns)
        if similar == NONE_CLOSE:
            similar = ", ".join(table.columns[:8])
        place = Origin(table.file, table.sheet, table.header_line)
        self.report.add(COLUMN_MISSING.at(place, column=path, file=table.file, similar=similar))

    def _through(self, name: str, rest: str, want: Want) -> list[Value]:
        jumps = self._jump(name)
        other = self.others.get(self.spec.lookups[name].file)
        if other is None:
            return [SILENT] * self.length
        values = other.column(rest, want)
        return [jump if not isinstance(jump, int) else values[jump] for jump in jumps]

    def _jump(self, name: str) -> list[int | Unread | None]:
        """Return for each row the row of the other file that a lookup leads to."""
        if name not in self._jumps:
            lookup = self.spec.lookups[name]
            other = self.others.get(lookup.file)
            if other is None:
                self.report.add(FILE_UNKNOWN.at(alias=lookup.file))
                return [SILENT] * self.length
            index = other.index(tuple(lookup.key or other.spec.key or lookup.by))
            keys = self.keys(tuple(lookup.by))
            self._jumps[name] = [self._land(lookup, other, index, n, k) for n, k in enumerate(keys)]
        return self._jumps[name]

    def _land(
        self, lookup: Lookup, other: Feed, index: Map[str, int], row: int, key: str | Unread | None
    ) -> int | Unread | None:
        if not isinstance(key, str):
            return key
        if (at := index.get(key)) is not None:
            return at
        column = ", ".join(lookup.by)
        if lookup.on_missing is NotFound.LEAVE_EMPTY:
            self.report.note(NOT_LOOKED_UP, self.origins[row], column=column, other=other.name)
            return None
        value = key.replace(SEPARATOR, ", ")
        place = self.origins[row]
        return Unread(NOT_FOUND.at(place, column=column, value=value, other=other.name))

    def keys(self, columns: tuple[str, ...]) -> list[str | Unread | None]:
        """Return the key that each row has in some columns; nothing when one of them is empty."""
        parts = [self.column(column, Want.TEXT) for column in columns]
        if len(parts) == 1:
            return [v if v is None or isinstance(v, Unread) else str(v) for v in parts[0]]
        return [_joined(row) for row in zip(*parts, strict=True)]

    def index(self, columns: tuple[str, ...]) -> dict[str, int]:
        """Return which row has which key; a key that stands twice is a problem."""
        if columns not in self._indexes:
            found: dict[str, int] = {}
            for row, key in enumerate(self.keys(columns)):
                if not isinstance(key, str):
                    continue
                if key in found:
                    self._repeated(columns, key, found[key], row)
                found.setdefault(key, row)
            self._indexes[columns] = found
        return self._indexes[columns]

    def _repeated(self, columns: tuple[str, ...], key: str, first: int, row: int) -> None:
        value = key.replace(SEPARATOR, ", ")
        column = ", ".join(columns)
        where = self.origins[first]
        line = where.line if where.file == self.origins[row].file else f"{where.file}:{where.line}"
        self.report.add(KEY_REPEATED.at(self.origins[row], column=column, value=value, first=line))


def _joined(parts: Sequence[Value]) -> str | Unread | None:
    for part in parts:
        if part is None or isinstance(part, Unread):
            return part
    return SEPARATOR.join(str(part) for part in parts)


def day_of(value: Value, zone: tzinfo) -> Value:
    """Return the business day of an instant; one without a zone is local already."""
    if not isinstance(value, datetime):
        return value
    return (value if value.tzinfo is None else value.astimezone(zone)).date()


def _as_wanted(cellar: Cellar, spec: ColumnSpec, want: Want) -> list[Value]:
    if want is Want.NUMBER:
        return read_numbers(cellar, spec)
    if want is Want.INSTANT:
        return read_instants(cellar, spec)
    return [cell if cell is None or isinstance(cell, str) else _text(cell) for cell in cellar.cells]


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else spelled(cell)


def feeds_of(
    mapping: Mapping, tables: Sequence[Table], report: Report, zone: tzinfo = UTC
) -> dict[str, Feed]:
    """Return a feed for each file of a mapping, each knowing the others."""
    feeds = {
        alias: Feed(alias, spec, [t for t in tables if _is_meant(t, spec.wanted(alias))], report)
        for alias, spec in mapping.files.items()
    }
    for feed in feeds.values():
        feed.others, feed.zone = feeds, zone
        if feed.spec.key and feed.tables:
            feed.index(tuple(feed.spec.key))
    return feeds


def _is_meant(table: Table, wanted: Wanted) -> bool:
    return wanted.means(table.file) and wanted.options.sheet in ("", table.sheet)
