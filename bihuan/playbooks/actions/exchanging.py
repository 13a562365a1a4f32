"""Bringing plays from files: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.base.uploads import Accepted
from bihuan.kernel.errors import Problem, ProblemsFound, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person
from bihuan.playbooks.actions.filing import FileGiven, take
from bihuan.playbooks.actions.publishing import publish_play
from bihuan.playbooks.actions.writing import add_version, newest_of, unknown_tags
from bihuan.playbooks.domain.sheet import SUFFIX, Sheet
from bihuan.playbooks.models import Play
from bihuan.playbooks.reader.bundle import Bundle, read_bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What came of an import, in numbers of plays."""

    added: int
    changed: int
    unchanged: int

    @property
    def count(self) -> int:
        return self.added + self.changed + self.unchanged


@transaction.atomic
def import_plays(*, name: str, content: bytes, publish: bool, by: Person) -> Brought:
    """Bring the plays of a file or a zip of files; with any problem, none.

    A play whose code is there gets a further version, unless it says the same. New
    ones are owned by ``by``. Without ``publish`` everything waits as a draft.
    """
    require_admin_of(by, by.tenant_id)
    bundle = read_bundle(name, content)
    plays = {each.code: each for each in Play.objects.of(by.tenant_id).select_for_update()}
    problems = [
        problem
        for sheet in bundle.sheets
        for problem in _problems(sheet, bundle, plays.get(sheet.code), publish=publish, by=by)
    ]
    if problems:
        raise ProblemsFound(problems)
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for sheet in bundle.sheets:
        counts[_bring(sheet, bundle.files, plays.get(sheet.code), publish=publish, by=by)] += 1
    brought = Brought(**counts)
    journal.record(
        by,
        "plays.imported",
        by.tenant,
        added=brought.added,
        changed=brought.changed,
        published=publish,
    )
    return brought


def _problems(
    sheet: Sheet, bundle: Bundle, play: Play | None, *, publish: bool, by: Person
) -> list[Problem]:
    """Return what only the company knows to be wrong with a play, at its file."""
    found = unknown_tags(sheet.text.tags, by.tenant)
    taken = take(_files(sheet, bundle.files), by.tenant)
    found += [*taken.count_problems(0), *taken.problems]
    found += [
        Problem(
            code="playbooks.file_missing",
            says=gettext_noop("“%(name)s” is not in the zip."),
            params={"name": each.name[:80]},
            column="files",
        )
        for each in sheet.files
        if each.digest not in bundle.files
    ]
    if play is not None and play.kind != sheet.kind.value:
        says = gettext_noop("A play keeps its kind: this one is there as “%(kind)s”.")
        found.append(
            Problem(
                code="playbooks.kind_differs", says=says, params={"kind": play.kind}, column="kind"
            )
        )
    until = sheet.text.valid_until
    if publish and until is not None and until < clock.today(by.tenant.time_zone):
        says = gettext_noop("It was valid until %(day)s: give it a later day, or none.")
        found.append(
            Problem(
                code="playbooks.version_over",
                says=says,
                params={"day": until.isoformat()},
                column="valid_until",
            )
        )
    return [replace(each, file=f"{sheet.code}{SUFFIX}") for each in found]


def _files(sheet: Sheet, contents: Mapping[str, bytes]) -> list[FileGiven]:
    return [
        FileGiven(each.name, contents[each.digest])
        for each in sheet.files
        if each.digest in contents
    ]


def _bring(
    sheet: Sheet, contents: Mapping[str, bytes], play: Play | None, *, publish: bool, by: Person
) -> str:
    """Bring one play, and tell what that was to the library."""
    files = take(_files(sheet, contents), by.tenant).files
    what = "added" if play is None else "changed"
    if play is None:
        play = Play.objects.create(
            tenant=by.tenant,
            code=sheet.code,
            kind=sheet.kind.value,
            owner=by,
            made_at=clock.now(),
        )
        add_version(play, sheet.text, files, by=by)
    elif _says_the_same(play, sheet, files):
        what = "unchanged"
    else:
        add_version(play, sheet.text, files, by=by)
    if publish:
        publish_play(play=play, number=newest_of(play).number, by=by)
    return what


def _says_the_same(play: Play, sheet: Sheet, files: Sequence[Accepted]) -> bool:
    newest = newest_of(play)
    digests = [each.content.digest for each in newest.files.select_related("content")]
    return newest.text == sheet.text and digests == [each.digest for each in files]
