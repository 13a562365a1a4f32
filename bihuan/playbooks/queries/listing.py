"""The library: plays that can be searched and read, with their versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import F, Max, Q

from bihuan.org.models import Person, Tenant
from bihuan.playbooks.access import changed_by, may_change, plays_visible_to, versions_visible_to
from bihuan.playbooks.domain.effect import Effect
from bihuan.playbooks.domain.play import TAG_NAMES, Kind, read_tags
from bihuan.playbooks.models import Play, PlayFile, PlayQuerySet, PlayVersion
from bihuan.playbooks.queries.effects import effects_of
from bihuan.playbooks.queries.picking import Picked, picked_of

PAGE_SIZE = 50


class Standing(StrEnum):
    IN_LIBRARY = "library"
    DRAFT = "draft"
    OVER = "over"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the library is narrowed to."""

    text: str = ""
    kind: Kind | None = None
    metric: str = ""
    reason: str = ""
    tag: str = ""
    """Any node, industry or product line."""
    standing: Standing = Standing.IN_LIBRARY


SEARCHED = ("title_zh", "title_en", "summary_zh", "summary_en", "body_zh", "body_en")


def plays_listed(person: Person, asked: Asked, today: date) -> PlayQuerySet:
    """Return the plays a person may open that answer to what is asked."""
    found = _standing(plays_visible_to(person), asked.standing, person, today)
    found = found.select_related("published", "owner")
    if asked.kind is not None:
        found = found.filter(kind=asked.kind.value)
    for word in asked.text.split()[:5]:
        inside = Q(code__icontains=word)
        for name in SEARCHED:
            inside |= Q(**{f"published__{name}__icontains": word})
        found = found.filter(inside)
    for name, wanted in (("metrics", asked.metric), ("reasons", asked.reason)):
        if wanted:
            found = found.filter(published__tags__contains={name: [wanted]})
    if asked.tag:
        loose = Q()
        for name in ("nodes", "industries", "product_lines"):
            loose |= Q(published__tags__contains={name: [asked.tag]})
        found = found.filter(loose)
    return found.order_by(F("published__made_at").desc(nulls_last=True), "code")


def _standing(plays: PlayQuerySet, standing: Standing, person: Person, today: date) -> PlayQuerySet:
    over = Q(published__valid_until__lt=today)
    if standing is Standing.RETIRED:
        return plays.filter(retired_at__isnull=False)
    live = plays.filter(retired_at__isnull=True)
    if standing is Standing.DRAFT:
        newest = live.annotate(newest=Max("versions__number"))
        waiting = Q(published__isnull=True) | Q(newest__gt=F("published__number"))
        return newest.filter(waiting, changed_by(person))
    if standing is Standing.OVER:
        return live.filter(over)
    return live.filter(published__isnull=False).exclude(over)


def tags_in_use(tenant: Tenant) -> dict[str, list[str]]:
    """Return every tag that the library uses, by its kind: what forms suggest."""
    used: dict[str, set[str]] = {name: set() for name in TAG_NAMES}
    rows = Play.objects.of(tenant.pk).in_library().values_list("published__tags", flat=True)
    for tags in rows:
        for name in TAG_NAMES:
            used[name] |= set(getattr(read_tags(tags), name))
    return {name: sorted(codes) for name, codes in used.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayView:
    """A version of a play as a person reads it."""

    play: Play
    version: PlayVersion
    files: tuple[PlayFile, ...]
    effect: Effect
    picked: Picked
    is_in_force: bool
    is_over: bool
    may_change: bool
    newest: int
    """The newest version this person may read."""


def play_view(play: Play, version: PlayVersion, *, person: Person, today: date) -> PlayView:
    """Return a version of a play with what a page shows beside it."""
    versions = versions_visible_to(person, play)
    return PlayView(
        play=play,
        version=version,
        files=tuple(_files(version)),
        effect=effects_of(play.tenant).get(play.pk, Effect()),
        picked=picked_of(play.tenant).get(play.code, Picked()),
        is_in_force=version.pk == play.published_id and play.retired_at is None,
        is_over=version.valid_until is not None and version.valid_until < today,
        may_change=may_change(play, person),
        newest=versions.aggregate(most=Max("number"))["most"] or 0,
    )


def _files(version: PlayVersion) -> Iterable[PlayFile]:
    """Return the files of a version without their contents, which may be large."""
    return version.files.select_related("content").defer("content__content")


def versions_of(play: Play, person: Person) -> list[PlayVersion]:
    """Return the versions of a play a person may read, the newest first."""
    seen = versions_visible_to(person, play).select_related("made_by", "publication__by")
    return list(seen.order_by("-number"))
