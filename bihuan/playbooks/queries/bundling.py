"""The library as a bundle to take away."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.playbooks.domain.play import Kind
from bihuan.playbooks.domain.sheet import FileNamed, Sheet
from bihuan.playbooks.models import Play, PlayFile
from bihuan.playbooks.reader.bundle import Bundle


def bundle_of(plays: Iterable[Play]) -> Bundle:
    """Return published plays with their files, as they are exchanged."""
    shown = [each for each in plays if each.published is not None]
    files: dict[int, list[PlayFile]] = {}
    belonging = PlayFile.objects.filter(version__in=[each.published_id for each in shown])
    for each in belonging.select_related("content").order_by("position"):
        files.setdefault(each.version_id, []).append(each)
    sheets = [
        Sheet(
            code=play.code,
            kind=Kind(play.kind),
            text=play.published.text,
            files=tuple(
                FileNamed(name=each.name, digest=each.content.digest)
                for each in files.get(play.published.pk, ())
            ),
        )
        for play in shown
        if play.published is not None
    ]
    contents = {
        each.content.digest: bytes(each.content.content)
        for belongs in files.values()
        for each in belongs
    }
    return Bundle(sheets=tuple(sorted(sheets, key=lambda each: each.code)), files=contents)
