"""The anchor file of a tenant: one line per block, kept outside the database.

A line is written before its block is committed. Whoever cuts the tail of the
ledger, its blocks and its head with it, still leaves the lines that name them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bihuan.base.home import subfolder
from bihuan.facts.domain.block import Seal
from bihuan.facts.domain.verification import Sealed
from bihuan.org.models import Tenant

TAIL = 8192
"""More bytes than two lines can have."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """What an anchor file says, and which of its lines cannot be read."""

    sealed: tuple[Sealed, ...] = ()
    unreadable: tuple[int, ...] = ()


def anchor_file(tenant: Tenant) -> Path:
    """Return where the anchors of a tenant stand, whether or not there are any."""
    return subfolder("anchors") / f"{tenant.code}.jsonl"


def anchors_of(tenant: Tenant) -> Iterator[Path]:
    """Yield the anchor file of a tenant, if there is one."""
    path = anchor_file(tenant)
    if path.is_file():
        yield path


def read_anchors(tenant: Tenant) -> Anchors:
    """Return the anchors of a tenant.

    A last line without an end was being written when the process died. Its
    block was not committed, so it says nothing.
    """
    path = anchor_file(tenant)
    if not path.exists():
        return Anchors()
    *whole, _torn = path.read_bytes().split(b"\n")
    sealed: list[Sealed] = []
    unreadable: list[int] = []
    for number, line in enumerate(whole, start=1):
        anchor = _anchor(line)
        if anchor is None:
            unreadable.append(number)
        else:
            sealed.append(anchor)
    return Anchors(tuple(sealed), tuple(unreadable))


def last_anchor(tenant: Tenant) -> Sealed | None:
    """Return the newest anchor of a tenant, without reading the whole file."""
    path = anchor_file(tenant)
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        *whole, _torn = file.read().split(b"\n")
    return _anchor(whole[-1]) if whole else None


def _anchor(line: bytes) -> Sealed | None:
    try:
        said = json.loads(line)
        digest = str(said.pop("digest"))
        return Sealed(Seal(**said), digest)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
