"""Pages that show customers: the list, one of them, which may be one, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base import clock
from bihuan.base.spreadsheet import XLSX, Value, workbook
from bihuan.customers import queries
from bihuan.customers.access import (
    MAY_JOIN,
    MAY_KEEP_CONTACTS,
    accounts_of,
    customer_seen,
    distinctions_visible_to,
    entity_map,
)
from bihuan.customers.domain.likeness import Evidence
from bihuan.customers.forms import CustomerSearch, PartnerSearch
from bihuan.customers.queries.history import Said
from bihuan.facts.access import kinds_of
from bihuan.facts.models import Member
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.access import PersonRequest, allowed_to, signed_in
from bihuan.org.domain.role import Role

EXPORT_LIMIT = 50_000
PARTNERS = 20


class TooManyToExport(Invalid):
    code = "customers.too_many_to_export"
    says = gettext_noop("More than %(limit)s customers fit: narrow the list before taking it away.")


def may_join(request: PersonRequest) -> bool:
    """Return whether to show the buttons of merging; the deeds check for themselves."""
    return bool(request.roles & MAY_JOIN)


def said(evidence: Evidence) -> str:
    """Return what speaks for or against, in the language in force."""
    return _(evidence.says) % evidence.params


@require_safe
@signed_in
def customers(request: PersonRequest) -> HttpResponse:
    form = CustomerSearch(request.GET)
    entities = entity_map(request.tenant)
    text, which = form.asked()
    found = queries.customers(request.scope, entities, text=text, which=which)
    page, is_more = queries.page_of_customers(found, request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "is_more_than_counted": is_more,
        "lines": queries.customer_lines(page.object_list, request.scope, entities),
        "asked": _asked(request),
        "may_join": may_join(request),
    }
    return render(request, "customers/list.html", context)


def _asked(request: PersonRequest) -> str:
    """Return the search as it stands in the address, without the page and what is empty."""
    given = request.GET.copy()
    given.pop("page", None)
    for name in [name for name, value in given.items() if not value]:
        del given[name]
    return given.urlencode()


@require_safe
@signed_in
def export(request: PersonRequest) -> HttpResponse:
    entities = entity_map(request.tenant)
    text, which = CustomerSearch(request.GET).asked()
    found = queries.customers(request.scope, entities, text=text, which=which)
    shown = list(found[: EXPORT_LIMIT + 1])
    if len(shown) > EXPORT_LIMIT:
        raise TooManyToExport(limit=EXPORT_LIMIT)
    header = [
        *(_("Customer"), _("Code"), _("Other names"), _("Unified social credit code")),
        *(_("Customer accounts"), _("Last fact on")),
    ]
    rows = (
        (
            line.customer.name,
            line.customer.code,
            "、".join(line.other_names),
            "、".join(line.usccs),
            "、".join(each.code for each in line.accounts),
            line.last_on,
        )
        for line in queries.customer_lines(shown, request.scope, entities)
    )
    return _file("customers.xlsx", _("Customers"), header, rows)


def _file(
    name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]
) -> HttpResponse:
    answer = HttpResponse(workbook(title, header, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@signed_in
def customer(request: PersonRequest, account_id: int) -> HttpResponse:
    """Show a customer; an account that was merged away leads to the customer it belongs to."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    if found.pk != account_id:
        return redirect("customers:customer", found.pk)
    context = {
        "card": queries.card(found, request.scope, request.tenant, entities),
        "contacts": queries.contact_lines(
            queries.contacts_at(accounts_of(found, entities)), request.person
        ),
        "may_keep_contacts": bool(request.roles & MAY_KEEP_CONTACTS),
        "talk": queries.talk_with(accounts_of(found, entities), request.scope, request.person),
        "kinds": kinds_of(request.tenant),
        "may_join": may_join(request),
        "may_erase_all": Role.ADMIN in request.roles,
    }
    return render(request, "customers/customer.html", context)


@require_safe
@allowed_to(*MAY_JOIN)
def partners(request: PersonRequest, account_id: int) -> HttpResponse:
    """Look for the customer that this one is the same as."""
    entities = entity_map(request.tenant)
    found = customer_seen(account_id, request.scope, entities)
    form = PartnerSearch(request.GET or None)
    lines: list[queries.CustomerLine] = []
    if form.is_valid():
        others = queries.customers(request.scope, entities, text=form.cleaned_data["q"])
        shown = others.exclude(pk=found.pk)[:PARTNERS]
        lines = queries.customer_lines(shown, request.scope, entities)
    context = {"form": form, "customer": found, "lines": lines}
    return render(request, "customers/join.html", context)


@require_safe
@allowed_to(*MAY_JOIN)
def duplicates(request: PersonRequest) -> HttpResponse:
    entities = entity_map(request.tenant)
    found = queries.suggestions(request.scope, request.tenant, entities)
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    shown = queries.suggested(list(page.object_list))
    lines = _lines_of(request, shown, entities)
    rows = [
        {
            "one": lines[each.one.pk],
            "other": lines[each.other.pk],
            "score": each.likeness.score,
            "reasons": [said(reason) for reason in each.likeness.reasons],
            "against": [said(reason) for reason in each.likeness.against],
        }
        for each in shown
    ]
    return render(request, "customers/duplicates.html", {"page": page, "rows": rows})


def _lines_of(
    request: PersonRequest, found: Iterable[queries.Suggestion], entities: Mapping[int, int]
) -> dict[int, queries.CustomerLine]:
    both: dict[int, Member] = {side.pk: side for each in found for side in (each.one, each.other)}
    lines = queries.customer_lines(both.values(), request.scope, entities)
    return {line.customer.pk: line for line in lines}


@require_safe
@allowed_to(*MAY_JOIN)
def duplicates_export(request: PersonRequest) -> HttpResponse:
    found = queries.suggestions(request.scope, request.tenant, entity_map(request.tenant))
    header = [
        *(_("Customer"), _("Code"), _("Possibly the same as"), _("Code"), _("Likeness")),
        *(_("What speaks for it"), _("What speaks against it")),
    ]
    rows = (
        (
            *(each.one.name, each.one.code, each.other.name, each.other.code),
            each.likeness.score,
            "；".join(said(reason) for reason in each.likeness.reasons),
            "；".join(said(reason) for reason in each.likeness.against),
        )
        for each in queries.suggested(found)
    )
    return _file("duplicates.xlsx", _("Possible duplicates"), header, rows)


@require_safe
@signed_in
def merges(request: PersonRequest) -> HttpResponse:
    lines = queries.merge_lines(request.scope, request.tenant, entity_map(request.tenant))
    page = Paginator(lines, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "may_join": may_join(request)}
    return render(request, "customers/merges.html", context)


@require_safe
@signed_in
def merges_export(request: PersonRequest) -> HttpResponse:
    lines = queries.merge_lines(request.scope, request.tenant, entity_map(request.tenant))
    zone = request.tenant.time_zone
    header = [
        *(
            _("Fact number"),
            _("Customer account"),
            _("Code"),
            _("Merged into"),
            _("Code"),
            _("Merged on"),
        ),
        *(_("By"), _("Why"), _("Taken back on"), _("By"), _("Why")),
    ]
    rows = (
        (
            *(line.seq, line.account.name, line.account.code, line.into.name, line.into.code),
            *(_told(line.merged, zone)),
            *(_told(line.undone, zone) if line.undone else (None, "", "")),
        )
        for line in lines
    )
    return _file("merges.xlsx", _("Merge history"), header, rows)


def _told(told: Said, zone: str) -> tuple[Value, str, str]:
    by = told.by.name if told.by else _("System or a colleague you may not see")
    return clock.business_day(told.at, zone), by, told.reason


@require_safe
@allowed_to(*MAY_JOIN)
def apart(request: PersonRequest) -> HttpResponse:
    entities = entity_map(request.tenant)
    found = distinctions_visible_to(request.scope, request.tenant, entities)
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "customers/apart.html", {"page": page})


@require_safe
@allowed_to(*MAY_JOIN)
def apart_export(request: PersonRequest) -> HttpResponse:
    entities = entity_map(request.tenant)
    found = distinctions_visible_to(request.scope, request.tenant, entities)
    zone = request.tenant.time_zone
    header = [
        *(_("Customer"), _("Code"), _("Not the same as"), _("Code"), _("Decided on"), _("Why")),
    ]
    rows = (
        (
            *(each.one.name, each.one.code, each.other.name, each.other.code),
            *(clock.business_day(each.said_at, zone), each.reason),
        )
        for each in found
    )
    return _file("apart.xlsx", _("Not the same"), header, rows)
