"""Erasing somebody: keys, vault, names, words and files; the ledger stays whole."""

from __future__ import annotations

from bihuan.privacy.actions.erasing.forgetting import Counts, ErasureHeld, StillHere, forget
from bihuan.privacy.actions.erasing.replaying import replay

__all__ = ["Counts", "ErasureHeld", "StillHere", "forget", "replay"]
