"""Plays as files: taking the library away, and bringing plays."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.base.refusals import said as said_problem
from bihuan.base.refusals import sentence
from bihuan.kernel.errors import Invalid
from bihuan.org.access import PersonRequest, allowed_to, signed_in
from bihuan.org.domain.role import Role
from bihuan.playbooks import actions, queries
from bihuan.playbooks.forms import BundleForm
from bihuan.playbooks.models import Play
from bihuan.playbooks.reader.bundle import write_bundle

ZIP = "application/zip"


@require_safe
@signed_in
def bundle_export(request: PersonRequest) -> HttpResponse:
    """Hand over everything in the library, with its files."""
    found = Play.objects.of(request.tenant.pk).in_library().select_related("published")
    answer = HttpResponse(write_bundle(queries.bundle_of(found)), content_type=ZIP)
    answer["Content-Disposition"] = 'attachment; filename="playbooks.zip"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Role.ADMIN)
def bundle(request: PersonRequest) -> HttpResponse:
    """Bring plays from a file: all, or none with every reason."""
    form = BundleForm(request.POST or None, request.FILES or None)
    problems, status = [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                brought = actions.import_plays(
                    name=file.name,
                    content=file.read(),
                    publish=form.cleaned_data["publish"],
                    by=request.person,
                )
            except Invalid as error:
                form.add_error("file", sentence(error))
                problems = [said_problem(each) for each in error.problems]
            else:
                said = _("New: %(added)s, changed: %(changed)s, as before: %(unchanged)s.")
                messages.success(
                    request,
                    said
                    % {
                        "added": brought.added,
                        "changed": brought.changed,
                        "unchanged": brought.unchanged,
                    },
                )
                return redirect("playbooks:list")
    context = {"form": form, "problems": problems}
    return render(request, "playbooks/bundle.html", context, status=status)
