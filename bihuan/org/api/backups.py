"""Backups by program: which there are, and asking for one."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema, Status

from bihuan.org import actions, queries
from bihuan.org.access import PersonRequest, require_role
from bihuan.org.domain.role import Role

router = Router(tags=["backups"])


class BackupOut(Schema):
    kind: str
    made_at: datetime
    checked_at: datetime | None
    is_encrypted: bool
    size: int | None
    """In bytes; null where several companies share the installation."""


class AskedOut(Schema):
    job: int


@router.get("", response=list[BackupOut], operation_id="list_backups")
def list_backups(request: PersonRequest) -> list[BackupOut]:
    """List the newest backups of the installation."""
    require_role(request.person, Role.ADMIN)
    return [
        BackupOut(
            kind=line.kind_code,
            made_at=line.made_at,
            checked_at=line.checked_at,
            is_encrypted=line.is_sealed,
            size=line.size,
        )
        for line in queries.backups_page(request.tenant).lines
    ]


@router.post("", response={202: AskedOut}, operation_id="back_up")
def back_up(request: PersonRequest) -> Status[AskedOut]:
    """Ask for a backup; only where one company has the installation for itself."""
    return Status(202, AskedOut(job=actions.ask_for_backup(by=request.person)))
