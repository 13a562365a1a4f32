"""What stories share: the demo company, lived through once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date

import pytest

from bihuan.demo.actions import build_demo
from bihuan.facts.tests.conftest import empty_database
from bihuan.org.models import Tenant
from tests.kept import Keeper, keeper

__all__ = ["empty_database", "keeper"]
TODAY = date(2026, 11, 24)
OpenDemo = Callable[[int], AbstractContextManager[Tenant]]


@pytest.fixture(scope="module", autouse=True)
def _own_home() -> None:
    """Leave the folder of files to the company: it has one for all steps of a story."""


@pytest.fixture(scope="session")
def open_demo(keeper: Keeper) -> OpenDemo:
    """Return what opens a copy of so many months of the company, for as long as it is needed."""

    @contextmanager
    def opened(months: int) -> Iterator[Tenant]:
        def fill() -> None:
            build_demo(today=TODAY, months=months, progress=lambda step: None)

        with keeper.opened(f"demo_{months}", fill):
            yield Tenant.objects.get(code="demo")

    return opened


@pytest.fixture(scope="module")
def few_months(open_demo: OpenDemo) -> Iterator[Tenant]:
    """Two months of the company."""
    with open_demo(2) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def many_months(open_demo: OpenDemo) -> Iterator[Tenant]:
    """Five months of the company."""
    with open_demo(5) as tenant:
        yield tenant
