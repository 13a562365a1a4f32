"""The rules of the house that no linter knows.

Each rule states why it exists and carries one good and one bad line, so the
rule itself is tested. Rules look at logical lines: a statement broken over
several lines is one line to them, and comments and docstrings are none.
"""

from __future__ import annotations

import ast
import importlib
import io
import pkgutil
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIHUAN = ROOT / "bihuan"
SOURCES = sorted(p for p in BIHUAN.rglob("*.py") if "migrations" not in p.parts)

# A workbook is a file and not a row, so its save() is none of ours.
WRITES = re.compile(
    r"\.objects(\.\w+\([^()]*\))*\.(db_manager\(\w+\)\.)?"
    r"(create|update|delete|bulk_create|bulk_update|get_or_create|update_or_create)\("
    r"|(?<!book)\.save\(|\.(bulk_create|bulk_update|get_or_create|update_or_create)\("
    r"|\b(INSERT INTO|DELETE FROM|TRUNCATE TABLE|UPDATE \w+ SET)\b"
)
CLOCKS = re.compile(
    r"timezone\.(now|localdate|localtime)\(|date\.today\(|datetime\.(now|utcnow|today)\(|time\.time\("
)
FLOATS = re.compile(r"\bfloat\b|FloatField|(?<![\w.])\d+\.\d|\b\d+e-?\d")
SIGNALS = re.compile(
    r"@receiver|\b(pre|post)_(save|delete|init|migrate)\b|m2m_changed|\bSignal\("
    r"|\b\w*(signal\w*|logged_in|logged_out|login_failed|connection_created)\.connect\("
)
RUNS = re.compile(
    r"(?<![\w.])(eval|exec)\(|\bpickle\b|\bmarshal\.|os\.system\(|shell=True|yaml\.(unsafe|full)_load\("
    r"|\bTemplate\(|from_string\("
)
EMPTY_NAMES = {"utils", "util", "common", "helpers", "helper", "services", "misc", "core"}


@dataclass(frozen=True)
class Rule:
    why: str
    breaks: Callable[[str], bool]
    may: Callable[[Path], bool]
    good: str
    bad: str


def named(*names: str) -> Callable[[Path], bool]:
    """Tell of a file whether it is one of these, in a package of that name, or a test."""

    def may(path: Path) -> bool:
        parts = path.relative_to(BIHUAN).with_suffix(".py").parts
        return not {*names, "tests.py"}.isdisjoint(
            f"{part.removesuffix('.py')}.py" for part in parts
        )

    return may


def within(folder: str) -> Callable[[Path], bool]:
    return lambda path: path.is_relative_to(BIHUAN / folder)


RULES = {
    "only actions write": Rule(
        why="whoever asks 'who changes this?' has one file to read",
        breaks=lambda line: bool(WRITES.search(line)),
        # The replica is a derived file in another engine; base holds the journal itself.
        may=lambda path: named("actions.py", "replica.py")(path) or within("base")(path),
        good="quota = Quota.objects.get(pk=1)",
        bad="Quota.objects.filter(pk=1).update(amount=2)",
    ),
    "only the clock tells the time": Rule(
        why="business days depend on one zone, and tests must be able to choose the day",
        breaks=lambda line: bool(CLOCKS.search(line)),
        may=named("clock.py"),
        good="day = clock.today(zone)",
        bad="day = date.today()",
    ),
    "no floats": Rule(
        why="money and ratios are exact",
        breaks=lambda line: bool(FLOATS.search(re.sub(r'"[^"]*"|\'[^\']*\'', _kept_sql, line))),
        may=lambda path: named()(path) or within("base/postgres")(path),  # Seconds to wait.
        good="rate = Decimal('0.05')",
        bad="rate = 0.05",
    ),
    "models are imported, not looked up": Rule(
        why="import contracts cannot see a name in a string",
        breaks=lambda line: "get_model(" in line,
        may=named(),
        good="from bihuan.goals.models import Quota",
        bad="Quota = apps.get_model('goals', 'Quota')",
    ),
    "no signals": Rule(
        why="a reader of an action must see everything it causes",
        breaks=lambda line: bool(SIGNALS.search(line)),
        may=named(),
        good="journal.record(by, 'quota.set', quota)",
        bad="@receiver(post_save, sender=Quota)",
    ),
    "nothing runs what it reads": Rule(
        why="whatever a person or a file says stays a text, and never becomes code",
        breaks=lambda line: bool(RUNS.search(line)),
        may=named(),
        good="found = json.loads(text)",
        bad="found = eval(text)",
    ),
    "only commands print": Rule(
        why="a page or an action has a reader elsewhere, and a log has levels",
        breaks=lambda line: bool(re.search(r"(?<![\w.])print\(", line)),
        may=named("commands.py", "cli.py"),
        good="logger.info('sealed %s', block)",
        bad="print(block)",
    ),
    "every sentence is marked for translation": Rule(
        why="a sentence that is not marked never becomes Chinese",
        breaks=lambda line: bool(re.search(r"\bsays\s*=\s*\w?[\"']", line)),
        may=named(),
        good='says = gettext_noop("No.")',
        bad='says = "No."',
    ),
}


def _kept_sql(text: re.Match[str]) -> str:
    """Keep a string only where it casts to an inexact type: other words are no numbers."""
    return " float " if re.search(r"::(float|real|double)|AS (DOUBLE|REAL)", text[0]) else "''"


@cache
def logical_lines(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple(_logical_lines(path.read_text(encoding="utf-8")))


def _logical_lines(source: str) -> Iterator[tuple[int, str]]:
    """Yield each statement on one line, without comments and docstrings."""
    parts: list[tokenize.TokenInfo] = []
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            if parts and any(part.type != tokenize.STRING for part in parts):
                yield parts[0].start[0], _joined(parts)
            parts = []
        elif token.type not in skipped:
            parts.append(token)


def _joined(parts: list[tokenize.TokenInfo]) -> str:
    """Put the words of one statement together again, as if written on one line."""
    text = parts[0].string
    for before, part in pairwise(parts):
        is_same_line = before.end[0] == part.start[0]
        is_apart = before.end != part.start if is_same_line else _are_words(before, part)
        text += f" {part.string}" if is_apart else part.string
    return text


def _are_words(*parts: tokenize.TokenInfo) -> bool:
    return all(part.type in (tokenize.NAME, tokenize.NUMBER) for part in parts)


@pytest.mark.parametrize("name", RULES)
def test_rule_is_kept(name: str) -> None:
    rule = RULES[name]
    broken = [
        f"{path.relative_to(ROOT)}:{number}: {line[:120]}"
        for path in SOURCES
        if not rule.may(path)
        for number, line in logical_lines(path)
        if rule.breaks(line)
    ]
    assert not broken, f"{name}, because {rule.why}:\n" + "\n".join(broken)


@pytest.mark.parametrize("name", RULES)
def test_rule_knows_good_from_bad(name: str) -> None:
    rule = RULES[name]
    assert not rule.breaks(rule.good)
    assert rule.breaks(rule.bad)
    assert not rule.may(BIHUAN / "goals/queries.py")


def test_a_statement_over_several_lines_is_one_line() -> None:
    source = (
        '"""Quota.save()"""\n'
        "found = (  # .save(\n"
        "    Quota.objects\n"
        "    .filter(pk=1)\n"
        "    .delete() if a\n"
        "    else b\n"
        ")\n"
    )
    expected = "found = (Quota.objects.filter(pk=1).delete() if a else b)"
    assert list(_logical_lines(source)) == [(2, expected)]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_module_and_functions_fit_the_eye(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "split it by noun"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is too long"


def test_no_module_is_named_so_that_everything_fits_it() -> None:
    assert [shown(path) for path in SOURCES if EMPTY_NAMES & {path.stem, path.parent.name}] == []


MODELS = [path for path in SOURCES if path.stem == "models" or path.parent.name == "models"]


@pytest.mark.parametrize("path", MODELS, ids=shown)
def test_enum_members_in_models_are_written_as_values(path: Path) -> None:
    """A bare member would make Django write an import of today's code into a migration."""
    bare = _bare_members(ast.parse(path.read_text(encoding="utf-8")))
    assert bare == [], "write Stage.WON.value"


def test_a_bare_member_is_seen() -> None:
    source = (
        "from bihuan.goals.domain.stage import Stage\n"
        "class Quota:\n"
        "    good = Field(default=Stage.WON.value)\n"
        "    bad = Field(default=Stage.WON)\n"
        "    def is_won(self):\n"
        "        return self.stage == Stage.WON\n"
    )
    assert _bare_members(ast.parse(source)) == ["4: Stage.WON"]


def _bare_members(tree: ast.Module) -> list[str]:
    ours = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        and re.match(r"bihuan\.(\w+\.domain|kernel)\b", node.module or "")
        for alias in node.names
    }
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bodies = [*tree.body, *(statement for node in classes for statement in node.body)]
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [
        node
        for statement in bodies
        if not isinstance(statement, definitions)
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute)
    ]
    valued = {id(node.value) for node in nodes}
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in nodes
        if isinstance(node.value, ast.Name)
        and node.value.id in ours
        and node.attr.isupper()
        and id(node) not in valued
    ]


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


DOMAIN = [
    _module(path)
    for path in SOURCES
    if "domain" in path.parts and "tests" not in path.parts and path.name != "__init__.py"
]
KERNEL = [_module(path) for path in sorted(BIHUAN.glob("kernel/[!_]*.py"))]


@pytest.mark.parametrize("name", [*DOMAIN, *KERNEL])
def test_every_rule_is_explained_by_example(name: str) -> None:
    assert ">>>" in (importlib.import_module(name).__doc__ or ""), "add a worked example"


GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOMAIN)
def test_every_domain_module_is_in_the_glossary(name: str) -> None:
    assert f"`{name.removeprefix('bihuan.')}`" in GLOSSARY


@pytest.mark.parametrize("identifier", re.findall(r"\| `([\w.]+)` \|", GLOSSARY))
def test_every_glossary_identifier_exists(identifier: str) -> None:
    pkgutil.resolve_name(f"bihuan.{identifier}")


def test_every_script_of_a_page_carries_the_number_of_its_page() -> None:
    """The policy of content lets nothing else run; a script without it is silently dead."""
    bare = [
        f"{shown(path)}: {script}"
        for path in sorted(BIHUAN.rglob("*.html"))
        for script in re.findall(r"<script(?![^>]*json)[^>]*>", path.read_text("utf-8"))
        if 'nonce="{{ CSP_NONCE }}"' not in script
    ]
    assert bare == []


@pytest.mark.parametrize("path", sorted(BIHUAN.glob("*/migrations/0*.py")), ids=shown)
def test_migrations_do_not_lean_on_today_s_code(path: Path) -> None:
    ours = re.findall(r"^(?:from|import) (bihuan\S*)", path.read_text("utf-8"), re.MULTILINE)
    assert set(ours) <= {"bihuan.base.append_only", "bihuan.base.dated_rows"}
