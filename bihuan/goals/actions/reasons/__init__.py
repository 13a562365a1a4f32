"""What can happen to the reasons of low cells, and to the diagnoses that find them."""

from __future__ import annotations

from bihuan.goals.actions.reasons.diagnosing import (
    DiagnosisSame,
    add_diagnosis,
    change_diagnosis,
    restore_diagnosis,
)
from bihuan.goals.actions.reasons.judging import (
    SaidWord,
    WordMissing,
    keep_words,
    say_word,
    withdraw_word,
)

__all__ = [
    "DiagnosisSame",
    "SaidWord",
    "WordMissing",
    "add_diagnosis",
    "change_diagnosis",
    "keep_words",
    "restore_diagnosis",
    "say_word",
    "withdraw_word",
]
