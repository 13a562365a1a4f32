"""A first mapping for a list nobody has mapped yet, to be looked over and corrected."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from collections.abc import Sequence

from bihuan.facts.domain.kind import BUILT_IN, Kind
from bihuan.integrations.domain.mapping import Mapping, read_mapping
from bihuan.integrations.domain.profile import ColumnProfile, ColumnType, profile
from bihuan.integrations.domain.table import Table
from bihuan.integrations.reader.guess import Guess, guess, synonyms, words_of

PLAIN_FIELDS = (
    "business_on",
    "occurred_at",
    "person",
    "unit",
    "account",
    "opportunity",
    "product",
    "store",
    "product_line",
    "region",
    "tier",
    "amount",
    "currency",
    "quantity",
)
OTHERWISE = "order.placed"
NAMING = ("business_on", "person", "account", "opportunity", "product", "amount")
"""Without a number of its own, a row is named by these."""


def propose_mapping(tables: Sequence[Table], *, currency: str = "CNY") -> Mapping:
    """Return a mapping of the largest table, every column for the field it is most likely for."""
    table = max(tables, key=lambda each: len(each.rows))
    profiles = profile(table)
    taken = _assigned(guess(profiles))
    kind = _kind(table, taken)
    fact = {"file": "rows", "kind": kind.code, "key": _key(taken, profiles)}
    fact |= {name: taken[name] for name in PLAIN_FIELDS if name in taken}
    if "business_on" not in taken and "occurred_at" in taken:
        fact["business_on"] = taken["occurred_at"]
    attributes = {each.name: taken[each.name] for each in kind.attributes if each.name in taken}
    return read_mapping(
        {
            "source": _source(table.file),
            "name": table.file[:120],
            "files": {"rows": _file(table, profiles)},
            "facts": [{**fact, **({"attributes": attributes} if attributes else {})}],
        }
    )


def _assigned(guesses: Map[str, tuple[Guess, ...]]) -> dict[str, str]:
    """Return the column for each field, the surest pairs first, no column and no field twice."""
    pairs = sorted(
        ((each.score, column, each.field) for column, found in guesses.items() for each in found),
        key=lambda pair: -pair[0],
    )
    taken: dict[str, str] = {}
    for _, column, name in pairs:
        if name not in taken and column not in taken.values():
            taken[name] = column
    return taken


def _kind(table: Table, taken: Map[str, str]) -> Kind:
    """Return what the list is about, by its headers and then by its name."""
    headers = [words_of(column) for column in table.columns]
    for text in (" ".join(headers), words_of(table.file), words_of(table.sheet)):
        for code, words in synonyms()["kinds"].items():
            kind = BUILT_IN[code]
            is_complete = all(name in taken for name in kind.needs)
            if is_complete and any(_is_in(word, text) for word in words):
                return kind
    return BUILT_IN[OTHERWISE]


def _is_in(word: str, text: str) -> bool:
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}s?\b", text) is not None
    return word in text


def _key(taken: Map[str, str], profiles: Sequence[ColumnProfile]) -> list[str]:
    """Return what names a row: its number, a column without repeats, or several columns."""
    if "key" in taken:
        return [taken["key"]]
    for each in profiles:
        is_whole = each.distinct_count == each.row_count > 1
        if is_whole and each.type is ColumnType.TEXT and each.column not in taken.values():
            return [each.column]
    return [taken[name] for name in NAMING if name in taken] or [profiles[0].column]


def _file(table: Table, profiles: Sequence[ColumnProfile]) -> dict[str, object]:
    columns = {
        each.column: {"decimal_mark": each.decimal_mark}
        for each in profiles
        if each.decimal_mark != "."
    }
    spec: dict[str, object] = {"path": table.file}
    if len(table.sheets) > 1:
        spec["sheet"] = table.sheet
    if table.encoding and table.certainty.value != "certain":
        spec["encoding"] = table.encoding
    if table.header_line != 1:
        spec["header_row"] = table.header_line
    return {**spec, **({"columns": columns} if columns else {})}


def _source(file: str) -> str:
    """Return a name for the feed: the file's own, as far as it is made of plain letters."""
    stem = file.rsplit("/", 1)[-1].split(".")[0]
    name = re.sub(r"[^a-z0-9]+", "_", re.sub(r"\d{4,}", "", stem.lower())).strip("_")
    return name[:60] or "list"
