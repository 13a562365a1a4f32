"""The API's document is kept, so that a changed contract is seen in review.

After a change that is meant: ``BIHUAN_KEEP=1 pytest tests/test_openapi.py``.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from bihuan.urls import api

KEPT = Path(__file__).resolve().parent.parent / "docs/openapi.json"


def test_the_contract_is_the_one_that_is_kept() -> None:
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    now = json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"
    if os.environ.get("BIHUAN_KEEP") == "1":
        KEPT.write_text(now, encoding="utf-8")
    assert json.loads(now) == json.loads(KEPT.read_text(encoding="utf-8"))


def test_an_answer_is_documented_as_its_own_package_means_it() -> None:
    """Three packages have a ``FindingOut``: each of their operations tells its own."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    schemas = schema["components"]["schemas"]
    wanted = {
        "FindingOut": {"code", "message"},
        "GoalsFindingOut": {"evidence"},
        "ReportsFindingOut": {"gravity", "advice"},
    }
    for name, fields in wanted.items():
        assert fields <= schemas[name]["properties"].keys(), name
    said = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema, default=str))
    assert set(said) - schemas.keys() == set()


def test_every_operation_explains_itself() -> None:
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    operations = [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    assert len(operations) >= 30
    assert [(path, method) for path, method, each in operations if not each.get("summary")] == []
