"""The page on which a version stands beside what it follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.metrics.access import version_of
from bihuan.metrics.forms.comparing import Compare
from bihuan.metrics.queries.differing import Comparison, comparison
from bihuan.metrics.queries.telling import moved_lines, moved_page, uses_of, words_changed
from bihuan.org.access import PersonRequest, signed_in

HOW_LABELS = {
    "in": gettext_lazy("comes in"),
    "out": gettext_lazy("goes out"),
    "changed": gettext_lazy("counts otherwise"),
}


@require_safe
@signed_in
def difference(request: PersonRequest, key: str, number: int) -> HttpResponse:
    found, form = _compared(request, key, number)
    language = get_language() or ""
    context: dict[str, object] = {
        "form": form,
        "found": found,
        "version": found.version,
        "name": found.version.read.name(language),
        "unit": found.version.read.unit.value,
        "is_ratio": found.version.read.is_ratio,
        "asked": request.GET.urlencode(),
    }
    if form.is_valid():
        *periods, whole = found.by_period()
        page = moved_page(found, _page(request))
        context |= {
            "periods": periods,
            "whole": whole,
            "units": found.by_unit(),
            "page": page,
            "words": words_changed(found, language),
            "told": uses_of(found),
            "followers": [(each.key, each.name(language)) for each in found.followers()],
        }
    return render(request, "metrics/difference.html", context)


@require_safe
@signed_in
def export(request: PersonRequest, key: str, number: int) -> HttpResponse:
    found, form = _compared(request, key, number)
    header = [
        _("Number"),
        _("Business day"),
        _("Person"),
        _("Customer"),
        _("Source"),
        _("How it moves"),
        _("Counts on, before"),
        _("Adds, before"),
        _("Divides, before"),
        _("Counts on, after"),
        _("Adds, after"),
        _("Divides, after"),
    ]
    rows = _rows(found) if form.is_valid() else iter(())
    answer = HttpResponse(workbook(_("Facts that move"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{key}-v{number}-difference.xlsx"'
    return answer


def _rows(found: Comparison) -> Iterator[Sequence[str | int | Decimal | date | None]]:
    for line in moved_lines(found):
        fact, (_seq, old, new) = line.fact, line.moved
        row = fact.source_row
        yield (
            fact.seq,
            fact.business_on,
            fact.person.name if fact.person else None,
            fact.account.name if fact.account else None,
            f"{row.file} {row.sheet} {row.line}".strip() if row else fact.source_ref,
            str(HOW_LABELS[line.moved.how]),
            old.counted_on,
            old.upper,
            old.lower,
            new.counted_on,
            new.upper,
            new.lower,
        )


def _compared(request: PersonRequest, key: str, number: int) -> tuple[Comparison, Compare]:
    """Return the comparison that is asked for; where that cannot be read, the usual one."""
    version = version_of(request.tenant, key, number)
    usual = comparison(version, None, request.scope)
    form = Compare(request.GET.dict(), comparison=usual)
    if not form.is_valid():
        return usual, form
    return comparison(version, form.asked(), request.scope), form


def _page(request: PersonRequest) -> int:
    text = request.GET.get("page", "")
    return min(max(int(text), 1), 100_000) if text.isascii() and text.isdigit() else 1
