"""How tests are dealt out to the processes of one run (``--dist loadgroup``).

What takes long comes first, so that no process is left with it when the others have
finished. Tests of a module that makes something costly for all of them stay together;
dealt out, each process would make its own. The marks of pytest-xdist for that are lost
on the way: they are written into the names of tests, and pytest 9.2 keeps no such change.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/engines/test_equality.py",
    "tests/stories/test_lineage_of_the_demo.py",
    "tests/stories/test_reasons.py",
    "bihuan/demo/tests/test_bench.py",
    "tests/test_permission_foreign.py",
    "bihuan/metrics/tests/test_maven.py",
    "bihuan/advice/tests/test_backtest.py",
    "bihuan/integrations/tests/test_adventureworks.py",
    "bihuan/integrations/tests/test_maven.py",
    "bihuan/lineage/tests/test_doors.py",
    "bihuan/demo/tests/test_story.py",
    "tests/test_translations.py",
)
"""Modules that make something once for all of their tests."""
LONG = (
    "tests/stories/test_east_china.py",
    "tests/test_backup.py",
    "tests/test_erasure.py",
    "tests/test_rounds.py",
    "tests/test_upgrade.py",
    "tests/test_outbox.py",
    "tests/test_api_fuzz.py",
    "bihuan/metrics/tests/test_cubes.py",
    "bihuan/goals/tests/test_heat_map.py",
    "bihuan/integrations/tests/test_import_maven.py",
    "bihuan/metrics/tests/test_tracing.py",
    "tests/e2e/test_walk.py",
    "tests/e2e/test_monday.py",
    "tests/e2e/test_catalogue.py",
    "tests/e2e/test_early_warning.py",
    "tests/e2e/test_board.py",
)
"""Modules with tests of half a minute each."""
EMPTYING = {"live_server", "transactional_db"}
FIRST = {path: place for place, path in enumerate((*TOGETHER, *LONG))}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first; those that empty the tables still come after those that do not."""
    emptying = next((at for at, item in enumerate(items) if empties(item)), len(items))
    last = len(FIRST)

    def turn(numbered: tuple[int, pytest.Item]) -> tuple[int, int, int]:
        at, item = numbered
        place = FIRST.get(path_of(item.nodeid), last)
        return (last, emptying, place) if empties(item) else (place, at, 0)

    items[:] = [item for _, item in sorted(enumerate(items), key=turn)]


def empties(item: pytest.Item) -> bool:
    """Tell whether a test commits, and leaves tables that are emptied behind it."""
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or not EMPTYING.isdisjoint(
        getattr(item, "fixturenames", ())
    )


def path_of(nodeid: str) -> str:
    """Return the module of a test.

    >>> path_of("tests/test_upgrade.py::test_a_step[back::forth]")
    'tests/test_upgrade.py'
    """
    return nodeid.partition("::")[0]


class Dealing(LoadScopeScheduling):  # type: ignore[misc]  # xdist is untyped
    """Deals out test by test, but the modules of ``TOGETHER`` whole."""

    def _split_scope(self, nodeid: str) -> str:
        path = path_of(nodeid)
        return path if path in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Dealing | None:
    if config.getoption("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False  # By the number of tests: the shortest would come first.
    return Dealing(config, log)
