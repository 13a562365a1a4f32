"""Every rule about who may see or do what, found in the code, and what it is when it falls.

Rules are found, not listed: the public functions of each package's ``access`` that are named
like a rule, and every ``visible_to`` of a QuerySet. A rule that falls allows everything: what
it returns tells what that is.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, get_type_hints

import pytest
from django.apps import apps
from django.db.models import Model, QuerySet

import bihuan

NAMED_LIKE_A_RULE = re.compile(
    r".*_(?:visible_to|visible|seen|brought|watched|coded|covered_by|given_to|handed_to)"
    r"|(?:may|require|sees|settable|is)_.*|leads|covers.*|person_in|sight_of|changed_by|readers_of"
)
Fallen = Callable[..., object]


@dataclass(frozen=True)
class Wall:
    """A rule: whose it is, and how it is called there."""

    owner: Any
    name: str

    @property
    def title(self) -> str:
        module = getattr(self.owner, "__module__", self.owner.__name__)
        inside = "" if inspect.ismodule(self.owner) else f"{self.owner.__name__}."
        return f"{module.removeprefix('bihuan.')}.{inside}{self.name}"

    @property
    def rule(self) -> Callable[..., object]:
        found: Callable[..., object] = getattr(self.owner, self.name)
        return found


def fell(wall: Wall, patch: pytest.MonkeyPatch) -> None:
    """Let a rule allow everything, wherever it was imported to."""
    original, falls = vars(wall.owner)[wall.name], fallen(wall)
    patch.setattr(wall.owner, wall.name, falls)
    for module in [each for key, each in sys.modules.items() if key.startswith("bihuan.")]:
        for name in [name for name, each in vars(module).items() if each is original]:
            patch.setattr(module, name, falls)


def walls() -> dict[str, Wall]:
    """Return every rule there is, by its title."""
    found = [*_in_access(), *_of_query_sets()]
    return {each.title: each for each in sorted(found, key=lambda wall: wall.title)}


def _in_access() -> list[Wall]:
    names = [f"bihuan.{each.name}" for each in pkgutil.iter_modules(bihuan.__path__)]
    modules = [name for name in sys.modules if re.fullmatch(r"bihuan\.\w+\.access(\.\w+)?", name)]
    assert {name.rsplit(".", 1)[0] for name in modules} <= set(names) | set(modules)
    return [
        Wall(sys.modules[module], name)
        for module in modules
        for name, each in vars(sys.modules[module]).items()
        if inspect.isfunction(each) and each.__module__ == module
        if not name.startswith("_") and NAMED_LIKE_A_RULE.fullmatch(name)
    ]


def _of_query_sets() -> list[Wall]:
    scope = import_module("bihuan.org.domain.scope").Scope
    found = {type(model._default_manager.all()) for model in apps.get_models()}
    seeing = [Wall(each, "visible_to") for each in found if "visible_to" in vars(each)]
    covering = [Wall(scope, name) for name in vars(scope) if name.startswith("covers")]
    return [*seeing, *covering]


def fallen(wall: Wall) -> Fallen:
    """Return what a rule is that allows everything, by what it returns."""
    if not inspect.ismodule(wall.owner) and wall.name == "visible_to":
        return lambda rows, *_, **__: rows.all()
    returned = get_type_hints(wall.rule).get("return")
    if returned is bool:
        return lambda *_, **__: True
    if returned is type(None):
        return lambda *_, **__: None
    if inspect.isclass(returned) and issubclass(returned, Model):
        return _any_row_of(returned, wall.rule)
    model = _model_behind(returned, wall.rule)
    assert model is not None, f"{wall.title} returns {returned}: say what it is when it falls"
    return lambda *_, **__: model._default_manager.all()


def _model_behind(returned: object, rule: Callable[..., object]) -> type[Model] | None:
    """Return the model of a QuerySet, by its class or by how the rule is written."""
    if returned is QuerySet:
        written = re.fullmatch(r"QuerySet\[(\w+)\]", str(rule.__annotations__["return"]))
        return None if written is None else inspect.unwrap(rule).__globals__[written[1]]
    models = [m for m in apps.get_models() if type(m._default_manager.all()) is returned]
    return models[0] if models else None


def _any_row_of(model: type[Model], rule: Callable[..., object]) -> Fallen:
    """Return a look-up that finds any row by the number it is asked for, whosever it is."""
    key = "seq" if "seq" in inspect.signature(rule).parameters else "pk"

    def any_row(*given: object, **named: object) -> object:
        numbers = [each for each in (*given, *named.values()) if type(each) is int]
        found = model._default_manager.filter(**{key: numbers[-1]}).first() if numbers else None
        return rule(*given, **named) if found is None else found

    return any_row
