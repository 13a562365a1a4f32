"""The page on the command line says what there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bihuan import cli

PAGE = (Path(__file__).resolve().parent.parent / "docs/cli.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `bihuan (\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
NAMES = sorted({*cli.COMMANDS, *cli.main.commands})


def command(name: str) -> click.Command:
    found = cli.main.get_command(click.Context(cli.main), name)
    assert found is not None
    return found


def test_every_command_has_a_row_and_every_row_a_command() -> None:
    assert sorted(ROWS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["bihuan", name, "--help"])
    answer = CliRunner().invoke(cli.main, [name, "--help"])
    assert answer.exit_code == 0 or name == "manage"
    if isinstance(found := command(name), click.Group):
        for below in found.commands.values():
            assert below.hidden or below.help


@pytest.mark.parametrize(
    ("name", "below", "option"),
    [
        ("metric", "query", option)
        for option in ("--by", "--grain", "--from", "--to", "--as-of-seq", "--as-of", "--json")
    ]
    + [
        ("metric", below, option)
        for below, options in (
            ("export", ("--version",)),
            ("draft", ("--from", "--reason", "--by")),
            ("send-back", ("--note",)),
            ("diff", ("--from", "--to", "--grain", "--throughout", "--then", "--json")),
        )
        for option in options
    ]
    + [("goals", "attainment", "--metric"), ("goals", "attainment", "--by")]
    + [("goals", "dilution", option) for option in ("--metric", "--period", "--unit", "--json")]
    + [("goals", "verify", option) for option in ("--metric", "--period", "--json")]
    + [("jobs", "list", "--state"), ("jobs", "list", "--tenant"), ("jobs", "run-due", "--now")],
)
def test_documented_options_are_there(
    name: str, below: str, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["bihuan", name, "--help"])
    group = command(name)
    assert isinstance(group, click.Group)
    options = {
        each
        for param in group.commands[below].params
        for each in (*param.opts, *param.secondary_opts)
    }
    assert option in options
    assert option in PAGE
