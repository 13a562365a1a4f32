"""What is kept of people, under which key; what was asked, agreed to and looked at."""

from __future__ import annotations

from bihuan.privacy.models.asking import (
    ASKED_LABELS,
    PART_LABELS,
    STATE_LABELS,
    UNSEEN_LABELS,
    Hold,
    Petition,
    PetitionQuerySet,
)
from bihuan.privacy.models.copying import COPIES, DataCopy, copy_path
from bihuan.privacy.models.noting import (
    CHANNEL_LABELS,
    PURPOSE_LABELS,
    READING_LABELS,
    USE_LABELS,
    Consent,
    SensitiveRead,
)
from bihuan.privacy.models.retaining import KEPT_LABELS, RetentionPeriod
from bihuan.privacy.models.vault import (
    FIELD_LABELS,
    KIND_LABELS,
    IndexKey,
    Subject,
    SubjectKey,
    VaultField,
)

__all__ = [
    "ASKED_LABELS",
    "CHANNEL_LABELS",
    "COPIES",
    "FIELD_LABELS",
    "KEPT_LABELS",
    "KIND_LABELS",
    "PART_LABELS",
    "PURPOSE_LABELS",
    "READING_LABELS",
    "STATE_LABELS",
    "UNSEEN_LABELS",
    "USE_LABELS",
    "Consent",
    "DataCopy",
    "Hold",
    "IndexKey",
    "Petition",
    "PetitionQuerySet",
    "RetentionPeriod",
    "SensitiveRead",
    "Subject",
    "SubjectKey",
    "VaultField",
    "copy_path",
]
