"""Rules as they are shown: in words, with whom they cover and what came of them so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant, Unit
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.version import RuleUnknown
from bihuan.rules.domain.version import State as VersionState
from bihuan.rules.domain.wording import rule_words
from bihuan.rules.engine import Roster
from bihuan.rules.models import SHOWN_WITH, Alert, RuleVersion
from bihuan.rules.queries.alerts import Outcome, TeamLine, outcomes_of, team_lines
from bihuan.rules.queries.catalogue import InForce, built_in, rules_on, versions_of
from bihuan.rules.queries.wording import names_of

LATELY = timedelta(weeks=13)
LATEST = 10
NONE = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule of the list; ``in_force`` is empty where there are only drafts so far."""

    key: str
    definition: RuleDefinition
    in_force: InForce | None
    sentence: str
    draft: RuleVersion | None
    live: int
    """How many of its alerts have not ended, of those one may see."""
    lately: int
    """How many opened in the last 13 weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule with its versions, whom it covers and its alerts."""

    key: str
    shown: InForce
    """The version that is in force today, or the only one there is."""
    is_in_force: bool
    sentence: str
    covered: int
    units: Sequence[Unit]
    metrics: Sequence[str]
    """The names of its key metrics."""
    versions: Sequence[RuleVersion]
    is_built_in: bool
    alerts: Sequence[Alert]
    alert_count: int
    teams: Sequence[TeamLine]
    outcomes: Sequence[Outcome]
    """How alerts ended, for each response, where it was made use of and where it was not."""


def rule_lines(tenant: Tenant, scope: Scope, *, on: date, language: str) -> list[RuleLine]:
    """Return every rule of a company, the built-in ones first, in a fixed number of statements."""
    there = {each.key: each for each in rules_on(tenant, on)}
    others = _others(tenant)
    counted = _counted(scope, on)
    names = names_of(tenant, language)
    found = []
    for key in [*there, *(key for key in others if key not in there)]:
        mine = others.get(key, [])
        drafts = [each for each in mine if each.state == VersionState.DRAFT.value]
        definition = there[key].definition if key in there else mine[-1].read
        found.append(
            RuleLine(
                key=key,
                definition=definition,
                in_force=there.get(key),
                sentence=rule_words(definition, language, names),
                draft=drafts[-1] if drafts else None,
                live=counted.get(key, NONE)[0],
                lately=counted.get(key, NONE)[1],
            )
        )
    return found


def _others(tenant: Tenant) -> dict[str, list[RuleVersion]]:
    """Return every version that was not withdrawn, by rule, oldest first."""
    found: dict[str, list[RuleVersion]] = {}
    kept = RuleVersion.objects.of(tenant.pk).exclude(state=VersionState.WITHDRAWN.value)
    for version in kept:
        found.setdefault(version.key, []).append(version)
    return found


def _counted(scope: Scope, on: date) -> dict[str, tuple[int, int]]:
    rows = (
        Alert.objects.visible_to(scope)
        .order_by()
        .values("key")
        .annotate(
            live=Count("pk", filter=Q(ended_on__isnull=True)),
            lately=Count("pk", filter=Q(opened_on__gte=on - LATELY)),
        )
    )
    return {row["key"]: (row["live"], row["lately"]) for row in rows}


def rule_view(tenant: Tenant, key: str, scope: Scope, *, on: date, language: str) -> RuleView:
    """Return a rule as somebody sees it today."""
    versions = versions_of(tenant, key)
    there = _in_force(tenant, key, on)
    shown = there or _only(key, versions)
    names = names_of(tenant, language)
    definition = shown.definition
    mine = Alert.objects.visible_to(scope).filter(key=key)
    return RuleView(
        key=key,
        shown=shown,
        is_in_force=there is not None,
        sentence=rule_words(definition, language, names),
        covered=len(Roster(tenant, {on: [definition]}).covered(definition, on)),
        units=list(Unit.objects.filter(tenant=tenant, code__in=definition.cover.units)),
        metrics=[names.metrics.get(each, each) for each in definition.metrics],
        versions=versions,
        is_built_in=key in built_in(),
        alerts=list(mine.select_related(*SHOWN_WITH)[:LATEST]),
        alert_count=mine.count(),
        teams=team_lines(scope, key=key),
        outcomes=outcomes_of(tenant, scope, key),
    )


def _in_force(tenant: Tenant, key: str, on: date) -> InForce | None:
    return next((each for each in rules_on(tenant, on) if each.key == key), None)


def rule_shown(tenant: Tenant, key: str, on: date) -> InForce:
    """Return a rule as it is in force on a day, else its latest version."""
    return _in_force(tenant, key, on) or _only(key, versions_of(tenant, key))


def _only(key: str, versions: Sequence[RuleVersion]) -> InForce:
    """Return what is shown of a rule that is not in force: its latest version."""
    kept = [each for each in versions if each.state != VersionState.WITHDRAWN.value] or versions
    if not kept:
        raise RuleUnknown(key=key[:60])
    return InForce(key, kept[0].number, kept[0].read, kept[0])
