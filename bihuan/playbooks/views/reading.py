"""Pages that show: the library, one play with its versions and files, and effects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base import clock
from bihuan.base.spreadsheet import XLSX, Value, workbook
from bihuan.base.uploads import sealed_off
from bihuan.org.access import PersonRequest, signed_in
from bihuan.org.domain.role import Role
from bihuan.playbooks import queries
from bihuan.playbooks.access import (
    MAY_WRITE,
    PlayMissing,
    file_seen,
    play_seen,
    version_seen,
)
from bihuan.playbooks.domain.comparing import compared
from bihuan.playbooks.domain.effect import LEAST
from bihuan.playbooks.forms import LibrarySearch
from bihuan.playbooks.models import KIND_LABELS, Play, PlayVersion
from bihuan.playbooks.queries.wording import body_of

EXPORT_LIMIT = 50_000


@require_safe
@signed_in
def listing(request: PersonRequest) -> HttpResponse:
    form = _search(request)
    found = queries.plays_listed(
        request.person, form.asked(), clock.today(request.tenant.time_zone)
    )
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    given = request.GET.copy()
    given.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": [(play, _shown(play)) for play in page.object_list],
        "effects": queries.effects_of(request.tenant),
        "asked": given.urlencode(),
        "wording": queries.wording_of(request.tenant),
        "may_write": bool(request.roles & set(MAY_WRITE)),
        "may_import": Role.ADMIN in request.roles,
    }
    return render(request, "playbooks/library.html", context)


def _search(request: PersonRequest) -> LibrarySearch:
    return LibrarySearch(
        request.GET,
        wording=queries.wording_of(request.tenant),
        used=queries.tags_in_use(request.tenant),
    )


def _shown(play: Play) -> PlayVersion | None:
    """Return the version a list shows: that in force, or the newest draft of one's own."""
    return play.published or play.versions.order_by("-number").first()


@require_safe
@signed_in
def listing_export(request: PersonRequest) -> HttpResponse:
    today = clock.today(request.tenant.time_zone)
    found = queries.plays_listed(request.person, _search(request).asked(), today)
    wording = queries.wording_of(request.tenant)
    header = [
        *(_("Code of the play"), _("Kind of play"), _("Title in Chinese"), _("Title in English")),
        *(_("Summary in Chinese"), _("For metrics"), _("For reasons"), _("For industries")),
        *(_("Version"), _("Valid until"), _("Owner of the play")),
    ]
    rows = (_library_row(each, wording) for each in found[:EXPORT_LIMIT] if each.published)
    return excel("playbooks.xlsx", _("Playbooks"), header, rows)


def _library_row(play: Play, wording: queries.Wording) -> Sequence[Value]:
    version = play.published
    assert version is not None, "only what is published is listed"
    tags = version.read_tags
    return (
        *(play.code, str(KIND_LABELS[play.kind]), version.title_zh, version.title_en),
        version.summary_zh,
        "、".join(wording.names("metrics", tags.metrics)),
        "、".join(wording.names("reasons", tags.reasons)),
        "、".join(tags.industries),
        *(version.number, version.valid_until),
        _("System") if play.owner.is_robot else play.owner.name,
    )


def excel(
    name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]
) -> HttpResponse:
    """Return a table to take away."""
    answer = HttpResponse(workbook(title, header, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def number_in(request: PersonRequest, name: str) -> int | None:
    """Return a number of the address; what is none looks like a version that is not there."""
    given = request.GET.get(name)
    if given is None:
        return None
    if not given.isdecimal() or len(given) > 6:
        raise PlayMissing()
    return int(given)


@require_safe
@signed_in
def play(request: PersonRequest, play_id: int) -> HttpResponse:
    """Show a play: the version in force, or another one that may be read."""
    found = play_seen(play_id, request.person)
    version = version_seen(found, number_in(request, "version"), request.person)
    today = clock.today(request.tenant.time_zone)
    view = queries.play_view(found, version, person=request.person, today=today)
    context = {
        "view": view,
        "told": queries.wording_of(request.tenant).told(version.read_tags),
        "least": LEAST,
        "may_give": Role.ADMIN in request.roles,
    }
    return render(request, "playbooks/play.html", context)


@require_safe
@signed_in
def versions(request: PersonRequest, play_id: int) -> HttpResponse:
    """Show the versions of a play, and what one says otherwise than another."""
    found = play_seen(play_id, request.person)
    seen = queries.versions_of(found, request.person)
    later = version_seen(found, number_in(request, "to") or seen[0].number, request.person)
    default = next((each.number for each in seen if each.number < later.number), later.number)
    earlier = version_seen(found, number_in(request, "from") or default, request.person)
    context = {
        "play": found,
        "versions": seen,
        "earlier": earlier,
        "later": later,
        "lines": compared(_whole(earlier), _whole(later)),
    }
    return render(request, "playbooks/versions.html", context)


def _whole(version: PlayVersion) -> str:
    """Return all that a version says, as lines to compare."""
    text = version.text
    until = "" if text.valid_until is None else text.valid_until.isoformat()
    tags = "、".join(each for codes in text.tags.as_data().values() for each in codes)
    parts = [queries.title_of(version), queries.summary_of(version), text.link, until, tags]
    return "\n".join([*(each for each in parts if each), body_of(version)])


@require_safe
@signed_in
def file(request: PersonRequest, play_id: int, digest: str) -> HttpResponse:
    """Hand over a file to be kept: never to be shown as a page of ours."""
    found = file_seen(play_seen(play_id, request.person), digest, request.person)
    held = bytes(found.content.content)
    return sealed_off(HttpResponse(held, content_type=found.content.media_type), found.name)


@require_safe
@signed_in
def effect(request: PersonRequest) -> HttpResponse:
    lines = queries.effect_lines(request.tenant)
    page = Paginator(lines, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "playbooks/effect.html", {"page": page, "least": LEAST})


@require_safe
@signed_in
def effect_export(request: PersonRequest) -> HttpResponse:
    header = [
        *(_("Play"), _("Kind of play"), _("Handed out"), _("Opened"), _("Used")),
        *(_("Uses with an outcome"), _("Recovered"), _("Recovered, at least"), _("At most")),
        *(_("Helpful"), _("Not helpful")),
    ]
    rows = (
        (
            queries.title_of(line.play.published),
            str(KIND_LABELS[line.play.kind]),
            *(line.handed, line.opened, line.effect.used, line.effect.measured),
            *(line.effect.recovered, line.low, line.high, line.helpful, line.not_helpful),
        )
        for line in queries.effect_lines(request.tenant)
        if line.play.published is not None
    )
    return excel("effect.xlsx", _("Effect of plays"), header, rows)
