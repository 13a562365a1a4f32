"""The anchor file of a tenant: one line per block, kept outside the database.

A line is written before its block is committed. Whoever cuts the tail of the
ledger, its blocks and its head with it, still leaves the lines that name them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bihuan.base import anchoring
from bihuan.base.home import subfolder
from bihuan.facts.domain.block import Seal
from bihuan.facts.domain.verification import Sealed
from bihuan.org.models import Tenant


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
    whole = anchoring.whole_lines(anchor_file(tenant))
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
    line = anchoring.last_line(anchor_file(tenant))
    return None if line is None else _anchor(line)


def _anchor(line: bytes) -> Sealed | None:
    try:
        said = json.loads(line)
        digest = str(said.pop("digest"))
        return Sealed(Seal(**said), digest)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
