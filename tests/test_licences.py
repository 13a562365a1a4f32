"""Everything that comes with the product has a licence that its own allows to stand beside it."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FREE = re.compile(
    r"MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|Mozilla Public|MPL-2\.0|Zlib|CC0|"
    r"Unlicense|Zope Public|HPND",
    re.IGNORECASE,
)
EXPLAINED = {
    "psycopg": "LGPL: used as it is, by import",
    "psycopg-binary": "LGPL: used as it is, by import",
    "psycopg-pool": "LGPL: used as it is, by import",
    "python-stdnum": "LGPL: used as it is, by import",
}
"""What is not free in every way, and why it may stand here."""


def shipped() -> set[str]:
    """Return every package that comes with a plain install, those of packages included."""
    found: set[str] = set()
    waiting = ["bihuan"]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        try:
            here = distribution(name)
        except PackageNotFoundError:
            continue  # For another system than this one.
        found.add(name)
        for line in here.requires or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    return found - {"bihuan"}


def licence(package: Distribution) -> str:
    known = package.metadata
    classifiers = [
        line.rpartition("::")[2].strip()
        for line in known.get_all("Classifier") or []
        if line.startswith("License")
    ]
    named = [*(known.get_all("License-Expression") or []), *classifiers]
    return "; ".join(named or known.get_all("License") or [])[:200]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_package_has_a_licence_that_fits(name: str) -> None:
    said = licence(distribution(name))
    assert FREE.search(said) or name in EXPLAINED, f"{name}: {said or 'no licence named'}"


def test_every_exception_is_needed() -> None:
    installed = shipped()
    idle = [n for n in EXPLAINED if n in installed and FREE.search(licence(distribution(n)))]
    assert idle == []
    assert len(installed) > 30
