"""Imports for programs: bring files with their mapping, follow them, take them back."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from bihuan.integrations import jobs
from bihuan.integrations.access import import_seen, imports_visible_to
from bihuan.integrations.actions import bring, claim_import, revert_import, set_mapping
from bihuan.integrations.actions.bringing import BRINGERS
from bihuan.integrations.domain.mapping import load_mapping
from bihuan.integrations.models import Import
from bihuan.integrations.queries import remarks
from bihuan.org.access import PersonRequest, require_role

router = Router(tags=["imports"])
NEWEST = 100


class RemarkOut(Schema):
    sentence: str
    hint: str
    file: str
    sheet: str
    row: int | None
    column: str
    value: str


class ImportOut(Schema):
    id: int
    label: str
    state: str
    progress: int
    began_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]
    problem_count: int


class ImportDetailOut(ImportOut):
    problems: list[RemarkOut]
    notes: list[RemarkOut]
    mapping: str


def _detail(found: Import) -> dict[str, object]:
    plain = ImportOut.from_orm(found).dict()
    return {
        **plain,
        "problems": remarks(found.problems),
        "notes": remarks(found.notes),
        "mapping": found.mapping,
    }


@router.get("", response=list[ImportOut])
def imports(request: HttpRequest) -> object:
    """Return the newest imports."""
    return imports_visible_to(cast(PersonRequest, request).scope)[:NEWEST]


@router.post("", response={202: ImportOut})
def bring_files(
    request: HttpRequest, files: File[list[UploadedFile]], mapping: Form[str]
) -> tuple[int, Import]:
    """Bring files with the mapping they are read by; the import then runs by itself."""
    person = cast(PersonRequest, request).person
    require_role(person, *BRINGERS)
    load_mapping(mapping)  # First: files whose mapping cannot be read are not kept.
    brought = bring(files=files, by=person)
    mapped = set_mapping(import_=brought, text=mapping, by=person)
    claimed = claim_import(import_=mapped, by=person)
    jobs.start(claimed)
    return 202, claimed


@router.get("/{int:import_id}", response=ImportDetailOut)
def one_import(request: HttpRequest, import_id: int) -> object:
    """Return an import with its problems, notes and mapping."""
    return _detail(import_seen(import_id, cast(PersonRequest, request).scope))


@router.post("/{int:import_id}/revert", response=ImportOut)
def revert(request: HttpRequest, import_id: int) -> Import:
    """Take back the facts and targets an import brought."""
    known = cast(PersonRequest, request)
    return revert_import(import_=import_seen(import_id, known.scope), by=known.person)
