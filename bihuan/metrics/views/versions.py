"""Pages of one version of a metric, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base.taking import require_may_take
from bihuan.facts.access import kinds_of
from bihuan.metrics import actions
from bihuan.metrics.access import APPROVERS, WRITERS, version_of
from bihuan.metrics.domain.definition import DefinitionInvalid
from bihuan.metrics.domain.document import document_of
from bihuan.metrics.domain.formula import formula
from bihuan.metrics.domain.version import State
from bihuan.metrics.forms.drafting import Deciding
from bihuan.metrics.models import MetricVersion
from bihuan.metrics.queries.timeline import VersionLine, line_of
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.access import PersonRequest, allowed_to, signed_in

YAML = "application/yaml; charset=utf-8"


@require_safe
@signed_in
def one(request: PersonRequest, key: str, number: int) -> HttpResponse:
    line = line_of(request.tenant, key, number)
    language = get_language() or ""
    is_chinese = language.startswith("zh")
    kinds = {
        kind.code: kind.label_zh if is_chinese else kind.label_en
        for kind in kinds_of(request.tenant).values()
    }
    context = {
        "line": line,
        "version": line.version,
        "definition": line.definition,
        "name": line.definition.name(language),
        "formula": formula(line.definition, language, kinds),
        "document": document_of(line.definition),
        "is_chinese": is_chinese,
        "is_there": key in catalogue_of(request.tenant).versions,
        **_deeds(request, line),
    }
    return render(request, "metrics/version.html", context)


def _deeds(request: PersonRequest, line: VersionLine) -> dict[str, bool]:
    """Return what the reader may do to a version as it stands."""
    version = line.version
    writes = bool(request.roles & set(WRITERS))
    if version is None:
        return {"may_send": writes and line.is_now}
    is_own = request.person.pk in (version.made_by_id, version.checked_by_id)
    is_draft = version.state == State.DRAFT.value
    is_checked = version.state == State.CHECKED.value
    is_approved = version.state == State.APPROVED.value
    decides = bool(request.roles & set(APPROVERS))
    return {
        "may_edit": writes and is_draft,
        "may_check": writes and is_draft,
        "may_approve": decides and is_checked and not is_own,
        "may_send_back": decides and is_checked,
        "may_withdraw": writes and (is_draft or is_checked or line.is_to_come),
        "may_send": writes and is_approved and line.is_in_force,
        "waits_for_others": is_checked and is_own,
    }


@require_safe
@signed_in
def document(request: PersonRequest, key: str, number: int) -> HttpResponse:
    line = line_of(request.tenant, key, number)
    require_may_take(0)
    answer = HttpResponse(document_of(line.definition), content_type=YAML)
    answer["Content-Disposition"] = f'attachment; filename="{key}-v{number}.yaml"'
    return answer


@require_POST
@allowed_to(*WRITERS)
def check(request: PersonRequest, key: str, number: int) -> HttpResponse:
    version = version_of(request.tenant, key, number)
    try:
        actions.check_version(version=version, by=request.person)
    except DefinitionInvalid:
        messages.warning(request, _("It cannot be checked yet: look at the marked places."))
        return redirect(reverse("metrics:edit", args=[key, number]) + "?problems")
    messages.success(request, _("Checked. Somebody else has to approve it now."))
    return redirect("metrics:version", key, number)


@require_POST
@allowed_to(*APPROVERS)
def approve(request: PersonRequest, key: str, number: int) -> HttpResponse:
    _decided(request, key, number, actions.approve_version)
    messages.success(request, _("Approved. From its first day on figures are read by it."))
    return redirect("metrics:version", key, number)


@require_POST
@allowed_to(*APPROVERS)
def send_back(request: PersonRequest, key: str, number: int) -> HttpResponse:
    _decided(request, key, number, actions.send_back)
    messages.success(request, _("Sent back to its writer."))
    return redirect("metrics:version", key, number)


@require_POST
@allowed_to(*WRITERS)
def withdraw(request: PersonRequest, key: str, number: int) -> HttpResponse:
    _decided(request, key, number, actions.withdraw_version)
    messages.success(request, _("The version is withdrawn."))
    return redirect("metrics:version", key, number)


def _decided(
    request: PersonRequest, key: str, number: int, deed: Callable[..., MetricVersion]
) -> None:
    form = Deciding(request.POST)
    form.is_valid()
    note = getattr(form, "cleaned_data", {}).get("note", "")
    deed(version=version_of(request.tenant, key, number), note=note, by=request.person)
