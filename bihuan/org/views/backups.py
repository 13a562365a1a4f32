"""The page on which an administrator sees whether there are backups, and asks for one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.kernel.errors import Conflict
from bihuan.org import actions, queries
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.org.domain.role import Role


@require_safe
@allowed_to(Role.ADMIN)
def backups(request: PersonRequest) -> HttpResponse:
    return render(request, "org/backups.html", {"page": queries.backups_page(request.tenant)})


@require_safe
@allowed_to(Role.ADMIN)
def backups_export(request: PersonRequest) -> HttpResponse:
    page = queries.backups_page(request.tenant)
    header = (_("Made at"), _("Kind"), _("Checked at"), _("Encrypted"), _("Size in bytes"))
    rows = (
        (
            line.made_at.isoformat(timespec="seconds"),
            str(line.kind),
            line.checked_at and line.checked_at.isoformat(timespec="seconds"),
            _("yes") if line.is_sealed else _("no"),
            line.size,
        )
        for line in page.lines
    )
    answer = HttpResponse(workbook(_("Backups"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="backups.xlsx"'
    return answer


@require_POST
@allowed_to(Role.ADMIN)
def back_up(request: PersonRequest) -> HttpResponse:
    try:
        actions.ask_for_backup(by=request.person)
    except Conflict as refusal:  # Somebody was faster: the page shows how far theirs is.
        messages.info(request, sentence(refusal))
    else:
        messages.success(request, _("The backup is being made."))
    return redirect("org:backups")
