"""Files that belong to plays: taken in by the one way for files, and kept as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.base.uploads import Accepted, FileKindRefused, FileTooBig, accept, clean_name
from bihuan.kernel.errors import Invalid, Problem, gettext_noop
from bihuan.org.actions import require_room_for_bytes
from bihuan.org.models import Tenant
from bihuan.playbooks.domain.upload import ENDINGS, FILES_MOST
from bihuan.playbooks.models import FileContent


@dataclass(frozen=True, slots=True)
class FileGiven:
    """A file as somebody gives it."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """Files as they will be kept, and what is wrong with those that will not."""

    files: tuple[Accepted, ...] = ()
    problems: tuple[Problem, ...] = ()

    def count_problems(self, kept: int) -> list[Problem]:
        """Return what is wrong with the number of files, beside those that a play has."""
        if len(self.files) + kept <= FILES_MOST:
            return []
        return [
            Problem(
                code="playbooks.too_many_files",
                says=gettext_noop("At most %(most)s files belong to a play."),
                params={"most": FILES_MOST},
                column="files",
            )
        ]


def take(files: Sequence[FileGiven], tenant: Tenant) -> Taken:
    """Return files as they will be kept; the same file given twice is kept once."""
    taken: dict[str, Accepted] = {}
    problems = []
    for each in files:
        try:
            accepted = _known(each, tenant) or accept(each.name, each.content, among=ENDINGS)
        except Invalid as refusal:
            problems.append(_problem(each, refusal))
        else:
            taken.setdefault(accepted.digest, accepted)
    return Taken(tuple(taken.values()), tuple(problems))


def _known(given: FileGiven, tenant: Tenant) -> Accepted | None:
    """Return a file that was accepted before: a picture drawn anew twice would be another."""
    kept = FileContent.objects.filter(tenant=tenant, digest=given.digest).first()
    name = clean_name(given.name)
    if kept is None or not name:
        return None
    return Accepted(name=name, content=given.content, media_type=kept.media_type)


def _problem(given: FileGiven, refusal: Invalid) -> Problem:
    code, says, params = refusal.code, refusal.says, dict(refusal.params)
    if isinstance(refusal, FileTooBig):
        says = gettext_noop("“%(name)s” is larger than %(most)s MB: give a link instead.")
        code = "playbooks.file_too_large"
    elif isinstance(refusal, FileKindRefused):
        says = gettext_noop(
            "“%(name)s” cannot belong to a play: PDF, Word, Excel, PowerPoint, PNG, JPEG, "
            "MP4 and M4A can."
        )
        code, params = "playbooks.file_unfit", {"name": clean_name(given.name) or "?"}
    return Problem(code=code, says=says, params=params, column="files")


def content_of(tenant: Tenant, taken: Accepted) -> FileContent:
    """Return the row that holds a file's bytes, made where there is none yet."""
    if not FileContent.objects.filter(tenant=tenant, digest=taken.digest).exists():
        require_room_for_bytes(tenant, asked=len(taken.content))
    kept, _ = FileContent.objects.get_or_create(
        tenant=tenant,
        digest=taken.digest,
        defaults={
            "media_type": taken.media_type,
            "size": len(taken.content),
            "content": taken.content,
        },
    )
    return kept
