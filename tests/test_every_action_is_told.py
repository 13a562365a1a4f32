"""Every action that a door calls and that writes leaves an entry in the journal.

The permission matrix sees what requests do. Commands, jobs and what its companies never come to
are seen here, by reading the code: from each action that a door names, through all that it calls,
to what writes and to ``journal.record``. What is reached through a registry is not seen here; its
callers are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WRITES = re.compile(
    r"\.(create|bulk_create|bulk_update|get_or_create|update_or_create|save|delete)$"
    r"|(objects|filter\(.*\)|exclude\(.*\)|unread\(\))\.update$"
)
SQL = re.compile(r"\b(INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b")
NO_ROW = re.compile(r"\b(book|form)\.save$")
"""A workbook is a file, and a form writes nothing."""
DOORS = {"views", "api", "commands", "jobs", "middleware", "apps"}

UNTOLD = {
    "facts.actions.sealing.seal": "proves facts and changes none",
    "facts.actions.texts.record_word": "the word itself is told of where it is said",
    "inbox.actions.mending.open_delivery": "one's own receipt",
    "inbox.actions.notices.read_all": "one's own receipt",
    "inbox.actions.recording.record_tasks": "facts of what was told of with the task",
    "inbox.actions.sending.send_due": "each delivery is kept, with every try and its answer",
    "inbox.actions.working.read_task": "one's own receipt",
    "integrations.actions.gathering.gather": "tells others of what the journal tells already",
    "integrations.actions.replaying.forget_deliveries": "what was sent long ago, by its number",
    "integrations.actions.running.still_alive": "a heartbeat",
    "org.actions.jobs.start_due_jobs": "each job tells what it does",
    "org.actions.usage.forget_usage": "counters of what was asked long ago",
    "org.actions.logins.set_preferences": "how somebody wants to see the product",
    "org.actions.plans.plan_named": "the plan of trials is there when it is first asked for",
    "org.actions.plans.put_plan": "plans are the operator's, and the journal is a company's",
    "org.actions.tokens.token_in_use": "when a token was last used",
    "privacy.actions.asking.subject_for": "a number and a key, told of with what lies under it",
    "rules.actions.responding.making.respond": "the task, notice or pack it makes is told of",
    "tenants.actions.exporting.forget_exports": "files run out as was said when they were made",
    "tenants.actions.leaving.delete_company": "the journal goes with it; a certificate stays",
    "tenants.actions.leaving.delete_due": "the journal goes with it; a certificate stays",
    "tenants.actions.signing_up.forget_applications": "there is no company to tell it in",
    "tenants.actions.signing_up.invite": "there is no company yet to tell it in",
}
"""Actions that write and tell nothing, and why."""

Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass
class Seen:
    """What a function names of ours, and whether it writes or tells by itself."""

    names: set[str] = field(default_factory=set)
    writes: bool = False
    tells: bool = False


@cache
def modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted((ROOT / "bihuan").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if not {"tests", "migrations"} & set(parts):
            name = ".".join(parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


@cache
def known_names(module: str) -> dict[str, str]:
    """Return what names of ours mean in a module."""
    tree = modules()[module]
    found = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bihuan")
        for alias in node.names
    }
    own = (node for node in tree.body if isinstance(node, Named))
    return found | {node.name: f"{module}.{node.name}" for node in own}


def meaning(name: str) -> str:
    """Return where a name is at home: packages pass on what their modules hold."""
    module, _, last = name.rpartition(".")
    while module in modules() and known_names(module).get(last, name) != name:
        name = known_names(module)[last]
        module, _, last = name.rpartition(".")
    return name


@cache
def functions() -> dict[str, Seen]:
    """Return every function and method of ours by its full name."""
    return {
        f"{module}.{name}": seen(module, node)
        for module, tree in modules().items()
        for name, node in functions_of(tree)
    }


def functions_of(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        if isinstance(node, Named):
            yield node.name, node


def seen(module: str, node: ast.stmt) -> Seen:
    found = Seen(names=set(named(module, node)))
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            called = ast.unparse(part.func)
            found.tells |= called == "journal.record"
            found.writes |= bool(WRITES.search(called)) and not NO_ROW.search(called)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.writes |= bool(SQL.search(part.value))
    return found


def named(module: str, node: ast.AST) -> Iterator[str]:
    """Yield what a piece of code names of ours, at home."""
    known = known_names(module)
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in known:
            yield meaning(known[part.id])
        elif isinstance(part, ast.Attribute):
            owner = known.get(ast.unparse(part.value))
            if owner is not None:
                yield meaning(f"{owner}.{part.attr}")


def reached(name: str) -> set[str]:
    """Return a function and all of ours that it comes to."""
    found: set[str] = set()
    pending = [name]
    while pending:
        each = pending.pop()
        if each in functions() and each not in found:
            found.add(each)
            pending += functions()[each].names
    return found


def called_by_doors() -> set[str]:
    """Return the actions that pages, operations, commands and jobs name."""
    return {
        name
        for module, tree in modules().items()
        if DOORS & set(module.split(".")) and not module.startswith("bihuan.demo")
        for name in named(module, tree)
        if "actions" in name.split(".") and name in functions()
    }


def silent() -> set[str]:
    """Return the actions that doors call, that write, and that tell nothing."""
    return {
        name.removeprefix("bihuan.")
        for name in called_by_doors()
        if any(functions()[each].writes for each in reached(name))
        and not any(functions()[each].tells for each in reached(name))
    }


def test_every_action_that_writes_tells_of_it() -> None:
    assert sorted(silent() - set(UNTOLD)) == []


def test_no_excuse_is_stale() -> None:
    assert sorted(set(UNTOLD) - silent()) == []


def test_the_reading_sees_actions_that_write_and_tell() -> None:
    """What reads the code and finds nothing proves nothing unless it finds these."""
    called = called_by_doors()
    assert len(called) > 150
    for name in ("org.actions.units.put_unit", "inbox.actions.working.check_item"):
        there = reached(f"bihuan.{name}")
        assert any(functions()[each].writes for each in there)
        assert any(functions()[each].tells for each in there)
    writing = functions()["bihuan.org.actions.units._add"]
    assert (writing.writes, writing.tells) == (True, True)
