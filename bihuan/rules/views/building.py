"""Pages on which a rule is written by controls, tried, and kept as a draft."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.base import clock
from bihuan.base.refusals import said, sentence
from bihuan.kernel.errors import Conflict, Invalid, Problem
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.org.models import Unit
from bihuan.rules import actions, queries
from bihuan.rules.access import WRITERS
from bihuan.rules.domain.definition import DefinitionInvalid, RuleDefinition, read_definition
from bihuan.rules.domain.subject import Subject, attribute_of
from bihuan.rules.domain.version import NotADraft, State
from bihuan.rules.forms.building import (
    ConditionForm,
    Offered,
    ResponseForm,
    RuleForm,
)
from bihuan.rules.forms.entry import (
    ALL,
    Row,
    entry_of,
    leaf_from,
    listed,
    response_from,
    response_row,
    rows_of,
)
from bihuan.rules.models import RuleVersion
from bihuan.rules.queries.catalogue import own_version
from bihuan.rules.queries.fields import fields_of
from bihuan.rules.queries.soundness import SLICES, problems_in
from bihuan.rules.queries.trying import tried

FORM = ["GET", "HEAD", "POST"]
MOST = {"condition": 12, "response": 8}
SAVE, TRY = "save", "try"
NEW_CONDITION: Row = {
    "kind": "attainment",
    "side": "below",
    "periods": 1,
    "over": 1,
    "before": 8,
    "grain": "week",
    "days": 14,
    "within": 30,
}
NEW_RESPONSE: Row = {"kind": "task", "to": "manager", "due_days": 3}
NEW_RULE: Row = {
    "every": "week",
    "subject": "person",
    "roles": ["rep"],
    "joint": ALL,
    "back_looks": 1,
    "cooldown_days": 14,
    "priority": 50,
    "is_on": True,
}


@dataclass
class Building:
    """A rule that is being written: which one, which draft, and what is wrong with it."""

    request: PersonRequest
    key: str | None
    version: RuleVersion | None
    form: RuleForm
    conditions: Sequence[ConditionForm]
    responses: Sequence[ResponseForm]
    problems: list[str] = field(default_factory=list)
    trial: queries.Trial | None = None
    words: str = ""
    status: int = 200

    @property
    def is_valid(self) -> bool:
        """Return whether every control makes sense; each is looked at, for all are shown."""
        found = [each.is_valid() for each in (self.form, *self.conditions, *self.responses)]
        return all(found)

    @property
    def raw(self) -> dict[str, object]:
        """Return the rule as data, as it was typed."""
        given = dict(self.form.cleaned_data)
        cover = {
            "units": given.pop("units"),
            "roles": given.pop("roles", []),
            "product_lines": listed(given.pop("product_lines")),
            "owner": given.pop("owner", ""),
        }
        for name in ("key", "reason", "edition", "joint", "as_data"):
            given.pop(name, None)
        if not cover["roles"]:
            del cover["roles"]
        return {
            **given,
            "cover": cover,
            "when": self._when(),
            "responses": [response_from(each.cleaned_data) for each in self.responses],
        }

    def _when(self) -> object:
        text = self.form.cleaned_data.get("as_data")
        if text is not None:
            return json.loads(text or "null")
        leaves = [leaf_from(each.cleaned_data) for each in self.conditions]
        return leaves[0] if len(leaves) == 1 else {self.form.cleaned_data["joint"]: leaves}


@require_http_methods(FORM)
@allowed_to(*WRITERS)
def new_rule(request: PersonRequest) -> HttpResponse:
    return _build(request, None, None)


@require_http_methods(FORM)
@allowed_to(*WRITERS)
def new_version(request: PersonRequest, key: str) -> HttpResponse:
    queries.rule_shown(request.tenant, key, clock.today(request.tenant.time_zone))
    return _build(request, key, None)


@require_http_methods(FORM)
@allowed_to(*WRITERS)
def edit(request: PersonRequest, key: str, number: int) -> HttpResponse:
    version = own_version(request.tenant, key, number)
    if version.state != State.DRAFT.value:
        raise NotADraft(number=number)
    return _build(request, key, version)


def _build(request: PersonRequest, key: str | None, version: RuleVersion | None) -> HttpResponse:
    if request.method != "POST":
        return _page(_begun(request, key, version))
    deed, _colon, place = request.POST.get("do", SAVE).partition(":")
    if deed not in (SAVE, TRY):
        return _redrawn(request, _changed(request, key, version, deed, place))
    building = _typed(request, key, version)
    definition = _read(building)
    if definition is None:
        return _refused(building)
    if deed == TRY:
        return _tried(building, definition)
    return _saved(building, definition)


def _refused(building: Building) -> HttpResponse:
    """Show the controls again with what is wrong; a part that was asked for becomes them."""
    building.status = 422
    if not building.request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return _page(building)
    answer = render(building.request, "rules/_builder.html", _context(building), status=422)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#builder", "outerHTML"
    return answer


def _begun(request: PersonRequest, key: str | None, version: RuleVersion | None) -> Building:
    """Return the controls of a draft, of the next version of a rule, or of a new one."""
    if key is None:
        return _filled(request, None, None, NEW_RULE, [NEW_CONDITION], [NEW_RESPONSE])
    today = clock.today(request.tenant.time_zone)
    rule = version.read if version else queries.rule_shown(request.tenant, key, today).definition
    found = rows_of(rule.when)
    initial = entry_of(rule)
    if version is not None:
        initial |= {"reason": version.reason, "edition": version.edition}
    if found is None:
        when = rule.model_dump(mode="json", by_alias=True, exclude_none=True)["when"]
        initial |= {"as_data": json.dumps(when, ensure_ascii=False, indent=2), "joint": ALL}
        conditions: Sequence[Row] = []
    else:
        initial["joint"], conditions = found
    responses = [response_row(each) for each in rule.responses]
    return _filled(request, key, version, initial, conditions, responses)


def _filled(  # the request, what is written, and its three parts
    request: PersonRequest,
    key: str | None,
    version: RuleVersion | None,
    initial: Mapping[str, object],
    conditions: Sequence[Row],
    responses: Sequence[Row],
) -> Building:
    offered = _offered(request, initial)
    return Building(
        request,
        key,
        version,
        RuleForm(
            initial=initial, offered=offered, is_new=key is None, is_deep="as_data" in initial
        ),
        [
            ConditionForm(initial=NEW_CONDITION | row, prefix=f"c{n}", offered=offered)
            for n, row in enumerate(conditions)
        ],
        [ResponseForm(initial=row, prefix=f"r{n}") for n, row in enumerate(responses)],
    )


def _typed(request: PersonRequest, key: str | None, version: RuleVersion | None) -> Building:
    """Return the controls as somebody filled them in."""
    data, offered = request.POST, _offered(request, request.POST.dict())
    is_new, is_deep = key is None, "as_data" in request.POST
    return Building(
        request,
        key,
        version,
        RuleForm(data, offered=offered, is_new=is_new, is_deep=is_deep),
        [
            ConditionForm(data, prefix=f"c{n}", offered=offered)
            for n in range(_count(data, "condition"))
        ],
        [ResponseForm(data, prefix=f"r{n}") for n in range(_count(data, "response"))],
    )


def _count(data: QueryDict, name: str) -> int:
    typed = data.get(f"{name}_count", "0")
    return min(int(typed), MOST[name]) if typed.isdecimal() else 0


def _changed(
    request: PersonRequest, key: str | None, version: RuleVersion | None, deed: str, place: str
) -> Building:
    """Return the controls with a row more or less, everything else as it was typed."""
    now = _typed(request, key, version)
    conditions = [_raw_row(request.POST, each) for each in now.conditions]
    responses = [_raw_row(request.POST, each) for each in now.responses]
    rows, empty = (
        (responses, NEW_RESPONSE) if place.startswith("r") else (conditions, NEW_CONDITION)
    )
    if deed == "add":
        rows.append(dict(empty))
    number = place[1:]
    if deed == "remove" and number.isdecimal() and int(number) < len(rows):
        del rows[int(number)]
    initial = _raw_row(request.POST, now.form)
    return _filled(request, key, version, initial, conditions, responses)


def _raw_row(data: QueryDict, form: RuleForm | ConditionForm | ResponseForm) -> Row:
    """Return what stands in the controls of a form, whether it makes sense or not."""
    return {
        name: form[name].field.widget.value_from_datadict(data, {}, form.add_prefix(name))
        for name in form.fields
        if form.add_prefix(name) in data or name in ("denied", "is_on")
    }


def _offered(request: PersonRequest, chosen: Mapping[str, object]) -> Offered:
    """Return what there is to choose from, for the kind of subject that is chosen."""
    language = get_language() or ""
    names = queries.names_of(request.tenant, language)
    units = Unit.objects.filter(tenant=request.tenant, ended_on=None).order_by("path")
    asked = str(chosen.get("subject") or "")
    subject = Subject(asked) if asked in set(Subject) else Subject.PERSON
    fields = [(each, each.label(language)) for each in fields_of(request.tenant, subject)]
    own = [(each.name, label) for each, label in fields if attribute_of(each.name)]
    return Offered(
        fields=fields,
        attributes=own,
        is_held=subject.is_held,
        metrics=list(names.metrics.items()),
        kinds=sorted(names.kinds.items(), key=lambda pair: pair[1]),
        units=[(unit.code, "　" * unit.depth + unit.name) for unit in units],
        dimensions=[(each, names.dimensions.get(each, each)) for each in sorted(SLICES)],
    )


def _read(building: Building) -> RuleDefinition | None:
    """Return the rule that was typed; nothing, with what is wrong, where it is none."""
    if not building.is_valid:
        return None
    try:
        definition = read_definition(building.raw)
    except DefinitionInvalid as error:
        building.problems = _said(error.problems)
        return None
    except json.JSONDecodeError as error:
        building.form.add_error("as_data", _("This is no JSON: %(why)s.") % {"why": error.msg})
        return None
    found = problems_in(building.request.tenant, definition)
    if found:
        building.problems = _said(found)
        return None
    return definition


def _said(problems: Sequence[Problem]) -> list[str]:
    """Return what is wrong, each problem once, with where it was found."""
    lines = (f"{each.column}: {said(each).message}" for each in problems)
    return list(dict.fromkeys(lines))


def _tried(building: Building, definition: RuleDefinition) -> HttpResponse:
    request = building.request
    building.trial = tried(request.tenant, definition, clock.today(request.tenant.time_zone))
    building.words = queries.sentence_of(request.tenant, definition, get_language() or "")
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return render(request, "rules/_trial.html", _context(building))
    return _page(building)


def _saved(building: Building, definition: RuleDefinition) -> HttpResponse:
    try:
        version = _keep(building, definition)
    except DefinitionInvalid as error:
        building.problems, building.status = _said(error.problems), error.status
    except (Invalid, Conflict) as error:
        place = "key" if building.key is None and error.code.startswith("rules.key") else None
        building.form.add_error(place, sentence(error))
        building.status = error.status
    else:
        messages.success(building.request, _("The draft is saved. Nothing follows it yet."))
        return redirect("rules:version", version.key, version.number)
    return _page(building)


def _keep(building: Building, definition: RuleDefinition) -> RuleVersion:
    given, by = building.form.cleaned_data, building.request.person
    if building.version is not None:
        return actions.change_draft(
            version=building.version,
            definition=definition,
            reason=given["reason"],
            edition=given["edition"] or 0,
            by=by,
        )
    return actions.draft_rule(
        tenant=building.request.tenant,
        key=building.key or given["key"],
        definition=definition,
        reason=given["reason"],
        by=by,
        is_new=building.key is None,
    )


def _redrawn(request: PersonRequest, building: Building) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return render(request, "rules/_builder.html", _context(building))
    return _page(building)


def _page(building: Building) -> HttpResponse:
    context = _context(building)
    return render(building.request, "rules/builder.html", context, status=building.status)


def _context(building: Building) -> dict[str, object]:
    return {
        "building": building,
        "form": building.form,
        "conditions": building.conditions,
        "responses": building.responses,
        "problems": building.problems,
        "trial": building.trial,
        "words": building.words,
        "key": building.key,
        "version": building.version,
        "may_add_condition": len(building.conditions) < MOST["condition"],
        "may_add_response": len(building.responses) < MOST["response"],
    }
