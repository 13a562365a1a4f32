"""Pieces of the product killed under load: a round each here, two hundred by ``make rounds``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.rounds import PIECES, run


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="kills the embedded server")
def test_whatever_is_killed_comes_back_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    figures = run(len(PIECES), tmp_path)
    assert figures["acknowledged"] > 0
    assert figures["pages_read"] > 0
    assert (figures["missing"], figures["doubled"], figures["verify"]) == (0, 0, 0)
    assert set(figures["slowest_ms"]) == set(PIECES)
