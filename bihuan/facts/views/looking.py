"""Pages that show facts, the rows they came from and what they are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.facts import queries
from bihuan.facts.access import fact_seen, kinds_of, member_seen, source_row_seen
from bihuan.facts.actions import MAY_REVERSE
from bihuan.facts.domain.kind import Kind
from bihuan.facts.forms import IDS, FactSearch, label_of
from bihuan.facts.models import Batch, Fact, Member
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.access import PersonRequest, people_visible_to, signed_in
from bihuan.org.domain.role import Role


class TooMuchToExport(Invalid):
    code = "facts.too_much_to_export"
    says = gettext_noop("More than %(limit)s facts fit: narrow the list before taking it away.")


class SearchUnreadable(Invalid):
    code = "facts.search_unreadable"
    says = gettext_noop("The filters of this list cannot be read.")


@require_safe
@signed_in
def facts(request: PersonRequest) -> HttpResponse:
    kinds = kinds_of(request.tenant)
    form = FactSearch(request.GET, scope=request.scope, kinds=kinds.values())
    asked = form.asked()
    after = queries.Cursor.read(request.GET.get("after", ""))
    page = None if asked is None else queries.page_of_facts(request.scope, asked, after=after)
    context = {
        "form": form,
        "page": page,
        "kinds": kinds,
        "is_later_page": after is not None,
        "narrowed": narrowed_to(request, form),
        "query": _query(request, without=("after",)),
        "is_admin": Role.ADMIN in request.roles,
    }
    return render(request, "facts/list.html", context)


def narrowed_to(request: PersonRequest, form: FactSearch) -> list[dict[str, str]]:
    """Return what links have narrowed the list to, each with the address without it."""
    given = getattr(form, "cleaned_data", {})
    found = []
    for noun in IDS:
        pk = given.get(noun)
        if pk is not None:
            found.append(
                {
                    "noun": noun,
                    "name": _name(request, noun, pk),
                    "without": _query(request, without=(noun, "after")),
                }
            )
    return found


def _name(request: PersonRequest, noun: str, pk: int) -> str:
    """Return the name of what a list is narrowed to, as far as it may be seen."""
    if noun == "person":
        person = people_visible_to(request.scope).filter(pk=pk).first()
        return person.name if person else f"#{pk}"
    facts = Fact.objects.visible_to(request.scope)
    if noun == "batch":
        batch = Batch.objects.filter(pk=pk, tenant=request.tenant).first()
        return batch.label if batch and facts.filter(batch=batch).exists() else f"#{pk}"
    member = Member.objects.filter(pk=pk, tenant=request.tenant, dimension=noun).first()
    is_seen = member is not None and facts.filter(**{f"{noun}_id": pk}).exists()
    return member.name if member and is_seen else f"#{pk}"


def _query(request: PersonRequest, *, without: Sequence[str]) -> str:
    kept = request.GET.copy()
    for name in without:
        kept.pop(name, None)
    return kept.urlencode()


@require_safe
@signed_in
def export(request: PersonRequest) -> HttpResponse:
    kinds = kinds_of(request.tenant)
    asked = FactSearch(request.GET, scope=request.scope, kinds=kinds.values()).asked()
    if asked is None:
        raise SearchUnreadable()
    found = list(queries.every_fact(request.scope, asked))
    if len(found) > queries.EXPORT_LIMIT:
        raise TooMuchToExport(limit=queries.EXPORT_LIMIT)
    content = workbook(_("Facts"), _header(), _rows(found, kinds))
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="facts.xlsx"'
    return answer


def _header() -> list[str]:
    return [
        *(
            _("Fact number"),
            _("Kind"),
            _("Business day"),
            _("Standing"),
            _("Person"),
            _("Staff number"),
        ),
        *(_("Unit"), _("Account"), _("Opportunity"), _("Product"), _("Store")),
        *(_("Product line"), _("Region"), _("Tier"), _("Amount"), _("Currency"), _("Quantity")),
        *(_("Attributes"), _("Source"), _("Row"), _("File"), _("Line")),
    ]


def _rows(
    found: Sequence[Fact], kinds: dict[str, Kind]
) -> Iterator[list[str | int | Decimal | date | None]]:
    for fact in found:
        kind = queries.kind_of(fact, kinds)
        row = fact.source_row
        yield [
            *(fact.seq, label_of(kind), fact.business_on, standing(fact)),
            *(fact.person.name if fact.person else "", fact.person.code if fact.person else ""),
            *map(_called, (fact.unit, fact.account, fact.opportunity, fact.product, fact.store)),
            *(fact.product_line, fact.region, fact.tier, fact.amount, fact.currency),
            *(fact.quantity, _attributes(fact, kind), fact.source.name, fact.source_ref),
            *(row.file if row else "", row.line if row else None),
        ]


def _called(named: object) -> str:
    return "" if named is None else str(named)


def _attributes(fact: Fact, kind: Kind) -> str:
    said = queries.attributes_of(fact, kind)
    return "; ".join(f"{each.label_zh}={each.value}" for each in said)


def standing(fact: Fact) -> str:
    """Return whether a fact of a list counts, is taken back, or takes back another."""
    if fact.reverses_id is not None:
        return _("reversal")
    return _("taken back") if fact.is_reversed else _("counts")


@require_safe
@signed_in
def fact(request: PersonRequest, seq: int) -> HttpResponse:
    view = queries.fact_view(fact_seen(seq, request.scope), request.scope)
    context = {"view": view, "may_reverse": view.counts and bool(request.roles & MAY_REVERSE)}
    is_part = bool(getattr(request, "htmx", False))
    template = "facts/fact_drawer.html" if is_part else "facts/fact.html"
    return render(request, template, context)


@require_safe
@signed_in
def source_row(request: PersonRequest, row_id: int) -> HttpResponse:
    row = source_row_seen(row_id, request.scope)
    context = {
        "view": queries.source_row_view(row, request.scope),
        "kinds": kinds_of(request.tenant),
    }
    is_part = bool(getattr(request, "htmx", False))
    template = "facts/source_row_drawer.html" if is_part else "facts/source_row.html"
    return render(request, template, context)


@require_safe
@signed_in
def member(request: PersonRequest, member_id: int) -> HttpResponse:
    shown = member_seen(member_id, request.scope)
    context = {
        "view": queries.member_view(shown, request.scope),
        "kinds": kinds_of(request.tenant),
    }
    return render(request, "facts/member.html", context)
