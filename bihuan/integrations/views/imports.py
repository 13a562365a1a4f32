"""Pages of imports: bring, map, follow, take back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.base.refusals import said, sentence
from bihuan.integrations import actions, jobs
from bihuan.integrations.access import import_seen, imports_visible_to
from bihuan.integrations.domain.progress import State
from bihuan.integrations.forms import MappingForm, UploadForm
from bihuan.integrations.models import Import
from bihuan.integrations.queries import figures_of, is_dead, remarks, step_of
from bihuan.integrations.queries.editing import Editor, editor_of, mapping_from
from bihuan.kernel.errors import Invalid
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.org.domain.role import Role

PER_PAGE = 50
OPEN_STATES = (State.UPLOADED.value, State.REFUSED.value, State.STOPPED.value)
bringers = allowed_to(Role.ADMIN)
onlookers = allowed_to(Role.ADMIN, Role.QUALITY_OFFICER)


@require_safe
@onlookers
def listing(request: PersonRequest) -> HttpResponse:
    found = imports_visible_to(request.scope)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "integrations/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@bringers
def upload(request: PersonRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            brought = actions.bring(files=given["bundle"], by=request.person)
            if given["mapping"]:
                text = _text_of(given["mapping"])
                actions.set_mapping(import_=brought, text=text, by=request.person)
        except Invalid as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("integrations:mapping", brought.pk)
    status = 422 if form.errors else 200
    return render(request, "integrations/upload.html", {"form": form}, status=status)


def _text_of(given: UploadedFile[Any]) -> str:
    return bytes(given.read()).decode("utf-8-sig", errors="replace")


@require_http_methods(["GET", "HEAD", "POST"])
@bringers
def mapping(request: PersonRequest, import_id: int) -> HttpResponse:
    """Show how each column is read and the first rows as they will land; keep what is changed."""
    import_ = _open_import(request, import_id)
    if import_.state not in OPEN_STATES:
        return redirect("integrations:import", import_.pk)
    editor = editor_of(import_)
    faults: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            text = mapping_from(editor, request.POST)
            actions.set_mapping(import_=import_, text=text, by=request.person)
        except Invalid as error:
            faults = [said(each).message for each in error.problems] or [sentence(error)]
            status = 422
        else:
            if "run" in request.POST:
                return _started(request, import_)
            return redirect("integrations:mapping", import_.pk)
    context = _editor_context(import_, editor, faults, request)
    return render(request, "integrations/mapping.html", context, status=status)


def _editor_context(
    import_: Import, editor: Editor, faults: list[str], request: HttpRequest
) -> dict[str, object]:
    kept = request.POST.get("mapping") if faults else None
    form = MappingForm(initial={"mapping": kept or editor.text})
    return {"import": import_, "editor": editor, "faults": faults, "form": form}


@require_POST
@bringers
def run(request: PersonRequest, import_id: int) -> HttpResponse:
    return _started(request, _open_import(request, import_id))


def _started(request: PersonRequest, import_: Import) -> HttpResponse:
    fresh = import_seen(import_.pk, request.scope)
    jobs.start(actions.claim_import(import_=fresh, by=request.person))
    return redirect("integrations:import", import_.pk)


@require_safe
@onlookers
def one(request: PersonRequest, import_id: int) -> HttpResponse:
    import_ = _open_import(request, import_id)
    return render(request, "integrations/import.html", _import_context(request, import_))


@require_safe
@onlookers
def progress(request: PersonRequest, import_id: int) -> HttpResponse:
    """Answer the polling part; when the import is done, the whole page is asked for anew."""
    import_ = _open_import(request, import_id)
    context = _import_context(request, import_)
    response = render(request, "integrations/_progress.html", context)
    if not context["running"]:
        response["HX-Refresh"] = "true"
    return response


def _import_context(request: PersonRequest, import_: Import) -> dict[str, object]:
    is_admin = Role.ADMIN in request.roles
    return {
        "import": import_,
        "running": import_.state == State.RUNNING.value,
        "step": step_of(import_),
        "figures": figures_of(import_),
        "problems": remarks(import_.problems),
        "notes": remarks(import_.notes),
        "may_revert": is_admin and import_.state == State.DONE.value,
        "may_run": is_admin and import_.state in OPEN_STATES,
    }


def _open_import(request: PersonRequest, import_id: int) -> Import:
    """Return an import, said to have stopped when its process is gone."""
    import_ = import_seen(import_id, request.scope)
    return actions.mark_stopped(import_=import_) if is_dead(import_) else import_


@require_POST
@bringers
def revert(request: PersonRequest, import_id: int) -> HttpResponse:
    import_ = import_seen(import_id, request.scope)
    actions.revert_import(import_=import_, by=request.person)
    messages.success(request, _("The import was taken back."))
    return redirect("integrations:import", import_.pk)


@require_POST
@bringers
def drop(request: PersonRequest, import_id: int) -> HttpResponse:
    actions.drop_import(import_=import_seen(import_id, request.scope), by=request.person)
    messages.success(request, _("The files were forgotten."))
    return redirect("integrations:list")
