"""Every icon that is drawn is in the sprite, and the sprite carries no other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import build_assets

ROOT = Path(build_assets.__file__).parent
SOURCES = [
    path
    for path in sorted((ROOT / "bihuan").rglob("*"))
    if path.suffix in {".html", ".py"} and "tests" not in path.parts
]
DRAWN = re.compile(r"""\{%\s*icon\s+"([^"]+)"|\bicon="([a-z0-9-]+)"|data-icon="([a-z0-9-]+)\"""")
QUOTED = re.compile(r"""["'#]([a-z][a-z0-9-]*)["'.]""")


def listed() -> set[str]:
    names: list[str] = json.loads((ROOT / "frontend/assets.json").read_text("utf-8"))["icons"]
    assert names == sorted(set(names)), "in alphabetical order, each once"
    return set(names)


def test_every_icon_that_a_template_draws_is_listed() -> None:
    drawn = {
        name
        for path in SOURCES
        for found in DRAWN.findall(path.read_text("utf-8"))
        for name in found
        if name
    }
    assert len(drawn) > 20
    assert drawn <= listed()


def test_every_listed_icon_is_used_somewhere() -> None:
    texts = [*SOURCES, ROOT / "bihuan/web/static/web/app.js"]
    words = {word for path in texts for word in QUOTED.findall(path.read_text("utf-8"))}
    assert sorted(listed() - words) == []


def test_the_sprite_holds_exactly_the_listed_icons() -> None:
    build_assets.build_vendor(ROOT)
    sprite = (ROOT / "bihuan/web/static/web/icons.svg").read_text("utf-8")
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == listed()
