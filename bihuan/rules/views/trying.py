"""The page on which a rule is tried over a span of the past, and its table to take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.base import clock
from bihuan.base.refusals import sentence
from bihuan.base.spreadsheet import XLSX, Value, workbook_of
from bihuan.kernel.errors import Invalid
from bihuan.org.access import PersonRequest, allowed_to
from bihuan.rules import queries
from bihuan.rules.access import TRIERS
from bihuan.rules.domain.response import KIND_SAYS, ResponseKind
from bihuan.rules.forms.trying import SpanForm
from bihuan.rules.models import STATE_LABELS
from bihuan.rules.queries import BackTest, Hit, InForce, Load

LATELY = timedelta(weeks=13)
MOST = 50
"""How many alerts the page lists; the file has all."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A back-test, and the same of what is in force, where that is another wording."""

    found: BackTest
    base: BackTest | None


@require_safe
@allowed_to(*TRIERS)
def back_test(request: PersonRequest, key: str) -> HttpResponse:
    today = clock.today(request.tenant.time_zone)
    shown = queries.rule_shown(request.tenant, key, today)
    form = _form(request, shown)
    tried, status = None, 200
    if form.is_bound:
        tried = _tried(request, key, form)
        status = 422 if form.errors else 200
    names = queries.names_of(request.tenant, get_language() or "").metrics
    context = {
        "form": form,
        "key": key,
        "rule": shown.definition,
        "tried": tried,
        "most": MOST,
        "asked": request.GET.urlencode(),
    }
    if tried is not None:
        context |= {
            "found": tried.found,
            "base": tried.base,
            "sentence": queries.sentence_of(
                request.tenant, tried.found.definition, get_language() or ""
            ),
            "weeks": _weeks(tried),
            "hits": [(hit, names.get(hit.metric, hit.metric)) for hit in tried.found.hits[:MOST]],
        }
    return render(request, "rules/backtest.html", context, status=status)


def _form(request: PersonRequest, shown: InForce) -> SpanForm:
    today = clock.today(request.tenant.time_zone)
    asked = request.GET.get("version", "")
    initial = {
        "first": today - LATELY,
        "last": today,
        "version": int(asked) if asked.isdecimal() else shown.number,
    }
    bound = request.GET if "first" in request.GET else None
    return SpanForm(bound, initial=initial, versions=_versions(request, shown.key))


def _versions(request: PersonRequest, key: str) -> list[tuple[int, object]]:
    mine: list[tuple[int, object]] = [
        (each.number, f"{each.number} · {STATE_LABELS[each.state]}")
        for each in queries.versions_of(request.tenant, key)
    ]
    return [*mine, (0, f"0 · {_('Built in')}")] if key in queries.built_in() else mine


def _tried(request: PersonRequest, key: str, form: SpanForm) -> Tried | None:
    """Return what the rule would have done, or put on the form why that cannot be said."""
    if not form.is_valid():
        return None
    asked = queries.version_of(request.tenant, key, form.cleaned_data["version"])
    today = clock.today(request.tenant.time_zone)
    base = queries.rule_shown(request.tenant, key, today)
    try:
        found = _run(request, asked, form)
        is_other = base.definition != asked.definition
        return Tried(found, _run(request, base, form) if is_other else None)
    except Invalid as error:
        form.add_error(None, sentence(error))
        return None


def _run(request: PersonRequest, rule: InForce, form: SpanForm) -> BackTest:
    return queries.back_test(
        request.tenant,
        rule.definition,
        start=form.start,
        end=form.end,
        as_known_then=form.cleaned_data["as_known_then"],
    )


def _weeks(tried: Tried) -> list[tuple[str, int, int | None]]:
    """Return how many alerts would have opened in each week, beside those of what is in force."""
    base = dict(tried.base.by_week) if tried.base is not None else {}
    return [(week, count, base.get(week)) for week, count in tried.found.by_week]


@require_safe
@allowed_to(*TRIERS)
def export(request: PersonRequest, key: str) -> HttpResponse:
    shown = queries.rule_shown(request.tenant, key, clock.today(request.tenant.time_zone))
    form = _form(request, shown)
    tried = _tried(request, key, form) if form.is_bound else None
    if tried is None:
        return back_test(request, key)
    answer = HttpResponse(workbook_of(_sheets(request, tried)), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="back-test.xlsx"'
    return answer


def _sheets(
    request: PersonRequest, tried: Tried
) -> list[tuple[str, Sequence[str], Sequence[Sequence[Value]]]]:
    names = queries.names_of(request.tenant, get_language() or "").metrics
    hits = [
        *(_("Whom or what it is about"), _("Responsible"), _("Team"), _("Metric"), _("Opened on")),
        *(_("Recovered on"), _("Days to recover")),
    ]
    weeks = [_("Week"), _("Alerts"), _("As in force")]
    loads = [_("Addressee"), _("What is asked"), _("In all"), _("In the worst week")]
    return [
        (
            _("Alerts"),
            hits,
            [_hit_row(each, names.get(each.metric, "")) for each in tried.found.hits],
        ),
        (pgettext("a sheet", "Weeks"), weeks, _weeks(tried)),
        (_("Load"), loads, [_load_row(each) for each in tried.found.loads]),
    ]


def _hit_row(hit: Hit, metric: str) -> list[Value]:
    owner = None if hit.owner is None else hit.owner.name
    return [hit.name, owner, hit.unit.name, metric, hit.fired_on, hit.recovered_on, hit.days]


def _load_row(load: Load) -> list[Value]:
    return [load.person.name, _(KIND_SAYS[ResponseKind(load.kind)]), load.total, load.most]
