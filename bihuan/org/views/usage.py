"""What programs and exports took, and how much they may take."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.base.meanwhile import carry, unless_overtaken
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.kernel.errors import Conflict, Invalid
from bihuan.org import actions
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.org.domain.role import Role
from bihuan.org.domain.usage import NAMES, allowance_of
from bihuan.org.forms.usage import AllowanceForm
from bihuan.org.models import Tenant
from bihuan.org.queries.usage import usage_lines


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Role.ADMIN)
def usage(request: PersonRequest) -> HttpResponse:
    allowed = allowance_of(request.tenant.allowance)
    form = carry(_form(request.tenant, request.POST or None))
    if request.method == "POST" and form.is_valid():
        try:
            unless_overtaken(
                form,
                held=request.tenant,
                fresh=lambda: _form(Tenant.objects.get(pk=request.tenant.pk)),
                deed=lambda: actions.set_allowance(
                    tenant=request.tenant, said=form.cleaned_data, by=request.person
                ),
            )()
        except (Invalid, Conflict) as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("The limits are set."))
            return redirect("org:usage")
    context = {"form": form, "lines": usage_lines(request.tenant), "allowed": allowed}
    status = 422 if request.method == "POST" else 200
    return render(request, "org/usage.html", context, status=status)


def _form(tenant: Tenant, given: QueryDict | None = None) -> AllowanceForm:
    allowed = allowance_of(tenant.allowance)
    return AllowanceForm(given, initial={name: getattr(allowed, name) for name in NAMES})


@require_safe
@allowed_to(Role.ADMIN)
def usage_export(request: PersonRequest) -> HttpResponse:
    header = (
        *(_("Person"), _("Staff number"), _("Requests today"), _("Most in a minute")),
        *(_("Files today"), _("Rows today")),
    )
    rows = (
        (each.person.name, each.person.code, each.requests, each.in_a_minute, each.files, each.rows)
        for each in usage_lines(request.tenant)
    )
    answer = HttpResponse(workbook(_("Usage"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="usage.xlsx"'
    return answer
