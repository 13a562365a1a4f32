"""The page on which a company says how long it keeps what, and sees what would go."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, workbook
from bihuan.kernel.errors import Invalid
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.privacy import actions, queries
from bihuan.privacy.access import LOOKS_AFTER
from bihuan.privacy.forms import PeriodsForm


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*LOOKS_AFTER)
def retention(request: PersonRequest) -> HttpResponse:
    """Show what would go tonight, by the periods that hold or by those that are tried."""
    held = queries.periods_of(request.tenant)
    is_sent = request.method == "POST"
    form = PeriodsForm(request.POST if is_sent else None, held=held)
    tried, status = None, 200
    if is_sent and form.is_valid():
        if request.POST.get("deed") == "try":
            tried = {**held, **form.asked()}
        else:
            try:
                actions.set_periods(tenant=request.tenant, days=form.asked(), by=request.person)
            except Invalid as error:
                form.add_error(None, sentence(error))
            else:
                messages.success(request, _("The periods are kept."))
                return redirect("privacy:retention")
    if form.errors:
        status = 422
    lines = queries.due(request.tenant, clock.now(), tried)
    context = {"rows": form.beside(lines), "form": form, "is_tried": tried is not None}
    return render(request, "privacy/retention.html", context, status=status)


@require_safe
@allowed_to(*LOOKS_AFTER)
def retention_export(request: PersonRequest) -> HttpResponse:
    zone = request.tenant.time_zone
    header = [
        *(pgettext("a class of data", "What"), _("Kept for days"), _("Would go")),
        _("Oldest from"),
    ]
    rows = (
        (
            *(each.label, each.days, each.count),
            clock.business_day(each.oldest, zone) if each.oldest else None,
        )
        for each in queries.due(request.tenant, clock.now())
    )
    answer = HttpResponse(workbook(_("Retention"), header, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="retention.xlsx"'
    return answer
