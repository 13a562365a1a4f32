"""Everything that can happen to a company as a whole."""

from __future__ import annotations

from bihuan.tenants.actions.exporting import (
    EXPORT_JOB,
    ExportUnderWay,
    ask_for_export,
    forget_exports,
    make_export,
    note_fetched,
)
from bihuan.tenants.actions.founding import (
    Admin,
    CodeUnfit,
    CompanyCodeTaken,
    Founded,
    found_company,
)
from bihuan.tenants.actions.leaving import (
    DeletionAsked,
    DeletionMissing,
    DeletionNotDue,
    NobodyToConfirm,
    SecondPersonNeeded,
    ask_for_deletion,
    begin_deletion,
    confirm_deletion,
    delete_company,
    delete_due,
    withdraw_deletion,
)
from bihuan.tenants.actions.reminding import remind_of_ends
from bihuan.tenants.actions.signing_up import (
    InvitationUnfit,
    LinkOver,
    SignUpClosed,
    TooOften,
    application_of,
    apply,
    forget_applications,
    found_applied,
    invite,
)

__all__ = [
    "EXPORT_JOB",
    "Admin",
    "CodeUnfit",
    "CompanyCodeTaken",
    "DeletionAsked",
    "DeletionMissing",
    "DeletionNotDue",
    "ExportUnderWay",
    "Founded",
    "InvitationUnfit",
    "LinkOver",
    "NobodyToConfirm",
    "SecondPersonNeeded",
    "SignUpClosed",
    "TooOften",
    "application_of",
    "apply",
    "ask_for_deletion",
    "ask_for_export",
    "begin_deletion",
    "confirm_deletion",
    "delete_company",
    "delete_due",
    "forget_applications",
    "forget_exports",
    "found_applied",
    "found_company",
    "invite",
    "make_export",
    "note_fetched",
    "remind_of_ends",
    "withdraw_deletion",
]
