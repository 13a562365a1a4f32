"""The card of a metric to print, to send, to read; and who has read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.facts.access import kinds_of
from bihuan.metrics import actions
from bihuan.metrics.access import WRITERS, card_seen
from bihuan.metrics.domain.formula import formula
from bihuan.metrics.forms.drafting import Deciding, Sending
from bihuan.metrics.queries.cards import To, edition_of, receipts, recipients
from bihuan.metrics.queries.catalogue import UNIT_LABELS
from bihuan.metrics.queries.timeline import line_of
from bihuan.metrics.queries.versions import metric_named
from bihuan.org.access import PersonRequest, allowed_to, signed_in


@require_safe
@signed_in
def card(request: PersonRequest, key: str) -> HttpResponse:
    number = _number(request)
    edition = edition_of(request.tenant, key, number)
    line = line_of(request.tenant, key, edition.number)
    language = get_language() or ""
    is_chinese = language.startswith("zh")
    definition = line.definition
    kinds = {
        kind.code: kind.label_zh if is_chinese else kind.label_en
        for kind in kinds_of(request.tenant).values()
    }
    context = {
        "line": line,
        "version": line.version,
        "definition": definition,
        "name": definition.name(language),
        "about": definition.about_zh if is_chinese else definition.about_en,
        "counted": definition.counted_zh if is_chinese else definition.counted_en,
        "left_out": definition.not_counted_zh if is_chinese else definition.not_counted_en,
        "unit": UNIT_LABELS[definition.unit.value],
        "formula": formula(definition, language, kinds),
        "gates": [
            need.label(language)
            for term in definition.terms
            if term.gates is not None
            for need in term.gates.needs
        ],
        "parameters": [
            (each.label_zh if is_chinese else each.label_en, each.value)
            for each in definition.parameters
        ],
        "code": edition.definition.version,
        "may_send": bool(request.roles & set(WRITERS)),
    }
    return render(request, "metrics/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*WRITERS)
def send(request: PersonRequest, key: str) -> HttpResponse:
    number = _number(request)
    edition = edition_of(request.tenant, key, number)
    form = Sending(request.POST or None, initial={"to": To.CONCERNED.value})
    if request.method == "POST" and form.is_valid():
        to = To(form.cleaned_data["to"])
        count = actions.send_cards(
            tenant=request.tenant,
            metric=key,
            to=recipients(request.tenant, key, to, number).people,
            number=edition.number,
            note=form.cleaned_data["note"],
            by=request.person,
        )
        said = ngettext("Sent to %(count)s person.", "Sent to %(count)s people.", count)
        messages.success(request, said % {"count": count})
        return redirect("metrics:receipts", key)
    context = {
        "form": form,
        "key": key,
        "number": edition.number,
        "name": edition.definition.name(get_language() or ""),
        "previews": [
            (to.value, label, recipients(request.tenant, key, To(to.value), number))
            for to, label in zip(To, dict(_choices(form)).values(), strict=True)
        ],
    }
    return render(request, "metrics/send_cards.html", context, status=422 if form.errors else 200)


def _choices(form: Sending) -> Sequence[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in form.fields["to"].choices]  # type: ignore[attr-defined]  # a choice field


@require_safe
@allowed_to(*WRITERS)
def receipts_page(request: PersonRequest, key: str) -> HttpResponse:
    definition = metric_named(request.tenant, key)
    context = {
        "key": key,
        "name": definition.name(get_language() or ""),
        "editions": receipts(request.tenant, key),
    }
    return render(request, "metrics/receipts.html", context)


@require_safe
@allowed_to(*WRITERS)
def receipts_export(request: PersonRequest, key: str) -> HttpResponse:
    metric_named(request.tenant, key)
    header = [_("Version"), _("Person"), _("Code"), _("Sent"), _("Read")]
    book = workbook(_("Receipts"), header, _receipt_rows(request, key))
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{key}-receipts.xlsx"'
    return answer


def _receipt_rows(request: PersonRequest, key: str) -> Iterator[Sequence[str | int | None]]:
    zone = ZoneInfo(request.tenant.time_zone)

    def at(moment: datetime | None) -> str | None:
        return None if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    for edition in receipts(request.tenant, key):
        for copy in edition.copies:
            person = copy.person
            yield copy.number, person.name, person.code, at(copy.sent_at), at(copy.read_at)


@require_POST
@allowed_to(*WRITERS)
def remind(request: PersonRequest, key: str) -> HttpResponse:
    form = Deciding(request.POST)
    form.is_valid()
    count = actions.remind_readers(
        tenant=request.tenant,
        metric=key,
        version=request.POST.get("version", "")[:12],
        note=getattr(form, "cleaned_data", {}).get("note", ""),
        by=request.person,
    )
    said = ngettext("Sent again to %(count)s person.", "Sent again to %(count)s people.", count)
    messages.success(request, said % {"count": count})
    return redirect("metrics:receipts", key)


@require_POST
@signed_in
def read(request: PersonRequest, copy_id: int) -> HttpResponse:
    copy = card_seen(copy_id, request.person)
    actions.read_card(copy=copy, by=request.person)
    messages.success(request, _("Thank you: the sender sees that you have read it."))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return redirect(wanted if is_ours else "metrics:list")


def _number(request: PersonRequest) -> int | None:
    text = request.GET.get("number", "")
    return int(text[:6]) if text.isascii() and text.isdigit() else None
