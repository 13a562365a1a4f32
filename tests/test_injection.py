"""What somebody types becomes no pattern, no template, no header and no property of an object."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, send_mail
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.inbox.domain.sentence import plain, read_sentence
from bihuan.privacy.domain.trace import pattern_of
from tests.examples import examples

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for path in (ROOT / "bihuan").rglob("*.py")
    if not {"tests", "migrations", "demo"} & set(path.parts)  # What the demo makes up is its own.
)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
SCRIPTS = sorted((ROOT / "bihuan").glob("*/static/*/*.js"))
OF_RE = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
WRITTEN = re.compile(r"[A-Z][A-Z_0-9]*")
"""A name that stands for what is written in the source, as constants do here."""


def is_written(node: ast.expr) -> bool:
    """Tell whether a text is put together from what the source spells, or what is escaped."""
    within = parts_of(node)
    if within is not None:
        return all(map(is_written, within))
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return WRITTEN.fullmatch(name.lstrip("_")) is not None
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr="escape")):
            return True
    return isinstance(node, ast.Constant)


def parts_of(node: ast.expr) -> list[ast.expr] | None:
    """Return what a text is put together from, where it is."""
    match node:
        case ast.JoinedStr(values=several):
            return several
        case ast.FormattedValue(value=one) | ast.Subscript(value=one):
            return [one]
        case ast.Call(func=ast.Attribute(value=ast.Name(id="sql"), attr="SQL"), args=[one]):
            return [one]
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(op=ast.Add(), left=one, right=other):
            return [one, other]
    return None


def place(path: Path, node: ast.expr) -> str:
    return f"{path.relative_to(ROOT / 'bihuan')}: {ast.unparse(node)}"


def patterns() -> Iterator[str]:
    """Yield where a pattern is made of anything but what the source spells."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[first, *_]
                ) if name in OF_RE and not is_written(first):
                    yield place(path, first)


ESCAPED_BEFORE = {
    "metrics/engine/backends/on_postgresql.py: f'\\\\b{name}\\\\b'",  # Of our own tables.
    "privacy/domain/copying.py: pattern",
    "privacy/domain/trace.py: pattern",
    "privacy/queries/contents.py: pattern",
}
"""Patterns that come from elsewhere: names of ours, and what ``pattern_of`` escaped."""


def test_no_pattern_is_made_of_what_somebody_types() -> None:
    assert set(patterns()) == ESCAPED_BEFORE


@pytest.mark.properties
@settings(max_examples=examples(30), deadline=None)
@given(value=st.text(alphabet=r"a1 .*+?()[]{}|^$\\@-", min_size=6, max_size=12))
def test_what_is_looked_for_in_an_erasure_is_looked_for_letter_by_letter(value: str) -> None:
    pattern = pattern_of([value])
    assert pattern is not None
    assert re.fullmatch(pattern, value, re.IGNORECASE)
    assert not re.search(pattern, "zzzzzz")


def formats() -> Iterator[str]:
    """Yield what is formatted though the source does not spell it there."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=left, attr="format" | "format_map")):
                    found = left
                case _:
                    continue
            if not is_written(found):
                yield place(path, found)


TABLES_OF_WORDS = {"metrics/domain/formula.py", "rules/domain/wording.py"}
"""Their templates are fields of a table that stands beside them, once in each language."""
MADE_AS_SQL = {
    "base/owned.py: asked",
    "base/owned.py: gone",
    "base/wall/building.py: sql.SQL(step)",
}
"""Statements that the same function spells a line or two before."""


def test_no_text_from_outside_is_a_template() -> None:
    found = {each for each in formats() if each.partition(":")[0] not in TABLES_OF_WORDS}
    assert found == MADE_AS_SQL
    for path in TABLES_OF_WORDS:
        assert re.search(r"_Words\(\s*\w+=\"", (ROOT / "bihuan" / path).read_text(encoding="utf-8"))


@pytest.mark.properties
@settings(max_examples=examples(50), deadline=None)
@given(text=st.text(alphabet="%(){}sd0a\\n ", max_size=12))
def test_words_that_somebody_types_are_said_as_they_are(text: str) -> None:
    kept = read_sentence(plain(text).as_data())
    assert kept.said(lambda says: says, "en") == text


BENT = ("Offer\r\nBcc: thief@example.com", "Offer\nX-Bent: 1", "Offer\r2")


@pytest.mark.parametrize("bent", BENT)
def test_a_header_of_a_mail_has_one_line(bent: str) -> None:
    for fields in (
        {"subject": bent},
        {"from_email": f"a@example.com{bent}"},
        {"to": [f"a@example.com{bent}"]},
        {"headers": {"X-Kind": bent}},
    ):
        with pytest.raises(ValueError, match=r"[Nn]ewline|[Hh]eader"):
            EmailMessage(**{"to": ["a@example.com"], **fields}).message()  # type: ignore[arg-type]  # each bends one
    with pytest.raises(ValueError, match=r"[Nn]ewline|[Hh]eader"):
        send_mail(bent, "words", "a@example.com", ["b@example.com"])


POLLUTES = re.compile(
    r"__proto__|\bprototype\b|\bconstructor\s*\[|setPrototypeOf|\bmerge\(|\$\.extend|structuredClone"
    r"|\beval\(|\bnew Function\("
)
FROM_OUTSIDE = re.compile(r"Object\.assign\([^)]*(JSON|event|response|data\b|dataset)")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_merges_what_came_from_outside_into_an_object(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    assert POLLUTES.findall(script) == []
    assert FROM_OUTSIDE.findall(script) == []
