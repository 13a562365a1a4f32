"""Pages on which a play is written, put in force, retired or given to somebody else."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.base.refusals import said as said_problem
from bihuan.base.refusals import sentence
from bihuan.kernel.errors import Conflict, DomainError, Invalid
from bihuan.org.access import PersonRequest, allowed_to, person_seen, signed_in
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.playbooks import actions, queries
from bihuan.playbooks.access import (
    MAY_WRITE,
    play_seen,
    require_may_change,
    version_seen,
)
from bihuan.playbooks.actions import FileGiven
from bihuan.playbooks.domain.play import BODY_LENGTH, Kind
from bihuan.playbooks.forms import OwnerForm, PlayForm, initial_of
from bihuan.playbooks.models import Play, PlayVersion

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@allowed_to(*MAY_WRITE)
def add(request: PersonRequest) -> HttpResponse:
    wording = queries.wording_of(request.tenant)
    if request.method != "POST":
        form = PlayForm(wording=wording, is_new=True)
        return render(request, "playbooks/edit.html", {"form": form})
    form = PlayForm(request.POST, request.FILES, wording=wording, is_new=True)
    status = 422
    if form.is_valid():
        try:
            made = actions.write_play(
                kind=Kind(form.cleaned_data["kind"]),
                text=form.text(),
                code=form.cleaned_data["code"],
                files=_files(form),
                by=request.person,
            )
        except (Invalid, Conflict) as error:
            _explain(form, error)
            status = error.status
        else:
            messages.success(request, _("Kept as a draft: publish it when it is ready."))
            return redirect("playbooks:play", made.pk)
    return render(request, "playbooks/edit.html", {"form": form}, status=status)


def _files(form: PlayForm) -> list[FileGiven]:
    return [FileGiven(each.name or "", each.read()) for each in form.cleaned_data["attached"]]


def _explain(form: PlayForm, error: DomainError) -> None:
    """Put a refusal on the form, each problem at its field."""
    if not error.problems:
        place = "code" if error.code.startswith("playbooks.code") else None
        form.add_error(place if place in form.fields else None, sentence(error))
    for problem in error.problems:
        column = "attached" if problem.column == "files" else problem.column
        place = column if column in form.fields else None
        form.add_error(place, said_problem(problem).message)


@require_http_methods(FORM)
@signed_in
def change(request: PersonRequest, play_id: int) -> HttpResponse:
    """Write the next version of a play, from the newest one."""
    found = play_seen(play_id, request.person)
    require_may_change(found, request.person)
    newest = queries.versions_of(found, request.person)[0]
    wording = queries.wording_of(request.tenant)
    initial = initial_of(newest.text, newest.number)
    status = 200
    if request.method == "POST":
        form = PlayForm(request.POST, request.FILES, initial=initial, wording=wording, is_new=False)
        kept, refused = _revised(request, form, found)
        if kept is not None:
            messages.success(request, _("Kept. Others read it once it is published."))
            return redirect(f"{reverse('playbooks:play', args=[found.pk])}?version={kept.number}")
        status = refused
    else:
        form = PlayForm(initial=initial, wording=wording, is_new=False)
    context = {"form": form, "play": found, "version": newest, "files": newest.files.all()}
    return render(request, "playbooks/edit.html", context, status=status)


def _revised(request: PersonRequest, form: PlayForm, found: Play) -> tuple[PlayVersion | None, int]:
    """Save what is written; where that is refused, return the status of the page that says so."""
    if not form.is_valid():
        return None, 422
    try:
        kept = actions.revise_play(
            play=found,
            text=form.text(),
            base=form.cleaned_data["base"] or 0,
            files=_files(form),
            keep=request.POST.getlist("keep"),
            by=request.person,
        )
    except (Invalid, Conflict) as error:
        _explain(form, error)
        return None, error.status
    return kept, 200


@require_POST
@signed_in
def preview(request: PersonRequest) -> HttpResponse:
    """Show what is being written as it will be read; nothing is kept."""
    text = request.POST.get("body_zh") or request.POST.get("body_en") or ""
    shown = queries.as_html(text[:BODY_LENGTH])
    return render(request, "playbooks/_preview.html", {"shown": shown})


@require_POST
@signed_in
def publish(request: PersonRequest, play_id: int) -> HttpResponse:
    found = play_seen(play_id, request.person)
    require_may_change(found, request.person)
    given = request.POST.get("number", "")
    number = int(given) if given.isdecimal() and len(given) < 7 else 0  # There is no such one.
    version = version_seen(found, number, request.person)
    actions.publish_play(play=found, number=version.number, by=request.person)
    messages.success(request, _("Published: everybody reads this version now."))
    return redirect("playbooks:play", found.pk)


@require_POST
@signed_in
def retire(request: PersonRequest, play_id: int) -> HttpResponse:
    found = actions.retire_play(play=play_seen(play_id, request.person), by=request.person)
    messages.success(request, _("Retired: it is handed out no more."))
    return redirect("playbooks:play", found.pk)


@require_POST
@signed_in
def restore(request: PersonRequest, play_id: int) -> HttpResponse:
    found = actions.restore_play(play=play_seen(play_id, request.person), by=request.person)
    messages.success(request, _("It is in the library again."))
    return redirect("playbooks:play", found.pk)


@require_http_methods(FORM)
@allowed_to(Role.ADMIN)
def give(request: PersonRequest, play_id: int) -> HttpResponse:
    """Make somebody else the owner of a play."""
    found = play_seen(play_id, request.person)
    form = OwnerForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            code = form.cleaned_data["person"].strip()
            named = Person.objects.filter(tenant=request.tenant, code=code).first()
            try:
                to = person_seen(named.pk if named else 0, request.scope)
                actions.give_play(play=found, to=to, by=request.person)
            except DomainError as error:
                form.add_error("person", sentence(error))
            else:
                messages.success(request, _("Given to %(name)s.") % {"name": to.name})
                return redirect("playbooks:play", found.pk)
    return render(request, "playbooks/give.html", {"form": form, "play": found}, status=status)
