"""Pages on which an administrator changes the organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.base.meanwhile import carry, unless_overtaken
from bihuan.base.refusals import sentence
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org import actions
from bihuan.org.access import PersonRequest, allowed_to, person_seen, seat_seen, unit_seen
from bihuan.org.actions.logins import new_password
from bihuan.org.domain.role import Role
from bihuan.org.forms import (
    DayForm,
    LoginForm,
    MoveForm,
    NoFields,
    PersonChangeForm,
    PersonForm,
    SeatForm,
    TenantForm,
    UnitChangeForm,
    UnitForm,
)
from bihuan.org.models import Person, Tenant, Unit
from bihuan.org.views.looking import today_of

V = TypeVar("V", bound=Callable[..., HttpResponse])
T = TypeVar("T")


def for_admins(view: V) -> V:
    """Let administrators see a form, and send it."""
    guarded: V = require_http_methods(["GET", "HEAD", "POST"])(allowed_to(Role.ADMIN)(view))
    return guarded


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, for a form to be bound to, if anything was."""
    return request.POST if request.method == "POST" else None


def attempt(request: HttpRequest, form: forms.Form, deed: Callable[[], T]) -> T | None:
    """Do what a form asks for; a refusal is shown on the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return deed()
    except (Invalid, Conflict) as error:
        form.add_error(None, sentence(error))
        return None


def form_page(request: HttpRequest, form: forms.Form, **words: object) -> HttpResponse:
    """Show a form; one that was sent and refused answers 422."""
    status = 422 if request.method == "POST" else 200
    return render(request, "org/form.html", {"form": form, **words}, status=status)


def _to_person(person: Person) -> HttpResponse:
    return redirect("org:person", person.pk)


@for_admins
def add_unit(request: PersonRequest) -> HttpResponse:
    under = request.GET.get("under", "")
    form = UnitForm(
        sent(request),
        scope=request.scope,
        initial={"parent": under if under.isdecimal() else None},
    )
    made = attempt(
        request,
        form,
        lambda: actions.add_unit(tenant=request.tenant, by=request.person, **form.cleaned_data),
    )
    if made is not None:
        messages.success(request, _("“%(unit)s” is in the tree.") % {"unit": made.name})
        return redirect("org:unit", made.pk)
    words = {"title": _("Add a unit"), "submit": _("Add unit"), "back": reverse("org:tree")}
    return form_page(request, form, **words)


@for_admins
def change_unit(request: PersonRequest, unit_id: int) -> HttpResponse:
    unit = unit_seen(unit_id, request.scope)
    form = carry(_unit_form(request, unit, sent(request)))
    made = attempt(
        request,
        form,
        unless_overtaken(
            form,
            held=request.tenant,
            fresh=lambda: _unit_form(request, unit_seen(unit_id, request.scope)),
            deed=lambda: actions.put_unit(
                tenant=request.tenant, code=unit.code, by=request.person, **form.cleaned_data
            ),
        ),
    )
    if made is not None:
        messages.success(request, _("“%(unit)s” was changed.") % {"unit": made.name})
        return redirect("org:unit", made.pk)
    return form_page(
        request,
        form,
        title=_("Change %(unit)s") % {"unit": unit.name},
        lead=_("A unit takes its people, its history and the units under it along."),
        submit=_("Save"),
        back=reverse("org:unit", args=[unit.pk]),
    )


def _unit_form(
    request: PersonRequest, unit: Unit, given: QueryDict | None = None
) -> UnitChangeForm:
    as_it_is = {"name": unit.name, "kind": unit.kind, "parent": unit.parent_id}
    form = UnitChangeForm(given, scope=request.scope, initial=as_it_is)
    if unit.parent_id is None:
        del form.fields["parent"]
    return form


@for_admins
def add_person(request: PersonRequest) -> HttpResponse:
    given = {"valid_from": today_of(request), "unit": request.GET.get("unit")}
    form = PersonForm(sent(request), scope=request.scope, initial=given)
    made = attempt(request, form, lambda: _seated_person(request, form.cleaned_data))
    if made is not None:
        messages.success(request, _("%(person)s was added.") % {"person": made.name})
        return _to_person(made)
    words = {"title": _("Add a person"), "submit": _("Add person"), "back": reverse("org:people")}
    return form_page(request, form, **words)


def _seated_person(request: PersonRequest, given: Mapping[str, object]) -> Person:
    return actions.add_person(
        tenant=request.tenant,
        code=str(given["code"]),
        name=str(given["name"]),
        seat=actions.Seat(
            unit_id=given["unit"].pk,  # type: ignore[attr-defined]  # the form gives a unit
            role=Role(str(given["role"])),
            valid_from=given["valid_from"],  # type: ignore[arg-type]  # the form gives a day
        ),
        by=request.person,
    )


@for_admins
def change_person(request: PersonRequest, person_id: int) -> HttpResponse:
    person = person_seen(person_id, request.scope)
    form = carry(PersonChangeForm(sent(request), initial={"name": person.name}))

    def fresh() -> PersonChangeForm:
        return PersonChangeForm(initial={"name": person_seen(person_id, request.scope).name})

    def deed() -> Person:
        return actions.put_person(
            tenant=request.tenant, code=person.code, by=request.person, **form.cleaned_data
        )

    made = attempt(request, form, unless_overtaken(form, held=person, fresh=fresh, deed=deed))
    if made is not None:
        return _to_person(made)
    return _person_form(request, form, person, title=_("Rename"), submit=_("Save"))


@for_admins
def assign(request: PersonRequest, person_id: int) -> HttpResponse:
    person = person_seen(person_id, request.scope)
    form = SeatForm(sent(request), scope=request.scope, initial={"valid_from": today_of(request)})
    made = attempt(
        request,
        form,
        lambda: actions.assign(
            person=person,
            unit=form.cleaned_data["unit"],
            role=Role(form.cleaned_data["role"]),
            valid_from=form.cleaned_data["valid_from"],
            by=request.person,
        ),
    )
    if made is not None:
        messages.success(request, _("%(person)s holds the role.") % {"person": person.name})
        return _to_person(person)
    return _person_form(
        request,
        form,
        person,
        title=_("Give a role"),
        lead=_("A role beside the ones held; to change the seat, move the person instead."),
        submit=_("Give role"),
    )


@for_admins
def move(request: PersonRequest, person_id: int) -> HttpResponse:
    person = person_seen(person_id, request.scope)
    form = MoveForm(sent(request), scope=request.scope, initial={"on": today_of(request)})
    made = attempt(
        request,
        form,
        lambda: actions.move_person(
            person=person,
            to=form.cleaned_data["to"],
            on=form.cleaned_data["on"],
            role=Role(form.cleaned_data["role"]) if form.cleaned_data["role"] else None,
            by=request.person,
        ),
    )
    if made is not None:
        messages.success(
            request,
            _("%(person)s moves to %(unit)s.") % {"person": person.name, "unit": made.unit.name},
        )
        return _to_person(person)
    return _person_form(request, form, person, title=_("Move"), submit=_("Move person"))


@for_admins
def end_seat(request: PersonRequest, seat_id: int) -> HttpResponse:
    seat = seat_seen(seat_id, request.scope)
    form = DayForm(sent(request), initial={"on": today_of(request)})
    made = attempt(
        request,
        form,
        lambda: actions.end_assignment(
            assignment=seat, on=form.cleaned_data["on"], by=request.person
        ),
    )
    if made is not None:
        return _to_person(seat.person)
    return _person_form(
        request,
        form,
        seat.person,
        title=_("End a seat"),
        lead=_("%(role)s in %(unit)s. What was earned there stays there.")
        % {"role": seat.get_role_display(), "unit": seat.unit.name},
        submit=_("End seat"),
    )


@for_admins
def leave(request: PersonRequest, person_id: int) -> HttpResponse:
    person = person_seen(person_id, request.scope)
    form = DayForm(sent(request), initial={"on": today_of(request)})
    made = attempt(
        request,
        form,
        lambda: actions.deactivate_person(
            person=person, on=form.cleaned_data["on"], by=request.person
        ),
    )
    if made is not None:
        messages.success(request, _("%(person)s has left.") % {"person": person.name})
        return _to_person(person)
    return _person_form(
        request,
        form,
        person,
        title=_("Let go"),
        lead=_("Seats end, tokens are revoked, sessions are closed. What was earned stays."),
        submit=_("Let go"),
        is_grave=True,
    )


@for_admins
def login(request: PersonRequest, person_id: int) -> HttpResponse:
    """Open a login, or give the one there is a new password; it is shown this once."""
    person = person_seen(person_id, request.scope)
    is_new = person.login_id is None
    password = new_password()
    form = (LoginForm if is_new else NoFields)(sent(request))
    made = attempt(
        request,
        form,
        lambda: (
            actions.open_login(
                person=person,
                username=form.cleaned_data["username"],
                password=password,
                language=request.user.language,
                by=request.person,
            )
            if is_new
            else actions.renew_password(person=person, password=password, by=request.person)
        ),
    )
    if made is not None:
        context = {"shown": person, "username": made.username, "password": password}
        return render(request, "org/login_opened.html", context)
    return _person_form(
        request,
        form,
        person,
        title=_("Open a login") if is_new else _("New password"),
        lead=_("A password is made and shown once. Hand it over in person.")
        if is_new
        else _("The old password stops working and every session is closed."),
        submit=_("Open login") if is_new else _("Make a new password"),
    )


def _person_form(
    request: HttpRequest, form: forms.Form, person: Person, **words: object
) -> HttpResponse:
    words["title"] = f"{words['title']} · {person.name}"
    return form_page(request, form, back=reverse("org:person", args=[person.pk]), **words)


@for_admins
def settings(request: PersonRequest) -> HttpResponse:
    form = carry(_tenant_form(request.tenant, sent(request)))

    def fresh() -> TenantForm:
        return _tenant_form(Tenant.objects.get(pk=request.tenant.pk))

    def deed() -> Tenant:
        return actions.set_tenant(tenant=request.tenant, by=request.person, **form.cleaned_data)

    made = attempt(
        request, form, unless_overtaken(form, held=request.tenant, fresh=fresh, deed=deed)
    )
    if made is not None:
        messages.success(request, _("Saved."))
        return redirect("org:settings")
    return form_page(
        request, form, title=_("Company settings"), submit=_("Save"), back=reverse("org:tree")
    )


def _tenant_form(tenant: Tenant, given: QueryDict | None = None) -> TenantForm:
    names = ("name", "currency", "fiscal_start_month", "day_count", "time_zone")
    return TenantForm(given, initial={name: getattr(tenant, name) for name in names})
