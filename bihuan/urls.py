"""The root of pages and of the API."""

from __future__ import annotations

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from bihuan.advice.api import router as advice_router
from bihuan.ai.api import router as ai_router
from bihuan.base.document import Api
from bihuan.base.refusals import refusal_behind, refusal_json
from bihuan.customers.api import contacts_router
from bihuan.customers.api import router as customers_router
from bihuan.facts.api import router as facts_router
from bihuan.goals.api import router as goals_router
from bihuan.inbox.api import router as inbox_router
from bihuan.integrations.api import router as imports_router
from bihuan.integrations.api import webhooks_router
from bihuan.integrations.urls import chat_patterns, webhook_patterns
from bihuan.kernel.errors import DomainError
from bihuan.lineage.api import router as lineage_router
from bihuan.metrics.api import cards_router, closings_router, versions_router
from bihuan.metrics.api import router as metrics_router
from bihuan.org.api import (
    SessionAuth,
    TokenAuth,
    backups_router,
    jobs_router,
    journal_router,
    lending_router,
    usage_router,
)
from bihuan.org.api import router as org_router
from bihuan.org.urls import oidc_patterns, saml_patterns
from bihuan.playbooks.api import router as playbooks_router
from bihuan.reports.api import router as reports_router
from bihuan.rules.api import alerts_router
from bihuan.rules.api import router as rules_router

api = Api(
    title="Bihuan",
    version="1",
    description="Everything a person can do, a program can do.",
    auth=[TokenAuth(), SessionAuth(csrf=True)],
    docs_url=None,
)
api.add_router("/org", org_router)
api.add_router("/org", lending_router)
api.add_router("/org", usage_router)
api.add_router("/jobs", jobs_router)
api.add_router("/journal", journal_router)
api.add_router("/ai", ai_router)
api.add_router("/backups", backups_router)
api.add_router("/facts", facts_router)
api.add_router("/inbox", inbox_router)
api.add_router("/playbooks", playbooks_router)
api.add_router("/customers", customers_router)
api.add_router("/contacts", contacts_router)
api.add_router("/metrics", cards_router)  # Before metrics: “cards” is no key of one.
api.add_router("/metrics", metrics_router)
api.add_router("/metrics", versions_router)
api.add_router("/closings", closings_router)
api.add_router("/goals", goals_router)
api.add_router("/advice", advice_router)
api.add_router("/imports", imports_router)
api.add_router("/lineage", lineage_router)
api.add_router("/reports", reports_router)
api.add_router("/rules/alerts", alerts_router)  # Before rules: “alerts” is no key of one.
api.add_router("/rules", rules_router)
api.add_router("/webhooks", webhooks_router)


@api.exception_handler(DomainError)
def on_refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    return refusal_json(error)


@api.exception_handler(DataError)
def on_data(request: HttpRequest, error: DataError) -> HttpResponse:
    """Refuse what no text can hold; any other fault in the data is ours."""
    refusal = refusal_behind(error)
    if refusal is None:
        raise error
    return refusal_json(refusal)


urlpatterns = [
    path("api/v1/", api.urls),
    path("health/", include("bihuan.base.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/oidc/<str:provider_id>/", include(oidc_patterns)),
    path("accounts/saml/<slug:organization_slug>/", include(saml_patterns)),
    path("accounts/social/", include("allauth.socialaccount.urls")),
    path("org/", include("bihuan.org.urls")),
    path("company/", include("bihuan.tenants.urls")),
    path("ai/", include("bihuan.ai.urls")),
    path("facts/", include("bihuan.facts.urls")),
    path("inbox/", include("bihuan.inbox.urls")),
    path("playbooks/", include("bihuan.playbooks.urls")),
    path("customers/", include("bihuan.customers.urls")),
    path("privacy/", include("bihuan.privacy.urls")),
    path("metrics/", include("bihuan.metrics.urls")),
    path("goals/", include("bihuan.goals.urls")),
    path("advice/", include("bihuan.advice.urls")),
    path("imports/", include("bihuan.integrations.urls")),
    path("chat/", include(chat_patterns)),
    path("webhooks/", include(webhook_patterns)),
    path("lineage/", include("bihuan.lineage.urls")),
    path("reports/", include("bihuan.reports.urls")),
    path("rules/", include("bihuan.rules.urls")),
    path("demo/", include("bihuan.demo.urls")),
    path("", include("bihuan.web.urls")),
]

handler400 = "bihuan.web.views.bad_request"
handler403 = "bihuan.web.views.forbidden"
handler404 = "bihuan.web.views.not_found"
handler500 = "bihuan.web.views.server_error"
