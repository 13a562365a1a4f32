"""The lines of the matrix: every route and method of the product."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.base import clock
from tests.matrix.oracle import Oracle
from tests.matrix.rows_advice import ADVICE
from tests.matrix.rows_ai import AI
from tests.matrix.rows_alerts import ALERTS
from tests.matrix.rows_catalogue import CATALOGUE
from tests.matrix.rows_contacts import CONTACTS
from tests.matrix.rows_customers import CUSTOMERS
from tests.matrix.rows_cycles import CYCLES
from tests.matrix.rows_deliveries import DELIVERIES
from tests.matrix.rows_dilution import DILUTION
from tests.matrix.rows_edges import EDGES
from tests.matrix.rows_inbox import INBOX
from tests.matrix.rows_jobs import JOBS
from tests.matrix.rows_journal import JOURNAL
from tests.matrix.rows_lineage import LINEAGE
from tests.matrix.rows_market import MARKET
from tests.matrix.rows_operations import OPERATIONS
from tests.matrix.rows_periods import PERIODS
from tests.matrix.rows_playbooks import PLAYBOOKS
from tests.matrix.rows_polish import POLISH
from tests.matrix.rows_privacy import PRIVACY
from tests.matrix.rows_reasons import REASONS
from tests.matrix.rows_reports import REPORTS
from tests.matrix.rows_rules import RULES
from tests.matrix.rows_signin import SIGNIN
from tests.matrix.rows_tasks import TASKS, is_in_an_inbox
from tests.matrix.rows_tenants import TENANTS
from tests.matrix.rows_visibility import VISIBILITY
from tests.matrix.walk import Judge, Row
from tests.matrix.world import World

FILE = SimpleUploadedFile("deals.csv", b"a,b\n1,2\n", "text/csv")

FACT_ROWS = ("rep", "mate", "deep", "neighbour", "mover before", "their rep", "absent")
"""Facts that lie in every way to everybody."""
SOME_PEOPLE = ("rep", "deep", "neighbour", "head", "mover", "stranger", "absent")
SOME_UNITS = ("team", "cell", "sibling", "east", "faraway", "their team", "absent")
ADMIN = frozenset({"admin"})
NEAR = ("rep", "neighbour", "their rep", "absent")
"""Enough people for a deed that only an administrator does."""
DAY = "2026-07-01"
THIS_MONTH = {"month": f"{clock.today('Asia/Shanghai'):%Y-%m}"}

ORG_PAGES = (
    Row("org/"),
    Row("org/", query="?on=2020-01-01"),
    Row("org/units/<int:unit_id>/", about={"unit_id": "unit"}, tried=SOME_UNITS),
    Row("org/people/"),
    Row("org/people/", query="?q=zq&standing=all"),
    Row("org/people/", query="?role=manager"),
    Row("org/people/export.xlsx", query="?standing=all"),
    Row("org/people/<int:person_id>/", about={"person_id": "person"}, tried=SOME_PEOPLE),
    Row("org/tokens/"),
    Row("org/tokens/", "POST", body={"name": "new", "scopes": "*"}),
    Row(
        "org/tokens/<int:token_id>/revoke/",
        "POST",
        about={"token_id": "token"},
        tried=("rep", "mate", "admin", "stranger", "absent"),
        fine=(302,),
    ),
    *(
        Row("org/tenant/", "POST", body={"tenant": f"{{tenant:{code}}}"}, fine=(302,))
        for code in ("acme", "other")
    ),
)
"""Pages for everyone."""

ORG_DEEDS = tuple(
    Row(route, method, about=about, tried=NEAR, roles=ADMIN, body=body, fine=fine)
    for route, about, body in (
        ("org/units/add/", {}, {"code": "n", "name": "n", "kind": "team", "parent": "{unit:team}"}),
        (
            "org/people/add/",
            {},
            {"code": "n", "name": "n", "unit": "{unit:team}", "role": "rep", "valid_from": DAY},
        ),
        ("org/people/<int:person_id>/change/", {"person_id": "person"}, {"name": "new"}),
        (
            "org/people/<int:person_id>/seats/",
            {"person_id": "person"},
            {"unit": "{unit:faraway}", "role": "hrbp", "valid_from": DAY},
        ),
        (
            "org/people/<int:person_id>/move/",
            {"person_id": "person"},
            {"to": "{unit:north}", "on": DAY, "role": ""},
        ),
        ("org/people/<int:person_id>/leave/", {"person_id": "person"}, {"on": DAY}),
        ("org/people/<int:person_id>/login/", {"person_id": "person"}, {}),
        (
            "org/settings/",
            {},
            {
                "name": "n",
                "currency": "CNY",
                "fiscal_start_month": 4,
                "day_count": "plain",
                "time_zone": "Asia/Shanghai",
            },
        ),
    )
    for method, fine in (("GET", (200,)), ("POST", (200, 302)))
)

ORG_OTHER_DEEDS = (
    *(
        Row(
            "org/units/<int:unit_id>/change/",
            method,
            about={"unit_id": "unit"},
            tried=("team", "sibling", "their team", "absent"),
            roles=ADMIN,
            body={"name": "new", "kind": "team", "parent": "{unit:east}"},
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302,)))
    ),
    *(
        Row(
            "org/seats/<int:seat_id>/end/",
            method,
            about={"seat_id": "seat"},
            tried=("rep in team", "neighbour in sibling", "their rep in their team", "absent"),
            roles=ADMIN,
            body={"on": DAY},
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302,)))
    ),
    Row(
        "org/people/<int:person_id>/tokens/",
        about={"person_id": "person"},
        tried=NEAR,
        roles=ADMIN,
    ),
    Row(
        "org/people/<int:person_id>/tokens/",
        "POST",
        about={"person_id": "person"},
        tried=("integration", "absent"),
        roles=ADMIN,
        body={"name": "new", "scopes": "*:read"},
    ),
    Row(
        "org/people/<int:person_id>/tokens/",
        "POST",
        about={"person_id": "person"},
        tried=("rep", "quality officer"),
        roles=frozenset(),
        body={"name": "in the name of a colleague", "scopes": "*"},
    ),
)

API = "api/v1/org"
ORG_API = (
    Row(f"{API}/me"),
    Row(f"{API}/tenant"),
    Row(f"{API}/tenant", "PUT", roles=ADMIN, body={"fiscal_start_month": 4}),
    Row(f"{API}/units"),
    Row(f"{API}/units", query="?on=2020-01-01"),
    Row(f"{API}/units", "POST", roles=ADMIN, body={"code": "n", "name": "n"}, fine=(201,)),
    Row(
        f"{API}/units",
        "POST",
        roles=ADMIN,
        body={"code": "n", "name": "n", "parent": "{unit:team}"},
        fine=(201,),
    ),
    Row(
        f"{API}/units/{{unit_id}}",
        about={"unit_id": "unit"},
        tried=("team", "sibling", "their team", "absent"),
    ),
    Row(
        f"{API}/units/{{unit_id}}",
        "PUT",
        about={"unit_id": "unit"},
        roles=ADMIN,
        body={"name": "new", "parent": "{unit:east}"},
        tried=("team", "sibling", "their team", "absent"),
    ),
    Row(f"{API}/people"),
    Row(f"{API}/people", query="?q=zq&standing=all"),
    Row(f"{API}/people", query="?role=manager"),
    Row(f"{API}/people", "POST", roles=ADMIN, body={"code": "n", "name": "n"}, fine=(201,)),
    Row(f"{API}/people/{{person_id}}", about={"person_id": "person"}, tried=SOME_PEOPLE),
    *(
        Row(
            f"{API}/people/{{person_id}}{what}",
            method,
            about={"person_id": "person"},
            tried=NEAR,
            roles=ADMIN,
            body=body,
            fine=fine,
        )
        for method, what, body, fine in (
            ("PUT", "", {"name": "new"}, (200,)),
            ("POST", "/move", {"to": "{unit:north}", "on": DAY}, (200,)),
            ("POST", "/leave", {"on": DAY}, (200,)),
            ("POST", "/login", {"username": "new.name"}, (201,)),
        )
    ),
    Row(
        f"{API}/assignments",
        "POST",
        roles=ADMIN,
        body={"person": "{person:rep}", "unit": "{unit:north}", "role": "hrbp"},
        fine=(201,),
    ),
    Row(
        f"{API}/assignments/{{seat_id}}/end",
        "POST",
        about={"seat_id": "seat"},
        tried=("rep in team", "neighbour in sibling", "their rep in their team", "absent"),
        roles=ADMIN,
        body={"on": DAY},
    ),
    Row(f"{API}/tokens"),
    Row(f"{API}/tokens", "POST", body={"name": "own"}, fine=(201,)),
    Row(
        f"{API}/tokens",
        "POST",
        roles=ADMIN | {"integration"},
        body={"name": "for the program", "person": "{person:integration}"},
        fine=(201,),
    ),
    Row(
        f"{API}/tokens/{{token_id}}",
        "DELETE",
        about={"token_id": "token"},
        tried=("rep", "mate", "admin", "stranger", "absent"),
        fine=(204,),
    ),
)


def is_named_at_home(oracle: Oracle, person: int, other: int) -> bool:
    """Home names who sent one a card, and who has to do with one's tasks."""
    return oracle.sent_a_card(person, other) or is_in_an_inbox(oracle, person, other)


SHELL = (
    Row("", names=is_named_at_home),
    Row("search/"),
    Row("search/", query="?q=zq"),
    Row("preferences/"),
    Row("look/", "POST", body={"theme": "dark", "language": "en"}, fine=(302,), is_open=True),
    Row("api/v1/", is_open=True, fine=(404,)),
    Row("api/v1/openapi.json", is_open=True),
    Row("demo/enter/<str:ticket>/", about={"ticket": "ticket"}, is_open=True, fine=(302, 404)),
)

ACCOUNTS = tuple(
    Row(f"accounts/{path}", method, about=about, is_open=True, fine=fine)
    for path, about, methods in (
        ("login/", {}, {"GET": (200, 302), "POST": (200, 302)}),
        ("logout/", {}, {"GET": (200, 302), "POST": (302,)}),
        ("signup/", {}, {"GET": (200, 302), "POST": (200, 302)}),
        ("inactive/", {}, {"GET": (200,)}),
        ("reauthenticate/", {}, {"GET": (200, 302), "POST": (200, 302)}),
        ("reauthenticate/code/", {}, {"GET": (200, 302, 404), "POST": (200, 302, 404)}),
        ("reauthenticate/code/confirm/", {}, {"GET": (200, 302, 404), "POST": (200, 302, 404)}),
        ("email/", {}, {"GET": (200, 302), "POST": (200, 302)}),
        ("confirm-email/", {}, {"GET": (200, 302)}),
        ("confirm-email/<key>/", {"key": "ticket"}, {"GET": (200,), "POST": (302, 404)}),
        ("password/change/", {}, {"GET": (200, 302), "POST": (200, 302)}),
        ("password/set/", {}, {"GET": (200, 302), "POST": (200, 302)}),
        ("password/reset/", {}, {"GET": (200,), "POST": (200, 302)}),
        ("password/reset/done/", {}, {"GET": (200,)}),
        (
            "password/reset/key/<uidb36>-<key>/",
            {"uidb36": "ticket", "key": "ticket"},
            {"GET": (200,), "POST": (200, 302)},
        ),
        ("password/reset/key/done/", {}, {"GET": (200,)}),
        ("login/code/confirm/", {}, {"GET": (200, 302), "POST": (200, 302)}),
    )
    for method, fine in methods.items()
)
FACTORS = tuple(
    Row(f"accounts/{path}", about=about, is_open=True, fine=(200, 302, 401, 404, 405))
    for path, about in (
        ("2fa/", {}),
        ("2fa/authenticate/", {}),
        ("2fa/reauthenticate/", {}),
        ("2fa/recovery-codes/", {}),
        ("2fa/recovery-codes/download/", {}),
        ("2fa/recovery-codes/generate/", {}),
        ("2fa/totp/activate/", {}),
        ("2fa/totp/deactivate/", {}),
        ("2fa/webauthn/", {}),
        ("2fa/webauthn/add/", {}),
        ("2fa/webauthn/keys/<pk>/edit/", {"pk": "ticket"}),
        ("2fa/webauthn/keys/<pk>/remove/", {"pk": "ticket"}),
        ("2fa/webauthn/login/", {}),
        ("2fa/webauthn/reauthenticate/", {}),
        ("oidc/<provider_id>/login/", {"provider_id": "ticket"}),
        ("oidc/<provider_id>/login/callback/", {"provider_id": "ticket"}),
        ("saml/<slug:organization_slug>/login/", {"organization_slug": "ticket"}),
        ("saml/<slug:organization_slug>/acs/", {"organization_slug": "ticket"}),
        ("saml/<slug:organization_slug>/acs/finish/", {"organization_slug": "ticket"}),
        ("saml/<slug:organization_slug>/metadata/", {"organization_slug": "ticket"}),
        ("social/", {}),
        ("social/login/cancelled/", {}),
        ("social/login/error/", {}),
        ("social/signup/", {}),
    )
)
"""The library's doors of second steps and of providers, each about oneself alone."""
"""The doors in front of everything: they know no company, so they may say nothing of one."""

DIMENSIONS = (
    ("person",),
    ("unit", "manager", "region"),
    ("account", "product", "store", "kind"),
    ("product_line", "tier", "channel", "category", "industry"),
)
SIGNED = {"key": "signed_amount"}
METRICS = (
    Row("metrics/", names=Oracle.sent_a_card),
    Row("metrics/", query="?q=zq", names=Oracle.sent_a_card),
    Row("metrics/<slug:key>/", fixed=SIGNED, names=Oracle.worked_on_a_version),
    *(
        Row(
            f"metrics/explore/{what}",
            query=f"?metric=signed_amount&by={dimension}",
            names=Oracle.is_led_by if dimension == "manager" else None,
        )
        for what, dimension in (
            ("", "account"),
            ("figures.xlsx", "manager"),
        )
    ),
    Row("api/v1/metrics"),
    Row("api/v1/metrics/{key}", fixed=SIGNED),
    Row("api/v1/metrics/{key}", fixed={"key": "no_such_metric"}, fine=(404,)),
    *(
        Row(
            "api/v1/metrics/{key}/query",
            fixed=SIGNED,
            query="?" + "&".join(f"by={dimension}" for dimension in together),
            names=Oracle.is_led_by if "manager" in together else None,
        )
        for together in DIMENSIONS
    ),
    Row(
        "api/v1/metrics/{key}/query",
        fixed=SIGNED,
        query="?by=person&by=unit&grain=month&from=2026-01-01&to=2027-01-01",
    ),
)

NEW_KIND = {
    "code": "sample.sent",
    "label_zh": "n",
    "label_en": "n",
    "attributes-TOTAL_FORMS": "0",
    "attributes-INITIAL_FORMS": "0",
}
REVERSERS = frozenset({"admin", "quality_officer", "manager"})
FACTS = (
    Row("facts/"),
    Row("facts/", query="?q=zq"),
    Row("facts/export.xlsx"),
    Row("facts/export.xlsx", query="?q=zq"),
    Row("facts/kinds/"),
    Row("facts/<int:seq>/", about={"seq": "seq"}, tried=FACT_ROWS),
    Row("facts/rows/<int:row_id>/", about={"row_id": "source_row"}, tried=FACT_ROWS),
    Row("facts/members/<int:member_id>/", about={"member_id": "member"}, tried=FACT_ROWS),
    *(
        Row(
            "facts/<int:seq>/reverse/",
            method,
            about={"seq": "seq"},
            tried=("rep", "neighbour", "absent"),
            roles=REVERSERS,
            body={"reason": "a test"},
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302,)))
    ),
    Row("api/v1/facts"),
    Row("api/v1/facts", query="?q=zq&limit=500"),
    Row("api/v1/facts/kinds"),
    Row(
        "api/v1/facts/kinds",
        "POST",
        roles=ADMIN,
        body={"code": "sample.sent", "label_zh": "n", "label_en": "n"},
        fine=(201,),
    ),
    Row("api/v1/facts/verify", roles=ADMIN),
    Row("api/v1/facts/source-rows/{row_id}", about={"row_id": "source_row"}, tried=FACT_ROWS),
    Row("api/v1/facts/{seq}", about={"seq": "seq"}, tried=FACT_ROWS),
    Row(
        "api/v1/facts/{seq}/reverse",
        "POST",
        about={"seq": "seq"},
        tried=("rep", "neighbour", "their rep", "absent"),
        roles=REVERSERS,
        body={"reason": "a test"},
        fine=(201,),
    ),
    Row(
        "api/v1/facts",
        "POST",
        roles=ADMIN | {"integration"},
        body={"kind": "lead.created", "source_ref": "new", "business_on": "2026-11-01"},
        fine=(201,),
    ),
    Row("facts/ledger/", roles=ADMIN),
    Row("facts/ledger/", "POST", roles=ADMIN),
    Row("facts/kinds/add/", roles=ADMIN),
    Row("facts/kinds/add/", "POST", roles=ADMIN, body=NEW_KIND, fine=(200, 302)),
)

ONLOOKERS = ADMIN | {"quality_officer"}
IMPORT = {"import_id": "import"}
IMPORTS = (
    Row("imports/", roles=ONLOOKERS),
    Row("imports/new/", roles=ADMIN),
    Row("imports/new/", "POST", roles=ADMIN, fine=(200, 422)),
    Row("imports/<int:import_id>/", about=IMPORT, roles=ONLOOKERS),
    Row("imports/<int:import_id>/progress/", about=IMPORT, roles=ONLOOKERS),
    Row("imports/<int:import_id>/mapping/", about=IMPORT, roles=ADMIN, fine=(302,)),
    Row("imports/<int:import_id>/mapping/", "POST", about=IMPORT, roles=ADMIN, fine=(302, 409)),
    Row("imports/<int:import_id>/run/", "POST", about=IMPORT, roles=ADMIN, fine=(409,)),
    Row("imports/<int:import_id>/revert/", "POST", about=IMPORT, roles=ADMIN, fine=(302, 409)),
    Row("imports/<int:import_id>/drop/", "POST", about=IMPORT, roles=ADMIN, fine=(302,)),
    Row("api/v1/imports"),
    Row("api/v1/imports/{import_id}", about=IMPORT),
    Row("api/v1/imports/{import_id}/revert", "POST", about=IMPORT, roles=ADMIN, fine=(200, 409)),
    Row(
        "api/v1/imports",
        "POST",
        roles=ADMIN | {"integration"},
        body={"files": FILE, "mapping": "not a mapping"},
        is_form=True,
        fine=(422,),
    ),
)

UNIT = {"unit_id": "team"}
PERSON = {"person_id": "person"}
QUOTA = {"quota_id": "quota"}
ASKED = "?metric=signed_amount"


QUOTAS = ("mate", "neighbour", "unit team", "their rep", "absent")
NEW_QUOTA = {"metric": "signed_amount", "start": "2027-01-01", "amount": "5"}


def manages(who: str) -> Judge:
    """Return the judge of who manages somebody today, and may set them a target."""

    def judge(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
        return oracle.manages(person, world.people[who].pk)

    return judge


def sets_quota(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    return oracle.sets_quota(person, objects["quota_id"])


def is_in_a_cell(oracle: Oracle, person: int, other: int) -> bool:
    """A cell names who set its target, and who said something of its reasons."""
    return oracle.has_target_set_by(person, other) or oracle.has_said_a_word(person, other)


CELLS = tuple(
    Row(
        route,
        query=f"{ASKED}&period={{month}}&{noun}={{{noun}_id}}",
        fixed=THIS_MONTH,
        about=about,
        tried=tried,
        fine=fine,
        names=is_in_a_cell,
    )
    for route, fine in (
        ("goals/heatmap/cell/", (200,)),
        ("goals/heatmap/cell/facts/", (200, 404)),
        ("api/v1/goals/heatmap/cell", (200,)),
    )
    for noun, about, tried in (
        ("person", PERSON, ("neighbour", "absent")),
        ("unit", UNIT, ("team", "sibling", "absent")),
    )
)
"""A cell opened; who sees figures only is answered that the facts behind are not there."""

GOALS = (
    Row("goals/heatmap/", query=ASKED, fine=(200, 302)),
    Row("goals/heatmap/overview/", query=ASKED, fine=(200, 404)),
    *(
        Row(route, query=ASKED, about=UNIT, tried=tried)
        for route, tried in (
            ("goals/heatmap/units/<int:unit_id>/", ("team", "sibling", "their team", "absent")),
            ("goals/heatmap/units/<int:unit_id>/export.xlsx", ("team",)),
            ("goals/heatmap/overview/<int:unit_id>/", ("team", "absent")),
            ("api/v1/goals/heatmap/units/{unit_id}", ("team", "absent")),
        )
    ),
    *(
        Row(route, query="?grain=month", about=PERSON, tried=tried)
        for route, tried in (
            ("goals/heatmap/people/<int:person_id>/", ("mate", "absent")),
            ("goals/heatmap/people/<int:person_id>/export.xlsx", ("mate",)),
            ("api/v1/goals/heatmap/people/{person_id}", ("mate", "absent")),
        )
    ),
    *CELLS,
    Row("api/v1/goals/attainment", query=ASKED),
    Row("api/v1/goals/attainment", query=f"{ASKED}&by=unit"),
    Row("goals/targets/", names=Oracle.has_target_set_by),
    Row("goals/targets/", query="?when=all&q=zq", names=Oracle.has_target_set_by),
    Row("api/v1/goals/quotas", names=Oracle.has_target_set_by),
    Row("api/v1/goals/quotas", query="?text=zq", names=Oracle.has_target_set_by),
    Row("goals/targets/<int:quota_id>/", about=QUOTA, tried=QUOTAS, names=Oracle.has_target_set_by),
    Row(
        "api/v1/goals/quotas/{quota_id}", about=QUOTA, tried=QUOTAS, names=Oracle.has_target_set_by
    ),
    *(
        Row(
            route,
            method,
            about=QUOTA,
            tried=QUOTAS,
            may=sets_quota,
            body=body,
            fine=fine,
            names=Oracle.has_target_set_by,
        )
        for route, method, body, fine in (
            ("goals/targets/<int:quota_id>/change/", "GET", {}, (200,)),
            ("goals/targets/<int:quota_id>/change/", "POST", {"amount": "5"}, (302,)),
            ("goals/targets/<int:quota_id>/end/", "POST", {}, (302,)),
            ("api/v1/goals/quotas/{quota_id}", "PUT", {"amount": "5"}, (200,)),
            ("api/v1/goals/quotas/{quota_id}/end", "POST", {}, (200,)),
        )
    ),
    Row("goals/targets/add/", roles=ADMIN | {"manager"}),
    *(
        Row(
            "goals/targets/add/",
            "POST",
            roles=ADMIN | {"manager"},
            body=NEW_QUOTA | {"person": f"{{person:{who}}}", "last_day": "2027-01-31"},
            fine=(302, 422),
        )
        for who in ("mate", "neighbour", "their rep")
    ),
    *(
        Row(
            "api/v1/goals/quotas",
            "POST",
            denied=(403, 404),
            also=manages(who),
            body=NEW_QUOTA | {"person": f"{{person:{who}}}", "end": "2027-02-01"},
            fine=(201,),
        )
        for who in ("mate", "neighbour", "their rep")
    ),
)

ORG = (*ORG_PAGES, *ORG_DEEDS, *ORG_OTHER_DEEDS, *ORG_API)
ROWS = (
    *RULES,
    *ADVICE,
    *MARKET,
    *SHELL,
    *ACCOUNTS,
    *FACTORS,
    *ORG,
    *JOBS,
    *METRICS,
    *PERIODS,
    *CATALOGUE,
    *FACTS,
    *CUSTOMERS,
    *CONTACTS,
    *GOALS,
    *CYCLES,
    *DILUTION,
    *IMPORTS,
    *JOURNAL,
    *LINEAGE,
    *OPERATIONS,
    *INBOX,
    *AI,
    *DELIVERIES,
    *ALERTS,
    *PLAYBOOKS,
    *PRIVACY,
    *POLISH,
    *REASONS,
    *REPORTS,
    *TASKS,
    *TENANTS,
    *VISIBILITY,
    *SIGNIN,
    *EDGES,
)
