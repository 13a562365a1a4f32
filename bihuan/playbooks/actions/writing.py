"""Writing plays: each change is a further version, a draft until it is published."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.base.uploads import Accepted
from bihuan.kernel.errors import Conflict, Invalid, Problem, ProblemsFound, gettext_noop
from bihuan.org.access import require_role
from bihuan.org.models import Person, Tenant
from bihuan.playbooks.access import MAY_WRITE, require_may_change
from bihuan.playbooks.actions.filing import FileGiven, Taken, content_of, take
from bihuan.playbooks.domain.play import TAG_NAMES, Kind, PlayText, Tags, check, tidied
from bihuan.playbooks.domain.sheet import is_code
from bihuan.playbooks.models import Play, PlayFile, PlayVersion
from bihuan.playbooks.uses import words_of


class CodeUnfit(Invalid):
    code = "playbooks.code_unfit"
    says = gettext_noop("A code is small letters and digits, with dashes between.")


class CodeTaken(Conflict):
    code = "playbooks.code_taken"
    says = gettext_noop("There is a play with the code “%(code)s” already.")


class SavedMeanwhile(Conflict):
    code = "playbooks.saved_meanwhile"
    says = gettext_noop(
        "Somebody has saved version %(number)s meanwhile. Nothing was changed: look at it first."
    )


@transaction.atomic
def write_play(
    *,
    kind: Kind,
    text: PlayText,
    code: str = "",
    files: Sequence[FileGiven] = (),
    by: Person,
) -> Play:
    """Begin a play as a draft that ``by`` owns; without a code it gets one of its own."""
    require_role(by, *MAY_WRITE)
    if code and not is_code(code):
        raise CodeUnfit()
    written = tidied(text)
    taken = take(files, by.tenant)
    require_fit(written, kind=kind, tenant=by.tenant, taken=taken)
    play, is_new = Play.objects.get_or_create(
        tenant=by.tenant,
        code=code or _free_code(by.tenant, kind),
        defaults={"kind": kind.value, "owner": by, "made_at": clock.now()},
    )
    if not is_new:
        raise CodeTaken(code=code)
    journal.record(by, "play.written", play, kind=kind.value)
    add_version(play, written, taken.files, by=by)
    return play


def _free_code(tenant: Tenant, kind: Kind) -> str:
    number = Play.objects.of(tenant.pk).count() + 1
    while Play.objects.filter(tenant=tenant, code=f"{kind.value}-{number}").exists():
        number += 1
    return f"{kind.value}-{number}"


@transaction.atomic
def revise_play(
    *,
    play: Play,
    text: PlayText,
    base: int,
    files: Sequence[FileGiven] = (),
    keep: Sequence[str] | None = None,
    by: Person,
) -> PlayVersion:
    """Save what a play would say next; what says the same is no new version.

    ``base`` is the version it was written from, ``files`` are added to those whose
    digests are in ``keep`` (all where nothing is said).
    """
    require_may_change(play, by)
    held = Play.objects.select_for_update().get(pk=play.pk)
    newest = newest_of(held)
    if newest.number != base:
        raise SavedMeanwhile(number=newest.number)
    written = tidied(text)
    kept = [each for each in newest.files.all() if keep is None or each.content.digest in keep]
    taken = take(files, held.tenant)
    given = {each.digest for each in taken.files}
    kept = [each for each in kept if each.content.digest not in given]
    require_fit(written, kind=Kind(held.kind), tenant=held.tenant, taken=taken, kept=len(kept))
    if written == newest.text and not files and len(kept) == newest.files.count():
        return newest
    return add_version(held, written, taken.files, kept=kept, by=by)


def newest_of(play: Play) -> PlayVersion:
    """Return the last version of a play that was saved."""
    return PlayVersion.objects.filter(play=play).order_by("-number")[:1].get()


def require_fit(
    text: PlayText,
    *,
    kind: Kind,
    tenant: Tenant,
    taken: Taken,
    kept: int = 0,
) -> None:
    """Refuse a text with everything that is wrong with it."""
    problems = [
        *check(text, kind=kind, has_file=bool(taken.files or taken.problems) or kept > 0),
        *unknown_tags(text.tags, tenant),
        *taken.count_problems(kept),
        *taken.problems,
    ]
    if problems:
        raise ProblemsFound(problems)


def unknown_tags(tags: Tags, tenant: Tenant) -> list[Problem]:
    """Return the tags whose kind has a list of what there is, and which are not on it."""
    problems = []
    for name in TAG_NAMES:
        given = getattr(tags, name)
        known = words_of(name, tenant) if given else None
        problems += [
            Problem(
                code="playbooks.tag_unknown",
                says=gettext_noop("There is no “%(tag)s”."),
                params={"tag": each},
                column=name,
                value=each,
            )
            for each in given
            if known is not None and each not in known
        ]
    return problems


def add_version(
    play: Play,
    text: PlayText,
    files: Sequence[Accepted] = (),
    *,
    kept: Sequence[PlayFile] = (),
    by: Person,
) -> PlayVersion:
    """Append a version to a play that is held or new."""
    last = PlayVersion.objects.filter(play=play).order_by("-number").first()
    words = {name: getattr(text, name) for name in ("title_zh", "title_en", "link")}
    words |= {name: getattr(text, name) for name in ("summary_zh", "summary_en")}
    version = PlayVersion.objects.create(
        play=play,
        number=1 if last is None else last.number + 1,
        **words,
        body_zh=text.body_zh,
        body_en=text.body_en,
        valid_until=text.valid_until,
        tags=text.tags.as_data(),
        made_by=by,
        made_at=clock.now(),
    )
    named = [(each.name, each.content) for each in kept]
    named += [(each.name, content_of(play.tenant, each)) for each in files]
    for position, (name, content) in enumerate(named, start=1):
        PlayFile.objects.create(version=version, position=position, name=name, content=content)
    journal.record(by, "play.saved", play, number=version.number)
    return version
