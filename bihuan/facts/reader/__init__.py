"""Reading the ledger as it is sealed: its lines, and the anchors outside the database."""

from __future__ import annotations

from bihuan.facts.reader.anchors import Anchors, anchor_file, last_anchor, read_anchors
from bihuan.facts.reader.lines import leaves

__all__ = ["Anchors", "anchor_file", "last_anchor", "leaves", "read_anchors"]
