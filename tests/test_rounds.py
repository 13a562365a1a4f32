"""Pieces of the product killed under load: a round each here, two hundred by ``make rounds``."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from tests.fresh_home import copy_fresh_home
from tests.rounds import PIECES, run

BREATH_SECONDS = Decimal("0.05")
"""Some thirty requests a second: enough to be hit by a kill, and room to come back beside them."""


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="kills the embedded server")
def test_whatever_is_killed_comes_back_and_nothing_acknowledged_is_lost(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy_fresh_home(tmp_path / "home", tmp_path_factory)
    figures = run(len(PIECES), tmp_path, breath_seconds=BREATH_SECONDS)
    assert figures["acknowledged"] > 0
    assert figures["pages_read"] > 0
    assert (figures["missing"], figures["doubled"], figures["verify"]) == (0, 0, 0)
    assert set(figures["slowest_ms"]) == set(PIECES)
