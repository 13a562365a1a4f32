"""Plays with their versions and files, and the packs of them that people were handed."""

from __future__ import annotations

from bihuan.playbooks.models.handed import FIT_LABELS, HandedItem, HandedOut, HandedOutQuerySet
from bihuan.playbooks.models.play import (
    KIND_LABELS,
    FileContent,
    Play,
    PlayFile,
    PlayQuerySet,
    PlayVersion,
    Publication,
)

__all__ = [
    "FIT_LABELS",
    "KIND_LABELS",
    "FileContent",
    "HandedItem",
    "HandedOut",
    "HandedOutQuerySet",
    "Play",
    "PlayFile",
    "PlayQuerySet",
    "PlayVersion",
    "Publication",
]
