"""Erasing somebody: keys, vault, names, words and files; the ledger stays whole."""

from __future__ import annotations

from bihuan.privacy.actions.erasing.forgetting import ErasureHeld, Forgotten, StillHere, forget
from bihuan.privacy.actions.erasing.replaying import replay

__all__ = ["ErasureHeld", "Forgotten", "StillHere", "forget", "replay"]
