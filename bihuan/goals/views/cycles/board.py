"""The board: one level of a goal's tree, saved in one request, and told when somebody was first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.base import clock
from bihuan.goals import actions
from bihuan.goals.access import SetsFor, draft_seen, edit_seen, goal_seen, profile_seen
from bihuan.goals.actions import ChangedMeanwhile
from bihuan.goals.forms.weighing import Typed, Weighed, weighed
from bihuan.goals.models import Cycle, Goal, WeightProfile
from bihuan.goals.models.cycle import ORG, WEIGHTS
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import Board, Looker, Undoable
from bihuan.goals.views.trying import tell, told
from bihuan.kernel.errors import Conflict, DomainError, Invalid
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import PersonRequest, signed_in

NUMBER_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Asked:
    """Which level of which goal an address names."""

    goal: Goal | None
    axis: str
    node: str
    page: str

    def query(self, cycle: Cycle) -> str:
        """Return the address of the level."""
        named = {"goal": self.goal.pk if self.goal else "", "axis": self.axis, "node": self.node}
        kept = {name: value for name, value in (*named.items(), ("page", self.page)) if value}
        return f"{reverse('goals:cycle', args=[cycle.pk])}?{urlencode(kept)}"


@require_safe
@signed_in
def board(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    if not cycle.goals.on().exists():
        return render(request, "goals/cycles/empty.html", _about(request, cycle))
    asked = asked_in(request.GET, request, cycle)
    return render(request, "goals/cycles/board.html", _shown(request, cycle, asked))


@require_POST
@signed_in
def weigh(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    asked = asked_in(request.POST, request, cycle)
    given = weighed(request.POST)
    shown = drawn(request, cycle, asked)
    try:
        is_saved = _save(request, cycle, asked, shown, given)
    except (Invalid, Conflict) as error:
        return _refused(request, cycle, asked, given, error)
    said = _("Saved.") if is_saved else _("Nothing was changed.")
    if "HX-Request" not in request.headers:
        messages.success(request, said)
        return redirect(asked.query(cycle))
    answer = render(request, "goals/cycles/_board.html", _shown(request, cycle, asked))
    answer["HX-Trigger"] = json.dumps({"toast": {"text": said, "kind": "ok"}})
    return answer


def _save(request: PersonRequest, cycle: Cycle, asked: Asked, shown: Board, given: Weighed) -> bool:
    """Save what was typed; nothing is kept where it says what stands there already."""
    amounts, locks = given.asked(shown), given.locks
    now = dict(shown.page.paginator.object_list)
    held = {line.key: line.is_locked for line in shown.lines}
    is_same = all(now.get(key) == amount for key, amount in amounts.items())
    if is_same and locks == held and given.version == shown.version:
        return False
    deed = actions.put(amounts, locks)
    note = request.POST.get("note", "")
    if asked.goal is None:
        actions.reweigh_goals(
            cycle=cycle, deed=deed, by=request.person, version=given.version, note=note
        )
        return True
    actions.reweigh(
        goal=asked.goal,
        axis=asked.axis,
        node=asked.node,
        deed=deed,
        by=request.person,
        version=given.version,
        note=note,
    )
    return True


def _refused(
    request: PersonRequest, cycle: Cycle, asked: Asked, given: Weighed, error: DomainError
) -> HttpResponse:
    """Show the newest values, what was typed beside each, and why it was not saved."""
    context = _shown(request, cycle, asked, mine=given.rows)
    context |= {
        "refused": told(request, error),
        "conflict": error.params if isinstance(error, ChangedMeanwhile) else None,
        "note": request.POST.get("note", ""),
    }
    is_part = "HX-Request" in request.headers
    template = "goals/cycles/_board.html" if is_part else "goals/cycles/board.html"
    return render(request, template, context, status=error.status)


def asked_in(given: QueryDict, request: PersonRequest, cycle: Cycle) -> Asked:
    """Return which level is asked for; what is left out is where the person's board begins."""
    axis = given.get("axis", ORG)
    page = given.get("page", "")
    if axis == WEIGHTS:
        return Asked(None, WEIGHTS, "", page)
    number = given.get("goal", "")
    if number:
        pk = int(number) if number.isdecimal() and len(number) <= NUMBER_LENGTH else 0
        goal = goal_seen(cycle, pk)
    else:
        first = cycle.goals.on().values_list("pk", flat=True).first()
        goal = goal_seen(cycle, first or 0)
    node = given.get("node", "") or cascade.start_node(cycle, request.scope)
    return Asked(goal, axis, node, page)


def drawn(request: PersonRequest, cycle: Cycle, asked: Asked) -> Board:
    by = Looker(request.person, request.scope, clock.today(request.tenant.time_zone))
    if asked.goal is None:
        return cascade.weights_board(cycle, by)
    return cascade.board(asked.goal, asked.axis, asked.node, by, page=asked.page or 1)


def _about(request: PersonRequest, cycle: Cycle) -> dict[str, object]:
    """Return what every page of a cycle's working copy shows."""
    return {
        "cycle": cycle,
        "may_set_whole": cycle.closed_at is None
        and SetsFor(request.person).covers_unit(cycle.root.path),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
    }


def _shown(
    request: PersonRequest,
    cycle: Cycle,
    asked: Asked,
    *,
    mine: Mapping[str, Typed] | None = None,
) -> dict[str, object]:
    """Return what the board shows; ``mine`` is what was typed and could not be saved."""
    shown = drawn(request, cycle, asked)
    profiles = WeightProfile.objects.filter(tenant=request.tenant, ended_at__isnull=True)
    return _about(request, cycle) | {
        "asked": asked,
        "board": shown,
        "goals": list(cycle.goals.on()),
        "rows": [(line, (mine or {}).get(line.key)) for line in shown.lines],
        "has_mine": mine is not None,
        "back": cascade.undoable(cycle) if shown.may_set else Undoable(),
        "profiles": profiles,
        "may_disagree": asked.goal is not None and asked.goal.pk in cascade.goals_with_mixes(cycle),
        "waiting": cycle.edit_number - cascade.published_edit(cycle),
        "currency": asked.goal.currency if asked.goal else "",
    }


@require_POST
@signed_in
def undo(request: PersonRequest, cycle_id: int, number: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    edit = edit_seen(cycle, number)
    said = _("Undone.") if edit.undoes_id is None else _("Done again.")
    tell(request, lambda: actions.undo(edit=edit, by=request.person), said)
    return redirect(_back(request, cycle))


@require_POST
@signed_in
def apply_profile(request: PersonRequest, cycle_id: int) -> HttpResponse:
    cycle = draft_seen(cycle_id, request.scope)
    number = request.POST.get("profile", "")
    pk = int(number) if number.isdecimal() and len(number) <= NUMBER_LENGTH else 0
    profile = profile_seen(pk, request.scope)
    tell(
        request,
        lambda: actions.apply_profile(cycle=cycle, profile=profile, by=request.person),
        _("“%(name)s” is applied.") % {"name": profile.name},
    )
    return redirect(_back(request, cycle))


def _back(request: PersonRequest, cycle: Cycle) -> str:
    """Return the level one came from; where its goal is gone, the board."""
    given = request.POST
    number = given.get("goal", "")
    is_named = number.isdecimal() and len(number) <= NUMBER_LENGTH
    standing = cycle.goals.on().filter(pk=int(number)) if is_named else cycle.goals.on()
    if given.get("axis") != WEIGHTS and not standing.exists():
        return reverse("goals:cycle", args=[cycle.pk])
    return asked_in(given, request, cycle).query(cycle)
