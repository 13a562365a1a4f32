"""Texts of the product's own making: only what was said; and the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.ai.actions import SourceText
from bihuan.ai.commands import ai
from bihuan.ai.domain.summary import summary
from bihuan.ai.models import AiText
from tests.make import make_tenant

pytestmark = pytest.mark.django_db


def test_the_commands_say_what_made_a_text(tmp_path: Path) -> None:
    make_tenant()
    file = tmp_path / "said.txt"
    file.write_text("客户说价格偏高。天气很好。", encoding="utf-8")
    answer = CliRunner().invoke(ai, ["summarise", str(file), "--sentences", "1", "--json"])
    said = json.loads(answer.output)
    assert (said["text"], said["made_by"], said["sources"]) == (
        "客户说价格偏高。",
        "local/textrank-1/",
        ["file:said.txt"],
    )
    standing = json.loads(CliRunner().invoke(ai, ["status", "--json"]).output)
    assert (standing["service"], standing["calls"], standing["failures"]) == (None, 0, [])
    assert AiText.objects.count() == 1


def test_a_summary_only_says_what_was_said() -> None:
    about = ("价格偏高", "预算没批", "竞品试用", "合同条款", "交货太慢", "培训不足")
    texts = [SourceText(f"x:{word}", f"天气很好。客户说{word}。再联系。") for word in about]
    parts = summary(texts, count=4)
    assert len({source for source, _ in parts}) == 4
    said = {each.about: each.text for each in texts}
    assert all(sentence in said[about] for about, sentence in parts)
    assert parts == summary(texts, count=4)


def test_what_is_said_over_and_over_is_said_once() -> None:
    text = "".join(f"第{n}条，客户提到价格和预算{n % 7}。" for n in range(5000))
    assert len(summary([SourceText("x:1", text)], count=5)) == 1
