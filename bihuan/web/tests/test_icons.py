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
QUOTED = re.compile(r"""["'#]([a-z][a-z0-9-]*)["']""")


def listed() -> set[str]:
    names: list[str] = json.loads((ROOT / "frontend/assets.json").read_text("utf-8"))["icons"]
    assert names == sorted(set(names)), "in alphabetical order, each once"
    return set(names)


def drawn() -> set[str]:
    """Return the names that templates draw."""
    found = [names for path in SOURCES for names in DRAWN.findall(path.read_text("utf-8"))]
    return {name for names in found for name in names if name}


def named_in_code() -> set[str]:
    """Return the words quoted in code that deals with icons."""
    texts = [path.read_text("utf-8") for path in SOURCES if path.suffix == ".py"]
    texts.append((ROOT / "bihuan/web/static/web/app.js").read_text("utf-8"))
    return {word for text in texts if "icon" in text for word in QUOTED.findall(text)}


def test_every_icon_that_a_template_draws_is_listed() -> None:
    assert len(drawn()) > 20
    assert drawn() <= listed()


def test_every_listed_icon_is_used_somewhere() -> None:
    assert sorted(listed() - drawn() - named_in_code()) == []


def test_the_sprite_holds_exactly_the_listed_icons() -> None:
    build_assets.build_vendor(ROOT)
    sprite = (ROOT / "bihuan/web/static/web/icons.svg").read_text("utf-8")
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == listed()
