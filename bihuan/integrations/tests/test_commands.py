"""The commands of imports refuse in a sentence, not in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.integrations.commands import import_
from bihuan.org.access import TenantUnclear
from bihuan.org.actions import found_tenant

ROOT = Path(__file__).resolve().parents[3]
ORDERS = ROOT / "docs/examples/orders_zh.csv"

pytestmark = pytest.mark.django_db


def test_a_company_that_is_not_there_is_named_with_those_that_are() -> None:
    found_tenant(code="acme", name="Acme")
    asked = [str(ORDERS), "--mapping", str(ORDERS.with_suffix(".yaml")), "--tenant", "nobody"]
    answer = CliRunner().invoke(import_, asked)
    assert isinstance(answer.exception, TenantUnclear)
    assert "acme" in str(answer.exception)
