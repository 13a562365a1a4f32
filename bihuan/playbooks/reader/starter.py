"""The starter set: plays written for this product, as files beside it."""

from __future__ import annotations

from functools import cache
from importlib import resources

from bihuan.playbooks.domain.sheet import SUFFIX, Sheet, read_sheet


@cache
def starter_set() -> tuple[Sheet, ...]:
    """Return the plays that the product comes with, by code."""
    folder = resources.files("bihuan.playbooks").joinpath("starter")
    files = [each for each in folder.iterdir() if each.name.endswith(SUFFIX)]
    found = []
    for each in sorted(files, key=lambda file: file.name):
        sheet, problems = read_sheet(each.read_text(encoding="utf-8"), file=each.name)
        assert sheet is not None, f"what the product comes with can be read: {problems}"
        found.append(sheet)
    return tuple(found)
