"""The journal: what was done, by whom, for whom and why; sealed, so that it stays as it was.

Actions call ``record`` inside their own transaction, so a deed and its entry stand or fall
together. Personal data never goes in: people are named by id, and of free text only the length
and a keyed digest are kept.

    journal.record(by, "unit.changed", unit, before=before, after=journal.told(unit, *FIELDS))

Who acts through which door, on whose behalf, under which request comes from ``base.acting``.
"""

from __future__ import annotations

from bihuan.base.journal.changes import told
from bihuan.base.journal.fields import names_in, refer
from bihuan.base.journal.recording import Actor, guard_by, record, register_standing
from bihuan.base.journal.words import Subject, call, page, words_of

__all__ = [
    "Actor",
    "Subject",
    "call",
    "guard_by",
    "names_in",
    "page",
    "record",
    "refer",
    "register_standing",
    "told",
    "words_of",
]
