"""Proof: where what is reckoned again is not what was frozen.

Both are compared part by part, down to the single value, each named by the way to it.

>>> then = {"week": "2026-W47", "own": [{"done": "10", "target": "20"}], "off": []}
>>> differences(then, {**then, "own": [{"done": "10", "target": "25"}]})
[Difference(path='own/1/target', then='20', now='25')]
>>> differences(then, {**then, "off": ["visits"]})
[Difference(path='off/1', then=None, now='visits')]
>>> differences(then, then)
[]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that came out otherwise; ``None`` where it is missing on one side."""

    path: str
    then: str | None
    now: str | None


def differences(then: object, now: object) -> list[Difference]:
    """Return every value in which two documents differ, in their order."""
    return list(_differing(then, now, ""))


def _differing(then: object, now: object, path: str) -> Iterator[Difference]:
    mine, others = _parts(then), _parts(now)
    if mine is None or others is None:
        if then != now:
            yield Difference(path, _said(then), _said(now))
        return
    for name in dict.fromkeys([*mine, *others]):
        yield from _differing(mine.get(name), others.get(name), f"{path}/{name}".lstrip("/"))


def _parts(document: object) -> Mapping[str, object] | None:
    if isinstance(document, Mapping):
        return {str(name): part for name, part in document.items()}
    if isinstance(document, list | tuple):
        return {str(number): part for number, part in enumerate(document, start=1)}
    return None


def _said(value: object) -> str | None:
    return None if value is None else str(value)
