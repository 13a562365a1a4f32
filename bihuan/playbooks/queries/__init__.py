"""What is shown of plays, packs and effects."""

from __future__ import annotations

from bihuan.playbooks.queries.bundling import bundle_of
from bihuan.playbooks.queries.effects import EffectLine, effect_lines, effects_of
from bihuan.playbooks.queries.listing import (
    PAGE_SIZE,
    Asked,
    PlayView,
    Standing,
    play_view,
    plays_listed,
    tags_in_use,
    versions_of,
)
from bihuan.playbooks.queries.packing import Pack, PackItem, pack_for
from bihuan.playbooks.queries.packs import PackLine, PackView, pack_lines, pack_view, packs
from bihuan.playbooks.queries.picking import Picked, customers_of, picked_of
from bihuan.playbooks.queries.rendering import as_html
from bihuan.playbooks.queries.wording import (
    Wording,
    is_chinese,
    summary_of,
    title_of,
    wording_of,
)

__all__ = [
    "PAGE_SIZE",
    "Asked",
    "EffectLine",
    "Pack",
    "PackItem",
    "PackLine",
    "PackView",
    "Picked",
    "PlayView",
    "Standing",
    "Wording",
    "as_html",
    "bundle_of",
    "customers_of",
    "effect_lines",
    "effects_of",
    "is_chinese",
    "pack_for",
    "pack_lines",
    "pack_view",
    "packs",
    "picked_of",
    "play_view",
    "plays_listed",
    "summary_of",
    "tags_in_use",
    "title_of",
    "versions_of",
    "wording_of",
]
