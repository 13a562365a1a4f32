"""Playbooks for programs: the same library, the same packs, the same refusals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Field, Router, Schema, Status

from bihuan.base import clock
from bihuan.base.matching import Edited, matched, tagged
from bihuan.org.access import PersonRequest
from bihuan.playbooks import actions, queries
from bihuan.playbooks.access import play_seen, version_seen
from bihuan.playbooks.domain.effect import Effect
from bihuan.playbooks.domain.play import (
    BODY_LENGTH,
    CODE_LENGTH,
    LINK_LENGTH,
    SUMMARY_LENGTH,
    TAG_LENGTH,
    TAGS_MOST,
    TITLE_LENGTH,
    Kind,
    PlayText,
    Tags,
)
from bihuan.playbooks.models import Play, PlayVersion
from bihuan.playbooks.queries import Asked, Standing

router = Router(tags=["playbooks"])

MOST = 500
Id = Annotated[int, Field(ge=1, lt=2**63)]
Number = Annotated[int, Field(ge=1, le=1_000_000)]
Page = Annotated[int, Field(ge=1, le=1_000_000)]
Limit = Annotated[int, Field(ge=1, le=MOST)]
Words = Annotated[str, Field(max_length=80)]
Title = Annotated[str, Field(max_length=TITLE_LENGTH)]
Summary = Annotated[str, Field(max_length=SUMMARY_LENGTH)]
Body = Annotated[str, Field(max_length=BODY_LENGTH)]
Link = Annotated[str, Field(max_length=LINK_LENGTH)]
TagList = Annotated[list[Annotated[str, Field(max_length=TAG_LENGTH)]], Field(max_length=TAGS_MOST)]


class TagsIn(Schema):
    """What a play is for; without metrics and reasons it is of use to everybody."""

    metrics: TagList = []
    reasons: TagList = []
    nodes: TagList = []
    industries: TagList = []
    product_lines: TagList = []


class TextIn(Schema):
    """All that a version says; texts are Markdown without HTML."""

    title_zh: Title = ""
    title_en: Title = ""
    summary_zh: Summary = ""
    summary_en: Summary = ""
    body_zh: Body = ""
    body_en: Body = ""
    link: Link = ""
    valid_until: date | None = None
    tags: TagsIn = TagsIn()

    def text(self) -> PlayText:
        words = {name: getattr(self, name) for name in ("title_zh", "title_en", "link")}
        words |= {name: getattr(self, name) for name in ("summary_zh", "summary_en")}
        tags = {name: tuple(given) for name, given in self.tags.dict().items()}
        return PlayText(
            **words,
            body_zh=self.body_zh,
            body_en=self.body_en,
            valid_until=self.valid_until,
            tags=Tags(**tags),
        )


class PlayIn(TextIn):
    """A new play; without a code it gets one."""

    kind: Kind
    code: Annotated[str, Field(max_length=CODE_LENGTH)] = ""


class RevisionIn(TextIn):
    """What a play would say next; ``base`` is the version it was written from."""

    base: Number


class VersionIn(Schema):
    number: Number


class EffectOut(Schema):
    """What came of uses; the interval (95%) is null where there are too few outcomes."""

    used: int
    measured: int
    recovered: int
    low: Decimal | None
    high: Decimal | None


class PlayOut(Schema):
    """A play in a list, as the version in force names it."""

    id: int
    code: str
    kind: Kind
    title: str
    summary: str
    version: int | None
    valid_until: date | None
    is_in_library: bool


class PlaysOut(Schema):
    count: int
    next: int | None
    items: list[PlayOut]


class FileOut(Schema):
    name: str
    digest: str
    media_type: str
    size: int


class PlayFullOut(TextIn):
    """A version of a play with all that it says."""

    id: int
    code: str
    kind: Kind
    number: int
    newest: int
    is_in_force: bool
    is_over: bool
    made_at: datetime
    steps: list[str]
    files: list[FileOut]
    effect: EffectOut


def next_page(page: int, limit: int, count: int) -> int | None:
    return page + 1 if page * limit < count else None


@router.get("/plays", response=PlaysOut)
def plays(  # noqa: PLR0913  # one parameter for each way to narrow the list
    request: PersonRequest,
    q: Words = "",
    kind: Kind | None = None,
    metric: Words = "",
    reason: Words = "",
    standing: Standing = Standing.IN_LIBRARY,
    page: Page = 1,
    limit: Limit = queries.PAGE_SIZE,
) -> PlaysOut:
    """The library, or what else of it you may see."""
    asked = Asked(text=q, kind=kind, metric=metric, reason=reason, standing=standing)
    found = queries.plays_listed(request.person, asked, clock.today(request.tenant.time_zone))
    count = found.count()
    items = [_play(each) for each in found[(page - 1) * limit : page * limit]]
    return PlaysOut(count=count, next=next_page(page, limit, count), items=items)


def _play(play: Play) -> PlayOut:
    version = play.published or play.versions.order_by("-number").first()
    assert version is not None, "a play is written with its first version"
    return PlayOut(
        id=play.pk,
        code=play.code,
        kind=Kind(play.kind),
        title=queries.title_of(version),
        summary=queries.summary_of(version),
        version=None if play.published is None else play.published.number,
        valid_until=version.valid_until,
        is_in_library=play.is_in_library,
    )


def _held(request: PersonRequest, play_id: int) -> Play:
    return play_seen(play_id, request.person)


def _stands(request: PersonRequest, play_id: int) -> list[object]:
    """Return what changes with a play: its newest version, and which one is in force."""
    play = _held(request, play_id)
    newest = play.versions.order_by("-number").values_list("number", flat=True).first()
    return [newest, play.published_id, play.is_in_library]


PLAY = Edited(held=_held, shown=_stands)


@router.post("/plays", response={201: PlayFullOut})
def write(request: PersonRequest, given: PlayIn) -> Status[PlayFullOut]:
    """Begin a play of your own, as a draft."""
    play = actions.write_play(
        kind=given.kind, text=given.text(), code=given.code, by=request.person
    )
    return Status(201, _full(request, play.pk, 1))


@router.get("/plays/{play_id}", response=PlayFullOut)
@tagged(PLAY)
def play(request: PersonRequest, play_id: Id, version: Number | None = None) -> PlayFullOut:
    """A play as it is in force, or in another version you may read."""
    return _full(request, play_id, version)


def _full(request: PersonRequest, play_id: int, number: int | None) -> PlayFullOut:
    play = play_seen(play_id, request.person)
    version = version_seen(play, number, request.person)
    today = clock.today(request.tenant.time_zone)
    view = queries.play_view(play, version, person=request.person, today=today)
    return PlayFullOut.model_validate(
        {
            **_said(version),
            "id": play.pk,
            "code": play.code,
            "kind": play.kind,
            "number": version.number,
            "newest": view.newest,
            "is_in_force": view.is_in_force,
            "is_over": view.is_over,
            "made_at": version.made_at,
            "steps": version.steps,
            "files": [
                {
                    "name": each.name,
                    "digest": each.content.digest,
                    "media_type": each.content.media_type,
                    "size": each.content.size,
                }
                for each in view.files
            ],
            "effect": effect_out(view.effect),
        }
    )


def _said(version: PlayVersion) -> dict[str, object]:
    text = version.text
    names = ("title_zh", "title_en", "summary_zh", "summary_en", "body_zh", "body_en", "link")
    return {
        **{name: getattr(text, name) for name in names},
        "valid_until": text.valid_until,
        "tags": text.tags.as_data(),
    }


def effect_out(effect: Effect) -> dict[str, object]:
    low, high = effect.interval or (None, None)
    return {
        "used": effect.used,
        "measured": effect.measured,
        "recovered": effect.recovered,
        "low": low,
        "high": high,
    }


@router.put("/plays/{play_id}", response=PlayFullOut)
@matched(PLAY)
def revise(request: PersonRequest, play_id: Id, given: RevisionIn) -> PlayFullOut:
    """Save the next version of a play you may change; its files stay."""
    kept = actions.revise_play(
        play=play_seen(play_id, request.person),
        text=given.text(),
        base=given.base,
        by=request.person,
    )
    return _full(request, play_id, kept.number)


@router.post("/plays/{play_id}/publish", response=PlayFullOut)
def publish(request: PersonRequest, play_id: Id, given: VersionIn) -> PlayFullOut:
    """Put a version of a play in force."""
    found = play_seen(play_id, request.person)
    actions.publish_play(play=found, number=given.number, by=request.person)
    return _full(request, play_id, None)


@router.post("/plays/{play_id}/retire", response=PlayFullOut)
def retire(request: PersonRequest, play_id: Id) -> PlayFullOut:
    """Take a play out of the library."""
    actions.retire_play(play=play_seen(play_id, request.person), by=request.person)
    return _full(request, play_id, None)


@router.post("/plays/{play_id}/restore", response=PlayFullOut)
def restore(request: PersonRequest, play_id: Id) -> PlayFullOut:
    """Put a play back into the library."""
    actions.restore_play(play=play_seen(play_id, request.person), by=request.person)
    return _full(request, play_id, None)
