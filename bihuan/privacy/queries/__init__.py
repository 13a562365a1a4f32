"""What is read out of the vault: in full, masked, or by an exact look-up."""

from __future__ import annotations

from bihuan.privacy.queries.requests import (
    PetitionView,
    called,
    petition_view,
    petitions,
    reads,
)
from bihuan.privacy.queries.retaining import Due, Periods, due, periods_of
from bihuan.privacy.queries.vault import (
    Values,
    alike,
    fields_of,
    found,
    masked,
    own_fields,
    shown,
    subject_of,
)

__all__ = [
    "Due",
    "Periods",
    "PetitionView",
    "Values",
    "alike",
    "called",
    "due",
    "fields_of",
    "found",
    "masked",
    "own_fields",
    "periods_of",
    "petition_view",
    "petitions",
    "reads",
    "shown",
    "subject_of",
]
