"""What the shell of every page shows: where one can go, who one is, how it looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from bihuan.base.clock import now, today
from bihuan.base.request_id import request_id
from bihuan.inbox.queries import bell
from bihuan.org.domain.role import Role
from bihuan.org.models import ROLE_LABELS, Person, Tenant
from bihuan.org.queries import people_of_login
from bihuan.org.seeing import standing_in
from bihuan.org.standing import stood_today
from bihuan.web.look import language_of, theme_of

EVERYONE = frozenset(Role) - {Role.INTEGRATION}
SEES_ROWS = EVERYONE - {Role.HRBP}
CARRIES = frozenset({Role.REP, Role.CLERK, Role.MANAGER})
"""Roles whose holders have targets of their own."""
LEADS = EVERYONE - {Role.REP, Role.CLERK}
KEEPS_ORDER = frozenset({Role.ADMIN})
SEES_REPORTS = frozenset({Role.MANAGER, Role.QUALITY_OFFICER, Role.ADMIN})
READS_RULES = frozenset({Role.MANAGER, Role.HRBP, Role.QUALITY_OFFICER, Role.ADMIN})
SEES_DEEDS = frozenset({Role.ADMIN, Role.QUALITY_OFFICER})


@dataclass(frozen=True, slots=True)
class Place:
    """A page that can be gone to: its route, its icon, its name and who is shown it."""

    route: str
    icon: str
    label: Promise
    roles: frozenset[Role] = EVERYONE
    is_tab: bool = False
    """Whether it stands in the bar at the bottom of a phone."""
    no_tab_for: frozenset[Role] = frozenset()
    """Roles for which another place stands in the bar instead."""

    def is_tab_for(self, roles: frozenset[Role]) -> bool:
        return self.is_tab and not self.no_tab_for & roles


@dataclass(frozen=True, slots=True)
class Link:
    """A place as one person is shown it on one page."""

    url: str
    icon: str
    label: Promise
    is_here: bool
    is_tab: bool


@dataclass(frozen=True, slots=True)
class Group:
    label: Promise
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """Where one can go from a page, written: all around it is the same for everyone there."""

    here: str
    roles: frozenset[Role]

    @property
    def side(self) -> SafeString:
        return self._written("web/_menu.html")

    @property
    def bar(self) -> SafeString:
        return self._written("web/_tabbar.html")

    def _written(self, template: str) -> SafeString:
        language = get_language() or settings.LANGUAGE_CODE
        return _menu(template, self.here, self.roles, settings.ROOT_URLCONF, language)


PLACES = (
    (
        _("Workbench"),
        (
            Place("home", "home", _("Home"), is_tab=True),
            Place("advice:cockpit", "timeline", _("Morning cockpit"), LEADS),
            Place("inbox:list", "bell", _("Inbox")),
            Place("rules:alerts", "alert-triangle", _("Alerts")),
            Place("goals:team", "grid-dots", _("Attainment"), is_tab=True),
            Place("goals:mine", "user", _("My targets"), CARRIES, is_tab=True),
            Place("goals:quotas", "target", _("Targets"), is_tab=True, no_tab_for=CARRIES),
            Place("goals:cycles", "scale", _("Target cycles"), LEADS),
            Place("goals:dilution", "filter", _("Target dilution")),
            Place("reports:list", "report-analytics", _("Goal health"), SEES_REPORTS),
            Place("goals:market_events", "chart-dots", _("Market events"), LEADS),
            Place("playbooks:list", "package", _("Playbooks")),
        ),
    ),
    (
        _("Data"),
        (
            Place("metrics:list", "math-function", _("Metrics")),
            Place("goals:diagnoses", "list-details", _("Reasons")),
            Place("rules:list", "adjustments-horizontal", _("Rules"), READS_RULES),
            Place("customers:list", "building", _("Customers"), SEES_ROWS),
            Place("metrics:pending", "clock", _("Pending"), SEES_ROWS),
            Place("metrics:closings", "lock", _("Closed periods"), SEES_DEEDS),
            Place("facts:list", "database", _("Facts"), SEES_ROWS),
            Place("lineage:home", "hierarchy", _("Lineage")),
            Place("integrations:list", "file-import", _("Imports"), KEEPS_ORDER),
        ),
    ),
    (
        _("Organisation"),
        (
            Place("org:tree", "sitemap", _("Units")),
            Place("org:people", "users", _("People")),
            Place("org:delegations", "arrows-exchange", _("Delegation and sharing")),
            Place("org:tokens", "key", _("API tokens")),
            Place("org:settings", "settings", _("Settings"), KEEPS_ORDER),
            Place("org:signing_in", "lock", _("Sign-in of the company"), KEEPS_ORDER),
            Place("tenants:plan", "package", _("Plan and usage"), KEEPS_ORDER),
            Place("org:usage", "download", _("Usage and limits"), KEEPS_ORDER),
            Place("org:jobs", "repeat", _("Background jobs"), KEEPS_ORDER),
            Place("ai:standing", "language", _("Language services"), KEEPS_ORDER),
            Place("inbox:deliveries", "send", _("Deliveries"), KEEPS_ORDER),
            Place("webhooks:list", "arrow-forward-up", _("Webhooks"), KEEPS_ORDER),
            Place("privacy:petitions", "shield-check", _("Privacy")),
            Place("org:backups", "database", _("Backups"), KEEPS_ORDER),
            Place("org:journal", "history", _("Audit trail"), SEES_DEEDS),
        ),
    ),
)


def shell(request: HttpRequest) -> dict[str, object]:
    """Add to every template what ``web/page.html`` needs."""
    person: Person | None = getattr(request, "person", None)
    known: dict[str, object] = {
        "language": language_of(request),
        "theme": theme_of(request),
        "request_id": request_id(),
        "can_sign_up": settings.SIGN_UP != "closed",
    }
    if person is None:
        return known
    roles: frozenset[Role] = getattr(request, "roles", frozenset())
    return known | {
        "person": person,
        "tenant": person.tenant,
        "stood": stood_today(person),
        "roles": roles,
        "role_labels": [ROLE_LABELS[role.value] for role in Role if role in roles],
        "menu": Menu(_nearest(request.path), roles),
        "reads_journal": bool(roles & SEES_DEEDS),
        "stands_in": SimpleLazyObject(lambda: standing_in(person)),
        "tenants": SimpleLazyObject(lambda: tenants_open_to(person)),
        "bell": SimpleLazyObject(lambda: bell(person, now())),
    }


def tenants_open_to(person: Person) -> list[Tenant]:
    """Return the companies that a person's login works for and has not left, by name."""
    if person.companies is not None:
        return person.companies
    if person.login_id is None:
        return [person.tenant]
    held = people_of_login(person.login_id)
    return [each.tenant for each in held if not _has_left(each)]


def _has_left(person: Person) -> bool:
    return person.ended_on is not None and person.ended_on <= today(person.tenant.time_zone)


@lru_cache(maxsize=1024)
def _menu(
    template: str, here: str, roles: frozenset[Role], table: str, language: str
) -> SafeString:
    """Return a template of the menu, written once for all it depends on and not for every page."""
    groups = navigation(here, roles, table)
    with override(language):
        return render_to_string(template, {"nav": groups})


def navigation(here: str, roles: frozenset[Role], table: str) -> list[Group]:
    """Return where a person with these roles can go, with the place they are at marked."""
    groups = []
    for label, places in PLACES:
        links = tuple(
            Link(url, place.icon, place.label, url == here, place.is_tab_for(roles))
            for place, url in _reachable(places, table)
            if place.roles & roles or not roles
        )
        if links:
            groups.append(Group(label, links))
    return groups


def _reachable(places: tuple[Place, ...], table: str) -> Iterator[tuple[Place, str]]:
    for place in places:
        url = _address(place.route, table)
        if url is not None:
            yield place, url


@cache
def _address(route: str, table: str) -> str | None:
    """Return where a place is by a table of routes, looked up once and not for every page."""
    try:
        return reverse(route, urlconf=table)
    except NoReverseMatch:  # A page that this build does not have yet.
        return None


def _nearest(path: str) -> str:
    """Return the address of the place that a page belongs to: the longest that it begins with."""
    addresses = _addresses(settings.ROOT_URLCONF)
    fitting = [url for url in addresses if path == url or (url != "/" and path.startswith(url))]
    return max(fitting, key=len, default="")


@cache
def _addresses(table: str) -> tuple[str, ...]:
    return tuple(url for _, places in PLACES for _, url in _reachable(places, table))
