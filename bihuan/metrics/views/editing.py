"""Pages on which a definition is written, by a form or as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.base import clock
from bihuan.base.refusals import said, sentence
from bihuan.facts.access import kinds_of
from bihuan.kernel.errors import Conflict, DomainError, Invalid, Problem
from bihuan.metrics import actions
from bihuan.metrics.access import WRITERS, version_of
from bihuan.metrics.domain.definition import (
    DefinitionInvalid,
    MetricDefinition,
    read_definition,
)
from bihuan.metrics.domain.document import definition_in
from bihuan.metrics.domain.entry.branch import Branch, place_of_problem, planted
from bihuan.metrics.domain.entry.changing import changed
from bihuan.metrics.domain.entry.metric import empty_entry, entry_of, raw_of
from bihuan.metrics.domain.formula import formula
from bihuan.metrics.domain.version import State, VersionChanged, VersionNotReachable
from bihuan.metrics.forms.conditions import Known
from bihuan.metrics.forms.drafting import Beside, Upload
from bihuan.metrics.forms.editor import Editor
from bihuan.metrics.models import STATE_LABELS, MetricVersion
from bihuan.metrics.queries.catalogue import metrics_of
from bihuan.metrics.queries.offered import values_offered
from bihuan.metrics.queries.soundness import problems_in
from bihuan.metrics.queries.timeline import days_offered
from bihuan.metrics.queries.trying import tried
from bihuan.metrics.queries.versions import catalogue_of, metric_named
from bihuan.org.access import PersonRequest, allowed_to

SAVE, PREVIEW, REDRAW, DAY = "save", "preview", "redraw", "day"


@dataclass
class Writing:
    """A definition that is being written: which metric, which draft, and what is wrong with it."""

    request: PersonRequest
    key: str | None
    version: MetricVersion | None
    tree: Branch
    beside: forms.Form
    problems: Sequence[Problem] = ()
    focus: str | None = None
    theirs: MetricVersion | None = None
    """The draft as somebody else saved it meanwhile."""
    status: int = 200
    refusals: list[str] = field(default_factory=list)

    @property
    def raw(self) -> dict[str, object]:
        return raw_of(self.tree) | ({} if self.key is None else {"key": self.key})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*WRITERS)
def new_metric(request: PersonRequest) -> HttpResponse:
    return _write(request, None, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*WRITERS)
def new_version(request: PersonRequest, key: str) -> HttpResponse:
    metric_named(request.tenant, key)
    return _write(request, key, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*WRITERS)
def edit(request: PersonRequest, key: str, number: int) -> HttpResponse:
    version = version_of(request.tenant, key, number)
    if version.state != State.DRAFT.value:
        raise VersionNotReachable(number=number, state=STATE_LABELS[version.state])
    return _write(request, key, version)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*WRITERS)
def upload(request: PersonRequest) -> HttpResponse:
    offered = days_offered(request.tenant)
    form = Upload(
        request.POST or None, request.FILES or None, initial={"valid_from": offered.this_month}
    )
    problems: Sequence[Problem] = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            version = _drafted_from(request, given["text"], given["valid_from"], given["reason"])
        except (Invalid, Conflict) as error:
            form.add_error("text", sentence(error))
            problems = error.problems
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("metrics:version", version.key, version.number)
    context = {"form": form, "problems": [said(each) for each in problems]}
    return render(request, "metrics/upload.html", context, status=422 if form.errors else 200)


def _drafted_from(
    request: PersonRequest, text: str, valid_from: date, reason: str
) -> MetricVersion:
    raw = definition_in(text)
    return actions.draft_version(
        tenant=request.tenant,
        raw=raw,
        valid_from=valid_from,
        reason=reason,
        by=request.person,
        is_new=str(raw.get("key")) not in catalogue_of(request.tenant).versions,
    )


def _write(request: PersonRequest, key: str | None, version: MetricVersion | None) -> HttpResponse:
    if request.method != "POST":
        return _page(_begun(request, key, version))
    tree = planted((name, texts) for name, texts in request.POST.lists())
    writing = Writing(request, key, version, tree, Beside(request.POST))
    deed, _colon, place = request.POST.get("do", SAVE).partition(":")
    if deed == SAVE:
        return _saved(writing)
    if deed == PREVIEW:
        return render(request, "metrics/editor/_beside.html", _preview(writing))
    if deed == DAY:
        writing.beside = Beside(_with(request.POST, "valid_from", place))
        writing.focus = ""
    changed(tree, "shape", "")
    if deed not in (REDRAW, DAY):
        writing.focus = changed(tree, deed, place)
    elif deed == REDRAW:
        writing.focus = ""
    if not request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return _page(writing)
    answer = render(request, "metrics/editor/_builder.html", _context(writing))
    answer["HX-Trigger-After-Settle"] = "redrawn"
    return answer


def _with(data: QueryDict, name: str, value: str) -> QueryDict:
    made = data.copy()
    made[name] = value
    return made


def _begun(request: PersonRequest, key: str | None, version: MetricVersion | None) -> Writing:
    """Return the form of a draft, of the next version of a metric, or of a metric that is new."""
    initial: dict[str, object] = {"valid_from": days_offered(request.tenant).this_month}
    if version is not None:
        tree = entry_of(version.read)
        initial = {
            "valid_from": version.valid_from,
            "reason": version.reason,
            "edition": version.edition,
        }
    elif key is not None:
        tree = entry_of(catalogue_of(request.tenant).unresolved(key))
    else:
        tree = empty_entry()
    writing = Writing(request, key, version, tree, Beside(initial=initial))
    if version is not None and "problems" in request.GET:
        writing.problems = problems_in(request.tenant, version.read)
    return writing


def _saved(writing: Writing) -> HttpResponse:
    """Save a draft, or show the form again with what is wrong and everything kept."""
    form = writing.beside
    if not form.is_valid():
        writing.status = 422
        return _page(writing)
    try:
        version = _save(writing, form.cleaned_data)
    except DefinitionInvalid as error:
        writing.problems, writing.status = error.problems, error.status
        return _page(writing)
    except VersionChanged as error:
        return _overtaken(writing, error)
    except (Invalid, Conflict) as error:
        writing.refusals.append(sentence(error))
        writing.status = error.status
        return _page(writing)
    problems = problems_in(writing.request.tenant, version.read)
    if problems:
        messages.warning(
            writing.request, _("The draft is saved. Something in it is not right yet.")
        )
    else:
        messages.success(writing.request, _("The draft is saved."))
    return redirect("metrics:version", version.key, version.number)


def _save(writing: Writing, given: dict[str, object]) -> MetricVersion:
    request, valid_from, reason = writing.request, given["valid_from"], str(given["reason"])
    assert isinstance(valid_from, date), "the form has read the day"
    if writing.version is not None:
        edition = given["edition"]
        return actions.change_draft(
            version=writing.version,
            raw=writing.raw,
            valid_from=valid_from,
            reason=reason,
            edition=edition if isinstance(edition, int) else 0,
            by=request.person,
        )
    return actions.draft_version(
        tenant=request.tenant,
        raw=writing.raw,
        valid_from=valid_from,
        reason=reason,
        by=request.person,
        is_new=writing.key is None,
    )


def _overtaken(writing: Writing, error: DomainError) -> HttpResponse:
    """Show both: what somebody else saved meanwhile, and what was to be saved here."""
    version = writing.version
    assert version is not None, "only a draft can be changed by two"
    writing.theirs = version_of(writing.request.tenant, version.key, version.number)
    edition = str(writing.theirs.edition)
    writing.beside = Beside(_with(writing.request.POST, "edition", edition))
    writing.refusals.append(sentence(error))
    writing.status = error.status
    return _page(writing)


def _page(writing: Writing) -> HttpResponse:
    context = _context(writing) | _preview(writing)
    return render(writing.request, "metrics/editor.html", context, status=writing.status)


def _context(writing: Writing) -> dict[str, object]:
    request, key = writing.request, writing.key
    language = get_language() or ""
    known = _known(writing)
    # A metric of one's own is in the catalogue only once its first version is approved.
    there = None if key is None else catalogue_of(request.tenant).as_written(key)
    shown = there or (writing.version.read if writing.version is not None else None)
    theirs = writing.theirs
    return {
        "editor": Editor(
            writing.tree,
            known,
            is_new=key is None,
            problems=writing.problems,
            focus=writing.focus,
        ),
        "beside": writing.beside,
        "offered": days_offered(request.tenant),
        "key": key,
        "name": shown and shown.name(language),
        "is_there": there is not None,
        "version": writing.version,
        "refusals": writing.refusals,
        "theirs": theirs,
        "their_formula": theirs and formula(theirs.read, language, known.kinds),
    }


def _known(writing: Writing) -> Known:
    request = writing.request
    language = get_language() or ""
    is_chinese = language.startswith("zh")
    fields = {
        texts[-1] for name, texts in writing.tree.fields() if name.endswith(".field") and texts
    }
    return Known(
        is_chinese=is_chinese,
        kinds={
            kind.code: kind.label_zh if is_chinese else kind.label_en
            for kind in kinds_of(request.tenant).values()
        },
        offered=values_offered(request.tenant, fields - {"kind"}),
        metrics=[
            (metric.key, metric.name(language))
            for metric in metrics_of(request.tenant)
            if metric.key != writing.key and not metric.is_ratio
        ],
    )


def _preview(writing: Writing) -> dict[str, object]:
    """Return the words of a definition and what it gives this month, or what is wrong with it."""
    request = writing.request
    try:
        definition = read_definition(writing.raw)
    except DefinitionInvalid as error:
        return {"preview_problems": _pointed(error.problems)}
    problems = problems_in(request.tenant, definition)
    if problems:
        return {"preview_problems": _pointed(problems)}
    return {"preview": _words(writing, definition)}


def _pointed(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Return what is wrong, each with the place of the form it is about."""
    return [(place_of_problem(each.column), said(each).message) for each in problems]


def _words(writing: Writing, definition: MetricDefinition) -> dict[str, object]:
    request = writing.request
    today = clock.today(request.tenant.time_zone)
    return {
        "formula": formula(definition, get_language() or "", _known(writing).kinds),
        "trial": tried(request.tenant, definition, request.scope, today),
        "unit": definition.unit.value,
    }
