from __future__ import annotations

import pytest

from bihuan.base import clock
from bihuan.goals.tests.team import TODAY, Team, make_team


@pytest.fixture
def team(db: None, monkeypatch: pytest.MonkeyPatch) -> Team:
    """Return a team in the week of the 20th of November 2026, which runs."""
    monkeypatch.setattr(clock, "today", lambda zone: TODAY)
    return make_team()
