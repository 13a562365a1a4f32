"""The bench on a small company: every engine gives the same answers, and nothing stays behind."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from bihuan.base.home import home
from bihuan.demo.bench import timing
from bihuan.demo.bench.answer import kept, scaled
from bihuan.demo.bench.commands import bench
from bihuan.demo.bench.company import FiguresDiffer
from bihuan.demo.bench.load import NS, Load, Opened
from bihuan.demo.bench.plot import picture
from bihuan.demo.bench.visitors import Page
from bihuan.demo.bench.world import ENGINES, QUERIES, SYNCS

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="the bench would make a database beside this one"
)


def test_every_engine_gives_the_same_answers_and_tells_time_and_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Engines are compared inside: answers that differ are refused, so times are of equals."""
    monkeypatch.setattr(timing, "SYNCS", {"sync_1k": 1_000, "sync_100k": 2_000})
    monkeypatch.setattr(timing, "ROUNDS", 1)
    answer = CliRunner().invoke(bench, ["metrics", "--facts", "50000", "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert set(told) == {"facts", "rows"}
    assert told["facts"] == 50_000
    assert {tuple(row) for row in told["rows"]} == {("query", "engine", "seconds", "peak_mb")}
    assert [(row["query"], row["engine"]) for row in told["rows"]] == [
        (query, engine) for query in (*QUERIES, *SYNCS) for engine in ENGINES
    ]
    assert all(row["seconds"] > 0 and row["peak_mb"] > 0 for row in told["rows"])
    assert not (home() / "bench").exists(), "nothing is kept that was not asked for"


def test_rules_are_timed_beside_plain_sql_of_the_same_figures() -> None:
    """Figures are compared inside: one that differs from plain SQL is refused."""
    answer = CliRunner().invoke(
        bench, ["rules", "--people", "100", "--rules", "40", "--facts", "20000", "--json"]
    )
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["people"], told["rules"], told["facts"]) == (100, 40, 20_000)
    assert told["looked_at"] == 100 * 40
    assert told["figures"] > 1_000
    assert 0 < told["alerts"] < told["looked_at"]
    assert told["responses"] == 0
    assert told["seconds"] > 0
    assert told["figures_seconds"] > 0
    assert told["sql_seconds"] > 0
    assert told["peak_mb"] > 0
    assert not (home() / "bench").exists(), "nothing is kept that was not asked for"


def test_pages_of_a_large_company_are_opened_under_load() -> None:
    answer = CliRunner().invoke(
        bench, ["load", "--people", "100", "--facts", "3300", "--seconds", "3", "--json"]
    )
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["facts"], told["opportunities"], told["people"]) == (3200, 96, 100)
    assert (told["at_once"], told["errors"]) == (4, 0)
    assert told["requests"] == sum(row["times"] for row in told["pages"]) > 0
    assert {row["page"] for row in told["pages"]} >= {"facts", "customers", "heat map"}
    assert all(0 <= row["p50_ms"] <= row["p95_ms"] <= row["most_ms"] for row in told["pages"])
    assert min(told["memory_mb"]) > 0
    assert not (home() / "bench").exists(), "nothing is kept that was not asked for"


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
