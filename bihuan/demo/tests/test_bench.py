"""The bench on a small company: every engine gives the same answers, and nothing stays behind."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from bihuan.base.postgres import ensure_running, release
from bihuan.demo.bench import load, timing
from bihuan.demo.bench.answer import kept, scaled
from bihuan.demo.bench.commands import bench
from bihuan.demo.bench.company import FiguresDiffer
from bihuan.demo.bench.load import NS, Load, Opened
from bihuan.demo.bench.place import is_made
from bihuan.demo.bench.plot import picture
from bihuan.demo.bench.visitors import Page
from bihuan.demo.bench.world import ENGINES, QUERIES, SEED, SYNCS
from tests.fresh_home import copy_fresh_home, copy_home

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="the bench would make a database beside it"
)
SIZE = {"facts": 20_000, "people": 100, "accounts": 500}
SIZES = [word for name, count in SIZE.items() for word in (f"--{name}", str(count))]
Opener = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """Make one small company for all that is timed here; return its home, and a copy of it."""
    own = tmp_path_factory.mktemp("own")
    home, copy = own / "home", own / "copy"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIHUAN_HOME", str(home))
        copy_fresh_home(home / "bench", tmp_path_factory)
        ensure_running(home / "bench")
        timing.make(home / "bench", **SIZE, seed=SEED, progress=lambda step: None)
        release(home / "bench")
    (home / "bench").rename(copy)
    yield home, copy
    shutil.rmtree(own)


@pytest.fixture
def timed(made: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Return what runs a bench where the company is there already, and reads what it told."""
    home, copy = made
    monkeypatch.setenv("BIHUAN_HOME", str(home))
    copy_home(copy, home / "bench")

    def run(name: str, *words: str) -> dict[str, Any]:
        answer = CliRunner().invoke(bench, [name, *SIZES, *words, "--json"])
        assert answer.exit_code == 0, answer.output
        assert "people and units" not in answer.stderr, "it was there already"
        assert not (home / "bench").exists(), "nothing is kept that was not asked for"
        told: dict[str, Any] = json.loads(answer.stdout)
        return told

    return run


def test_every_engine_gives_the_same_answers_and_tells_time_and_memory(
    timed: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Engines are compared inside: answers that differ are refused, so times are of equals."""
    monkeypatch.setattr(timing, "SYNCS", {"sync_1k": 1_000, "sync_100k": 2_000})
    monkeypatch.setattr(timing, "ROUNDS", 1)
    told = timed("metrics")
    assert set(told) == {"facts", "rows"}
    assert told["facts"] == 20_000
    assert {tuple(row) for row in told["rows"]} == {("query", "engine", "seconds", "peak_mb")}
    assert [(row["query"], row["engine"]) for row in told["rows"]] == [
        (query, engine) for query in (*QUERIES, *SYNCS) for engine in ENGINES
    ]
    assert all(row["seconds"] > 0 and row["peak_mb"] > 0 for row in told["rows"])


def test_rules_are_timed_beside_plain_sql_of_the_same_figures(timed: Opener) -> None:
    """Figures are compared inside: one that differs from plain SQL is refused.

    Rules about customers are timed where they are asked for, as here.
    """
    told = timed("rules", "--rules", "40")
    assert (told["people"], told["rules"], told["facts"]) == (100, 40, 20_000)
    assert told["looked_at"] == 100 * 40
    assert told["figures"] > 1_000
    assert 0 < told["alerts"] < told["looked_at"]
    assert told["responses"] == 0
    assert told["seconds"] > 0
    assert told["figures_seconds"] > 0
    assert told["sql_seconds"] > 0
    assert told["peak_mb"] > 0
    assert (told["accounts"], told["account_rules"]) == (500, 5)
    assert told["accounts_looked_at"] == 500 * 5
    assert 0 < told["accounts_alerts"] < told["accounts_looked_at"]
    assert told["accounts_seconds"] > 0
    assert told["accounts_peak_mb"] > 0


def test_pages_of_a_large_company_are_opened_under_load(
    timed: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "WARM_ROUNDS", 1)
    told = timed("load", "--seconds", "2")
    assert (told["facts"], told["opportunities"], told["people"]) == (20_000, 606, 100)
    assert (told["at_once"], told["errors"]) == (4, 0)
    assert told["requests"] == sum(row["times"] for row in told["pages"]) > 0
    assert {row["page"] for row in told["pages"]} >= {"facts", "customers", "heat map"}
    assert all(0 <= row["p50_ms"] <= row["p95_ms"] <= row["most_ms"] for row in told["pages"])
    assert min(told["memory_mb"]) > 0


def test_a_company_of_another_size_is_not_the_one_that_is_there(made: tuple[Path, Path]) -> None:
    size = {**SIZE, "seed": SEED}
    assert is_made(made[1], **size)
    assert not any(is_made(made[1], **{**size, name: count + 1}) for name, count in size.items())


def test_an_answer_that_is_not_the_page_counts_as_an_error() -> None:
    page = Page(name="facts", visitor="rep", address="/", holds="a word")
    opened = (Opened(0, 5, is_good=True), Opened(0, 9, is_good=False))
    load = Load(pages=(page,), opened=opened, ns=NS, memory_kb=(100, 110))
    assert (load.errors, load.of_page(0), load.memory) == (1, [5], (100, 110))


def test_growth_is_drawn_as_lines_on_powers_of_ten() -> None:
    drawn = picture({"facts, rep": [(10, 1), (1000, 100)]}, across="facts", up="ms")
    svg = ElementTree.fromstring(drawn)
    [line] = svg.iter("{http://www.w3.org/2000/svg}polyline")
    assert line.get("points") == "80.0,460.0 690.0,30.0"
    words = {each.text for each in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert {"10", "100", "1,000", "1", "facts, rep"} <= words


def test_times_of_answers_that_differ_are_not_told() -> None:
    with pytest.raises(FiguresDiffer):
        timing._same("heatmap", {"bihuan": {"digest": "a"}, "polars": {"digest": "b"}})


def test_an_engine_that_is_not_installed_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(timing, "find_spec", lambda name: None)
    assert timing._ask(tmp_path, "polars", "heatmap") == {}
    [ours, missing] = timing._same("heatmap", {"bihuan": {"digest": "a", "ns": 5}, "polars": {}})
    assert (ours.ns, missing.seconds, missing.peak_mb) == (5, None, None)


def test_answers_are_compared_in_ten_thousandths() -> None:
    assert scaled(["1.5", 2, None, 0, 3, "-0.0001", 1, 4, 2, 5]) == (
        *(15_000, 2, 0, 0, 3),
        *(-1, 10_000, 4, 20_000, 5),
    )
    assert kept([(7, 0, 0), (7, 1, 2)], 2) == [(7, 1, 2)]
