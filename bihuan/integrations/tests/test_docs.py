"""docs/imports.md names every key that a mapping may have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from bihuan.integrations.domain.landing import land
from bihuan.integrations.domain.mapping import Mapping, TenantSpec, load_mapping
from bihuan.integrations.domain.mapping import condition as conditions
from bihuan.integrations.domain.mapping import expression as expressions
from bihuan.integrations.domain.mapping import file as files
from bihuan.integrations.domain.mapping import target as targets
from bihuan.integrations.reader import read_path

DOCS = Path(__file__).parents[3] / "docs"
PARTS: list[type[BaseModel]] = [Mapping, TenantSpec]
PARTS += [
    each
    for module in (conditions, expressions, files, targets)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, BaseModel) and each is not BaseModel
]


def keys() -> set[str]:
    return {field.alias or name for part in PARTS for name, field in part.model_fields.items()}


@pytest.mark.parametrize("key", sorted(keys()))
def test_the_page_names_the_key(key: str) -> None:
    page = (DOCS / "imports.md").read_text(encoding="utf-8")
    code = " ".join(re.findall(r"`([^`]+)`", page))
    assert re.search(rf"(?<!\w){re.escape(key)}(?!\w)", code)


@pytest.mark.parametrize("name", ["maven_crm.yaml", "adventureworks.yaml", "orders_zh.yaml"])
def test_the_page_leads_to_the_example(name: str) -> None:
    assert f"`{name}`" in (DOCS / "imports.md").read_text(encoding="utf-8")
    assert load_mapping((DOCS / "examples" / name).read_text(encoding="utf-8")).source


def test_the_chinese_example_lands() -> None:
    mapping = load_mapping((DOCS / "examples" / "orders_zh.yaml").read_text(encoding="utf-8"))
    reading = read_path(DOCS / "examples", mapping.wanted())
    landing = land(mapping, reading.tables)
    assert (reading.problems, landing.problems) == ((), ())
    assert [(fact.part, fact.source_ref, str(fact.amount)) for fact in landing.facts] == [
        ("", "XS-0301", "12800.00"),
        ("", "XS-0302", "3500.50"),
        ("", "XS-0303", "6600.00"),
        ("", "XS-0304", "700.10"),
        ("", "XS-0305", "380"),
    ]
