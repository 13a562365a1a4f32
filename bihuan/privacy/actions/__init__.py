"""Everything that changes what is kept of people, and under which key."""

from __future__ import annotations

from bihuan.privacy.actions.keeping import (
    SubjectErased,
    keep_fields,
    open_subject,
    set_own_fields,
)
from bihuan.privacy.actions.rotating import Rotated, rotate_master_key

__all__ = [
    "Rotated",
    "SubjectErased",
    "keep_fields",
    "open_subject",
    "rotate_master_key",
    "set_own_fields",
]
