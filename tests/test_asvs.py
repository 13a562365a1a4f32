"""What OWASP asks: each item of level 1 and 2 stands once, and each proof is really there."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = (ROOT / "docs/asvs.csv").read_text(encoding="utf-8")
ITEMS = list(csv.DictReader(LIST.splitlines()))
IDS = [item["id"] for item in ITEMS]
LEVELS = {"1": 70, "2": 183}
"""How many items of each level ASVS 5.0.0 has, as its authors publish them."""


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def parts(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.removeprefix("V").split(".")))


def test_every_item_stands_once_and_in_order() -> None:
    assert all(re.fullmatch(r"V\d+\.\d+\.\d+", number) for number in IDS)
    assert all(parts(one) < parts(next_) for one, next_ in pairwise(IDS))
    assert Counter(item["level"] for item in ITEMS) == LEVELS


@pytest.mark.parametrize("item", ITEMS, ids=IDS)
def test_what_is_met_is_shown_and_what_is_not_says_why(item: dict[str, str]) -> None:
    proofs = item["shown_by"].split()
    assert item["asks"]
    if item["status"] == "met":
        assert proofs
        assert not item["why"]
    else:
        assert item["status"] in ("not applicable", "not met")
        assert item["why"].endswith(".")
        assert not proofs
    for proof in proofs:
        path, _, name = proof.partition("::")
        assert (ROOT / path).is_file(), path
        assert not name or name in names_in(path), proof


def test_a_page_alone_proves_only_what_asks_for_a_page() -> None:
    """What is to be documented is shown by a page; all else by a test that runs."""
    alone = {item["id"] for item in ITEMS if item["shown_by"] and "::" not in item["shown_by"]}
    assert {number for number in alone if parts(number)[1] != 1} == BY_PAGE


BY_PAGE = {"V6.2.10", "V6.4.2", "V13.4.1", "V16.2.2", "V16.2.3"}
"""That something is *not* there, or lies elsewhere, which no test of ours can show."""
