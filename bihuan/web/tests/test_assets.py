"""The build of the assets: pinned, whole, and nothing to do the second time."""

from __future__ import annotations

import json
import os
from pathlib import Path

import build_assets

ROOT = Path(build_assets.__file__).parent
VENDOR = ROOT / "bihuan/web/static/vendor"


def test_the_lock_has_hashes_and_no_addresses() -> None:
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text("utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert all("integrity" in each and "resolved" not in each for each in packages.values())
    wanted = json.loads((ROOT / "frontend/package.json").read_text("utf-8"))["dependencies"]
    assert {n: packages[f"node_modules/{n}"]["version"] for n in wanted} == wanted


def test_a_second_build_does_nothing() -> None:
    build_assets.build_vendor(ROOT)
    assert build_assets.build_vendor(ROOT) is False


def test_every_vendor_file_is_there_with_its_licence() -> None:
    build_assets.build_vendor(ROOT)
    files = json.loads((ROOT / "frontend/assets.json").read_text("utf-8"))["files"]
    for package, names in files.items():
        assert any(name.startswith("LICENSE") for name in names), package
        assert all((VENDOR / package / name).stat().st_size > 0 for name in names)


def test_messages_are_compiled_once_for_each_change(tmp_path: Path) -> None:
    source = tmp_path / "bihuan/app/locale/zh_Hans/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    source.write_text(head + 'msgid "Home"\nmsgstr "首页"\n', encoding="utf-8")
    assert build_assets.compile_messages(tmp_path) == 1
    assert build_assets.compile_messages(tmp_path) == 0
    compiled = source.with_suffix(".mo")
    assert "首页".encode() in compiled.read_bytes()
    os.utime(source, ns=(compiled.stat().st_mtime_ns + 1, compiled.stat().st_mtime_ns + 1))
    assert build_assets.compile_messages(tmp_path) == 1
