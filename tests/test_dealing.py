"""Tests that share something costly go to one process, and what is named there is there."""

from __future__ import annotations

from pathlib import Path

from tests.dealing import FIRST, LONG, TOGETHER, Dealing

ROOT = Path(__file__).resolve().parent.parent


def test_every_module_that_is_named_is_there_once() -> None:
    assert [path for path in FIRST if not (ROOT / path).is_file()] == []
    assert len(FIRST) == len(TOGETHER) + len(LONG)


def test_no_mark_asks_for_a_group_that_nobody_makes() -> None:
    mark = "xdist" + "_group"
    sources = [*(ROOT / "bihuan").rglob("test_*.py"), *(ROOT / "tests").rglob("test_*.py")]
    assert [path for path in sources if mark in path.read_text(encoding="utf-8")] == []


def test_a_module_that_shares_is_dealt_out_whole_and_others_test_by_test() -> None:
    dealing = Dealing.__new__(Dealing)
    [shares, *_], [alone, *_] = TOGETHER, LONG
    units = {dealing._split_scope(f"{shares}::test_{name}") for name in ("one", "two[a::b]")}
    assert len(units) == 1
    units = {dealing._split_scope(f"{alone}::test_{name}") for name in ("one", "two[a::b]")}
    assert len(units) == 2
