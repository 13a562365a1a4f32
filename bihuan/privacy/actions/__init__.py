"""Everything that changes what is kept of people, and under which key."""

from __future__ import annotations

from bihuan.privacy.actions.asking import (
    ask,
    carry_out,
    decide,
    finish,
    hold,
    lift,
    subject_for,
    take_many,
    withdraw,
)
from bihuan.privacy.actions.copying import CopyGone, fetch_copy, forget_copies, make_copy
from bihuan.privacy.actions.erasing import ErasureHeld, StillHere, forget
from bihuan.privacy.actions.keeping import (
    SubjectErased,
    keep_fields,
    open_subject,
    set_own_fields,
)
from bihuan.privacy.actions.noting import note_consent, note_read, unmask, withdraw_consent
from bihuan.privacy.actions.retaining import let_go_of_the_old, set_periods
from bihuan.privacy.actions.rotating import Rotated, rotate_master_key

__all__ = [
    "CopyGone",
    "ErasureHeld",
    "Rotated",
    "StillHere",
    "SubjectErased",
    "ask",
    "carry_out",
    "decide",
    "fetch_copy",
    "finish",
    "forget",
    "forget_copies",
    "hold",
    "keep_fields",
    "let_go_of_the_old",
    "lift",
    "make_copy",
    "note_consent",
    "note_read",
    "open_subject",
    "rotate_master_key",
    "set_own_fields",
    "set_periods",
    "subject_for",
    "take_many",
    "unmask",
    "withdraw",
    "withdraw_consent",
]
