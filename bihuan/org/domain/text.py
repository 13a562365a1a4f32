"""Text: names and codes as people type them, made fit to be kept.

Spaces at the ends are dropped. What is empty, too long, or carries characters
that no name has (a zero byte, a line break) is refused.

>>> fit("  华东一部 ", limit=80)
'华东一部'
"""

from __future__ import annotations

import unicodedata

from bihuan.kernel.errors import Invalid, gettext_noop


class TextUnfit(Invalid):
    code = "org.text_unfit"
    says = gettext_noop("“%(text)s” is empty, longer than %(limit)s, or holds control characters.")


def fit(text: str, *, limit: int) -> str:
    """Return a name or code without spaces at its ends."""
    kept = text.strip()
    has_control = any(unicodedata.category(character) == "Cc" for character in kept)
    if not kept or len(kept) > limit or has_control:
        shown = "".join(" " if unicodedata.category(c) == "Cc" else c for c in kept)
        raise TextUnfit(text=shown[:limit], limit=limit)
    return kept
