"""One line of figures at the end of a run: what was tried and found."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

FIGURES = "figures"
_SEEN: Counter[str] = Counter()
_SETS: dict[str, set[str]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what the tests recorded; numbers are added, lists are joined as sets."""
    if report.when != "call":
        return
    for name, value in report.user_properties:
        if not name.startswith(FIGURES):
            continue
        for each, found in dict(value).items():  # type: ignore[call-overload]  # recorded as a dict
            if isinstance(found, int):
                _SEEN[each] += found
            else:
                _SETS.setdefault(each, set()).update(map(str, found))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Write the line last of all, once, where the run was begun."""
    if hasattr(config, "workerinput") or not (_SEEN or _SETS):
        return
    told = {name: len(found) for name, found in sorted(_SETS.items())} | dict(_SEEN)
    sys.stdout.write(", ".join(f"{name}: {count:,}" for name, count in told.items()) + "\n")
