"""What came of plays, and plays as files, for programs."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from bihuan.org.access import PersonRequest
from bihuan.playbooks import actions, queries
from bihuan.playbooks.api.plays import EffectOut, effect_out
from bihuan.playbooks.domain.play import Kind
from bihuan.playbooks.models import Play
from bihuan.playbooks.reader.bundle import write_bundle

router = Router(tags=["playbooks"])


class EffectLineOut(EffectOut):
    id: int
    code: str
    kind: Kind
    title: str
    handed: int
    opened: int
    helpful: int
    not_helpful: int


class BroughtOut(Schema):
    added: int
    changed: int
    unchanged: int


@router.get("/effect", response=list[EffectLineOut])
def effect(request: PersonRequest) -> list[EffectLineOut]:
    """How often each play was used, and how often the figure recovered afterwards."""
    return [
        EffectLineOut.model_validate(
            {
                **effect_out(line.effect),
                "id": line.play.pk,
                "code": line.play.code,
                "kind": line.play.kind,
                "title": queries.title_of(line.play.published),
                "handed": line.handed,
                "opened": line.opened,
                "helpful": line.helpful,
                "not_helpful": line.not_helpful,
            }
        )
        for line in queries.effect_lines(request.tenant)
        if line.play.published is not None
    ]


@router.get("/bundle")
def bundle(request: PersonRequest) -> HttpResponse:
    """Everything in the library with its files, as a zip."""
    found = Play.objects.of(request.tenant.pk).in_library().select_related("published")
    return HttpResponse(write_bundle(queries.bundle_of(found)), content_type="application/zip")


@router.post("/bundle", response=BroughtOut)
def bring(
    request: PersonRequest,
    file: File[UploadedFile],
    publish: bool = False,  # noqa: FBT001, FBT002 (a parameter of the address)
) -> BroughtOut:
    """Bring plays from a Markdown file or a zip of them: all, or none."""
    brought = actions.import_plays(
        name=file.name or "", content=file.read(), publish=publish, by=request.person
    )
    return BroughtOut(added=brought.added, changed=brought.changed, unchanged=brought.unchanged)
