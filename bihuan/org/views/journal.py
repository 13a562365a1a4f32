"""The audit trail, for administrators and quality officers."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base.journal.fields import Reader
from bihuan.base.journal.reading import (
    JournalAsked,
    JournalLine,
    entry_seen,
    every_line,
    line_of,
    page_of_journal,
)
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.org.access import EntryMissing, PersonRequest, allowed_to
from bihuan.org.domain.role import Role
from bihuan.org.forms import JournalSearch

READERS = (Role.ADMIN, Role.QUALITY_OFFICER)


@require_safe
@allowed_to(*READERS)
def journal(request: PersonRequest) -> HttpResponse:
    form = JournalSearch(request.GET, scope=request.scope)
    page = page_of_journal(
        tenant_id=request.tenant.pk,
        zone=request.tenant.time_zone,
        asked=form.asked(),
        before=_before(request),
    )
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "is_later_page": "before" in request.GET,
        "is_narrowed": form.asked() != JournalAsked(),
    }
    return render(request, "org/journal.html", context)


def _before(request: PersonRequest) -> int | None:
    """Return the entry before which the page begins; nonsense counts as nothing said."""
    said = request.GET.get("before", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


@require_safe
@allowed_to(*READERS)
def journal_entry(request: PersonRequest, entry_id: int) -> HttpResponse:
    entry = entry_seen(entry_id, tenant_id=request.tenant.pk)
    if entry is None:
        raise EntryMissing(entry=entry_id)
    context = {"line": line_of(entry, Reader()), "entry": entry}
    return render(request, "org/journal_entry.html", context)


@require_safe
@allowed_to(*READERS)
def journal_export(request: PersonRequest) -> HttpResponse:
    asked = JournalSearch(request.GET, scope=request.scope).asked()
    lines = every_line(tenant_id=request.tenant.pk, zone=request.tenant.time_zone, asked=asked)
    header = (
        *(_("Entry"), _("When"), _("Who"), _("On behalf of"), _("Deed"), _("Thing")),
        *(_("Changes"), _("Reason"), _("Door"), _("Request number")),
    )
    answer = HttpResponse(workbook(_("Audit trail"), header, _rows(lines)), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="journal.xlsx"'
    return answer


def _rows(lines: Iterator[JournalLine]) -> Iterator[tuple[str | int, ...]]:
    for line in lines:
        entry = line.entry
        yield (
            entry.pk,
            entry.recorded_at.isoformat(timespec="seconds"),
            line.who,
            entry.on_behalf_of.name if entry.on_behalf_of else "",
            line.deed,
            f"{line.thing} {line.number}",
            "；".join(f"{each.field}: {each.before} → {each.after}" for each in line.changes),
            line.why,
            str(entry.get_door_display()),
            entry.request_id,
        )
