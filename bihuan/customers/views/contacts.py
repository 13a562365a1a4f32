"""Pages on which people at customers are found, read, written down, changed and brought."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base.meanwhile import carry, unless_overtaken
from bihuan.base.refusals import said, sentence
from bihuan.base.spreadsheet import XLSX, rows_of, workbook
from bihuan.customers import actions, queries
from bihuan.customers.access import (
    CONTACT_FIELDS,
    MAY_KEEP_CONTACTS,
    contact_seen,
    customer_seen,
    entity_map,
    may_change_contact,
    may_speak_for,
    place_of_contact,
    require_may_change_contact,
)
from bihuan.customers.domain.contact import ACCOUNT, COLUMNS, lines_of
from bihuan.customers.forms import (
    ContactSearch,
    ContactSheetForm,
    DespiteKnownForm,
    OwnerForm,
)
from bihuan.customers.models import Contact
from bihuan.customers.views.looking import TooManyToExport
from bihuan.kernel.errors import Conflict, Invalid, Problem
from bihuan.org.access import (
    PersonRequest,
    allowed_to,
    people_visible_to,
    person_seen,
    scope_of,
    signed_in,
)
from bihuan.org.domain.field_map import Sight
from bihuan.privacy.actions import take_many, unmask
from bihuan.privacy.domain.field import FIELDS_OF, Field, Kind, fit, in_full
from bihuan.privacy.domain.reading import MOST_AT_ONCE
from bihuan.privacy.forms import ConsentForm, PersonalForm, PurposeForm
from bihuan.privacy.models import FIELD_LABELS, Consent
from bihuan.privacy.queries import fields_of

FORM = ["GET", "HEAD", "POST"]
PAGE_SIZE = 50
EXPORT_LIMIT = 20_000
MOST_OWNERS = 500


@require_safe
@signed_in
def contacts(request: PersonRequest) -> HttpResponse:
    form = ContactSearch(request.GET)
    text = form.asked()
    found = queries.contacts(request.scope, request.tenant, entity_map(request.tenant), text=text)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "asked": text,
        "page": page,
        "lines": queries.contact_lines(page.object_list, request.person),
        "may_keep": bool(request.roles & MAY_KEEP_CONTACTS),
        "labels": FIELD_LABELS,
    }
    return render(request, "customers/contacts.html", context)


@require_safe
@signed_in
def export(request: PersonRequest) -> HttpResponse:
    """Take the list away as one is shown it: what is masked on the page is masked in the file."""
    found = queries.contacts(request.scope, request.tenant, entity_map(request.tenant))
    shown = list(found[: EXPORT_LIMIT + 1])
    if len(shown) > EXPORT_LIMIT:
        raise TooManyToExport(limit=EXPORT_LIMIT)
    own = sum(1 for each in shown if each.owner_id == request.person.pk)
    if own > MOST_AT_ONCE:
        take_many(by=request.person, count=own)
    chinese = request.LANGUAGE_CODE.startswith("zh")
    header = [names[0] if chinese else names[1] for names in COLUMNS.values()]
    rows = (
        [
            line.contact.account.code if name == ACCOUNT else line.values.get(Field(name), "")
            for name in COLUMNS
        ]
        for line in queries.contact_lines(shown, request.person)
    )
    answer = HttpResponse(workbook(_("Contacts"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="contacts.xlsx"'
    return answer


@require_safe
@signed_in
def contact(request: PersonRequest, contact_id: int) -> HttpResponse:
    found = contact_seen(contact_id, request.scope, entity_map(request.tenant))
    return contact_page(request, found)


def contact_page(request: PersonRequest, found: Contact, **more: object) -> HttpResponse:
    """Show a contact as far as the reader may see it."""
    [line] = queries.contact_lines([found], request.person)
    context = {
        "line": line,
        "purpose_form": PurposeForm(),
        "consent_form": ConsentForm(),
        "consents": Consent.objects.filter(subject=found.subject_id).select_related("noted_by"),
        "speaks_for": may_speak_for(request.person, request.roles, found),
        "may_change": may_change_contact(request.person, request.roles, found),
        **more,
    }
    status = 422 if {"purpose_form", "consent_form"} & set(more) else 200
    return render(request, "customers/contact.html", context, status=status)


@require_POST
@signed_in
def reveal(request: PersonRequest, contact_id: int) -> HttpResponse:
    """Show a contact in full, for a purpose that is written down; a share alone does not do."""
    found = contact_seen(contact_id, scope_of(request.person), entity_map(request.tenant))
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return contact_page(request, found, purpose_form=form)
    purpose, note = form.said()
    try:
        values = unmask(subject=found.subject, purpose=purpose, note=note, by=request.person)
    except Invalid as error:
        form.add_error(None, sentence(error))
        return contact_page(request, found, purpose_form=form)
    shown = {field: in_full(field, value) for field, value in values.items()}
    answer = contact_page(request, found, revealed=shown)
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(FORM)
@allowed_to(*MAY_KEEP_CONTACTS)
def add_contact(request: PersonRequest, account_id: int) -> HttpResponse:
    """Write down somebody at a customer."""
    entities = entity_map(request.tenant)
    customer = customer_seen(account_id, request.scope, entities)
    form = PersonalForm(request.POST or None, kind=Kind.CONTACT, needed=(Field.NAME,))
    despite = DespiteKnownForm(request.POST or None)
    known: Sequence[queries.ContactLine] = ()
    if request.method == "POST" and form.is_valid() and despite.is_valid():
        try:
            made = actions.add_contact(
                account=customer,
                given=form.given(),
                despite_known=despite.cleaned_data["despite_known"],
                by=request.person,
            )
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
            same = queries.known_as(_fit(form.given()), request.scope, entities, request.tenant)
            known = queries.contact_lines(same, request.person)
        else:
            messages.success(request, _("The contact is written down."))
            return redirect("customers:contact", made.pk)
    context = {"form": form, "despite": despite, "known": known, "customer": customer}
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/add_contact.html", context, status=status)


def _fit(given: Mapping[Field, str]) -> dict[Field, str]:
    return {field: fit(field, text) for field, text in given.items()}


@require_http_methods(FORM)
@allowed_to(*MAY_KEEP_CONTACTS)
def change_contact(request: PersonRequest, contact_id: int) -> HttpResponse:
    found = contact_seen(contact_id, request.scope, entity_map(request.tenant))
    require_may_change_contact(request.person, found)
    scope, place, every = scope_of(request.person), place_of_contact(found), FIELDS_OF[Kind.CONTACT]
    only = [field for field in every if CONTACT_FIELDS.sight(field, scope, place) is Sight.FULL]
    kept = fields_of([found.subject_id], only)[found.subject_id]
    form = carry(_change_form(found, only, request.POST or None))
    if request.method == "POST" and form.is_valid():
        try:
            unless_overtaken(
                form,
                held=found.subject,
                fresh=lambda: _change_form(found, only),
                deed=lambda: actions.change_contact(
                    contact=found, given=form.given(), by=request.person
                ),
            )()
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The contact is changed."))
            return redirect("customers:contact", found.pk)
    name, is_part = kept.get(Field.NAME, ""), len(only) < len(every)
    context = {
        "form": form,
        "contact": found,
        "customer": found.account,
        "name": name,
        "is_part": is_part,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/change_contact.html", context, status=status)


def _change_form(
    found: Contact, only: Collection[Field], given: QueryDict | None = None
) -> PersonalForm:
    kept = fields_of([found.subject_id], only)[found.subject_id]
    return PersonalForm(given, kind=Kind.CONTACT, needed=(Field.NAME,), only=only, kept=kept)


@require_POST
@allowed_to(*MAY_KEEP_CONTACTS)
def end_contact(request: PersonRequest, contact_id: int) -> HttpResponse:
    found = contact_seen(contact_id, request.scope, entity_map(request.tenant))
    actions.end_contact(contact=found, by=request.person)
    messages.success(request, _("The contact is noted as gone from the customer."))
    return redirect("customers:customer", found.account_id)


@require_http_methods(FORM)
@allowed_to(*MAY_KEEP_CONTACTS)
def bring_contacts(request: PersonRequest) -> HttpResponse:
    """Write down all contacts of a sheet, or say what is wrong with it."""
    form = ContactSheetForm(request.POST or None, request.FILES or None)
    problems: Sequence[Problem] = ()
    if request.method == "POST" and form.is_valid():
        try:
            rows = rows_of(form.cleaned_data["file"].read())
            done = actions.bring_contacts(lines=lines_of(rows), by=request.person)
        except Invalid as error:
            form.add_error(None, sentence(error))
            problems = error.problems
        else:
            told = {"added": done.added, "changed": done.changed, "same": done.same}
            messages.success(
                request,
                _("Contacts added: %(added)s, changed: %(changed)s, as before: %(same)s.") % told,
            )
            return redirect("customers:contacts")
    context = {"form": form, "problems": [said(each) for each in problems]}
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/bring_contacts.html", context, status=status)


@require_http_methods(FORM)
@allowed_to(*MAY_KEEP_CONTACTS)
def hand_over(request: PersonRequest, contact_id: int) -> HttpResponse:
    """Let somebody else look after a contact."""
    found = contact_seen(contact_id, request.scope, entity_map(request.tenant))
    require_may_change_contact(request.person, found)
    people = people_visible_to(request.scope).filter(ended_on__isnull=True)[:MOST_OWNERS]
    form = OwnerForm(request.POST or None, people={each.pk: each.name for each in people})
    if request.method == "POST" and form.is_valid():
        to = person_seen(int(form.cleaned_data["to"]), request.scope)
        try:
            actions.hand_over_contact(contact=found, to=to, by=request.person)
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Somebody else looks after the contact now."))
            return redirect("customers:contact", found.pk)
    context = {"form": form, "contact": found, "customer": found.account}
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/hand_over_contact.html", context, status=status)
