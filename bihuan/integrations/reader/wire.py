"""How tables travel from the limited process: lines of JSON, every number exact.

Nothing that travels can carry code, so what a hostile file makes of the child
process cannot reach further than wrong cells.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal

from bihuan.integrations.domain.table import Certainty, Table
from bihuan.kernel.errors import Problem

ROWS_AT_ONCE = 2_000


def encoded(content: object) -> bytes:
    """Return one line of what the child says."""
    return json.dumps(content, ensure_ascii=False, default=_tagged).encode() + b"\n"


def decoded(line: bytes) -> object:
    """Return what one line says."""
    return json.loads(line, object_hook=_untagged)


def _tagged(cell: object) -> dict[str, str]:
    if isinstance(cell, Decimal):
        return {"~n": str(cell)}
    if isinstance(cell, datetime):
        return {"~t": cell.isoformat()}
    assert isinstance(cell, date), "a cell is text, a number, a day or a switch"
    return {"~d": cell.isoformat()}


def _untagged(content: dict[str, object]) -> object:
    if len(content) == 1:
        ((tag, text),) = content.items()
        if isinstance(text, str):
            if tag == "~n":
                return Decimal(text)
            if tag == "~t":
                return datetime.fromisoformat(text)
            if tag == "~d":
                return date.fromisoformat(text)
    return content


def spoken_table(table: Table) -> Iterator[bytes]:
    """Return the lines that tell a table."""
    head = {
        "file": table.file,
        "sheet": table.sheet,
        "columns": table.columns,
        "header_line": table.header_line,
        "encoding": table.encoding,
        "certainty": table.certainty.value,
        "delimiter": table.delimiter,
        "sheets": table.sheets,
        "hidden_sheets": table.hidden_sheets,
    }
    yield encoded({"table": head})
    for start in range(0, len(table.rows), ROWS_AT_ONCE):
        end = start + ROWS_AT_ONCE
        yield encoded({"lines": table.lines[start:end], "rows": table.rows[start:end]})


def spoken_problem(problem: Problem) -> bytes:
    """Return the line that tells a problem."""
    said = asdict(problem) | {"params": {k: _plain(v) for k, v in problem.params.items()}}
    return encoded({"problem": said})


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) else str(value)


class Listener:
    """Puts tables and problems together from the lines of a child."""

    def __init__(self) -> None:
        self.heads: list[Mapping[str, object]] = []
        self.lines: list[list[int]] = []
        self.rows: list[list[tuple[object, ...]]] = []
        self.problems: list[Problem] = []
        self.is_done = False

    def hear(self, line: bytes) -> None:
        said = decoded(line)
        assert isinstance(said, dict), "every line is an object"
        if "rows" in said:
            self.lines[-1].extend(said["lines"])
            self.rows[-1].extend(tuple(row) for row in said["rows"])
        elif "table" in said:
            self.heads.append(said["table"])
            self.lines.append([])
            self.rows.append([])
        elif "problem" in said:
            self.problems.append(Problem(**said["problem"]))
        else:
            self.is_done = bool(said.get("done"))

    def tables(self) -> list[Table]:
        """Return the tables heard."""
        return [
            _table(head, lines, rows)
            for head, lines, rows in zip(self.heads, self.lines, self.rows, strict=True)
        ]


def _table(head: Mapping[str, object], lines: list[int], rows: list[tuple[object, ...]]) -> Table:
    def texts(name: str) -> tuple[str, ...]:
        value = head[name]
        assert isinstance(value, list)
        return tuple(str(each) for each in value)

    return Table(
        file=str(head["file"]),
        sheet=str(head["sheet"]),
        columns=texts("columns"),
        header_line=int(str(head["header_line"])),
        lines=tuple(lines),
        rows=tuple(rows),  # type: ignore[arg-type]  # cells by the wire's own decoding
        encoding=str(head["encoding"]),
        certainty=Certainty(str(head["certainty"])),
        delimiter=str(head["delimiter"]),
        sheets=texts("sheets"),
        hidden_sheets=texts("hidden_sheets"),
    )
