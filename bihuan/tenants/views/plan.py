"""The page that says how a company stands, what it uses and what its plan allows."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.org.access import PersonRequest, allowed_to, signed_in
from bihuan.org.domain.role import Role
from bihuan.tenants import queries


@require_safe
@signed_in
def plan(request: PersonRequest) -> HttpResponse:
    """Tell everybody how the company stands; what it uses, its administrators."""
    page = queries.plan_page(request.tenant)
    return render(
        request, "tenants/plan.html", {"page": page, "is_admin": Role.ADMIN in request.roles}
    )


@require_safe
@allowed_to(Role.ADMIN)
def plan_export(request: PersonRequest) -> HttpResponse:
    page = queries.plan_page(request.tenant)
    header = (_("What"), _("Used"), _("Allowed"), _("Share in %"))
    rows = ((str(use.label), use.used, use.limit, use.share) for use in page.uses)
    answer = HttpResponse(workbook(_("Plan and usage"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="plan.xlsx"'
    return answer
