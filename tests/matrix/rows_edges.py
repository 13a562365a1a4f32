"""The lines of the matrix for the edges of the API: webhooks, limits and what was used of them."""

from __future__ import annotations

from tests.matrix.walk import Row

ADMIN = frozenset({"admin"})
HOOK = {"webhook_id": "webhook"}
DELIVERY = {"webhook_id": "webhook", "delivery_id": "hook_delivery"}
DRAFT = {"name": "n", "url": "https://hooks.example.com/in", "kinds": ["task.done"], "is_on": True}
PERIOD = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
LIMITS = {"token_a_minute": 7, "person_a_minute": 8, "files_a_day": 9, "rows_a_day": 10}
API = "api/v1/webhooks"

EDGES = (
    Row("webhooks/", roles=ADMIN),
    Row("webhooks/new/", roles=ADMIN),
    Row("webhooks/new/", "POST", roles=ADMIN, body=DRAFT, fine=(201,)),
    Row("webhooks/<int:webhook_id>/", about=HOOK, roles=ADMIN),
    Row("webhooks/<int:webhook_id>/", about=HOOK, roles=ADMIN, query="?state=dead&kind=task.done"),
    Row("webhooks/<int:webhook_id>/export.xlsx", about=HOOK, roles=ADMIN),
    Row("webhooks/<int:webhook_id>/edit/", about=HOOK, roles=ADMIN),
    Row(
        "webhooks/<int:webhook_id>/edit/", "POST", about=HOOK, roles=ADMIN, body=DRAFT, fine=(302,)
    ),
    Row("webhooks/<int:webhook_id>/secret/", "POST", about=HOOK, roles=ADMIN),
    Row("webhooks/<int:webhook_id>/try/", "POST", about=HOOK, roles=ADMIN, fine=(302,)),
    Row("webhooks/<int:webhook_id>/remove/", "POST", about=HOOK, roles=ADMIN, fine=(302,)),
    Row(
        "webhooks/<int:webhook_id>/replay/",
        "POST",
        about=HOOK,
        roles=ADMIN,
        body={"since": "2026-01-01T00:00", "until": "2026-01-02T00:00"},
        fine=(302,),
    ),
    Row("webhooks/<int:webhook_id>/<int:delivery_id>/", about=DELIVERY, roles=ADMIN),
    Row(
        "webhooks/<int:webhook_id>/<int:delivery_id>/replay/",
        "POST",
        about=DELIVERY,
        roles=ADMIN,
        fine=(302,),
    ),
    Row("org/usage/", roles=ADMIN),
    Row("org/usage/", "POST", roles=ADMIN, body=LIMITS, fine=(302,)),
    Row("org/usage/export.xlsx", roles=ADMIN),
    Row("api/v1/org/usage", roles=ADMIN),
    Row("api/v1/org/usage", "PUT", roles=ADMIN, body=LIMITS),
    Row(API, roles=ADMIN),
    Row(f"{API}/kinds", roles=ADMIN),
    Row(API, "POST", roles=ADMIN, body=DRAFT, fine=(201,)),
    Row(f"{API}/{{webhook_id}}", about=HOOK, roles=ADMIN),
    Row(f"{API}/{{webhook_id}}", "PUT", about=HOOK, roles=ADMIN, body=DRAFT),
    Row(f"{API}/{{webhook_id}}", "DELETE", about=HOOK, roles=ADMIN, fine=(204,)),
    Row(f"{API}/{{webhook_id}}/secret", "POST", about=HOOK, roles=ADMIN),
    Row(f"{API}/{{webhook_id}}/try", "POST", about=HOOK, roles=ADMIN),
    Row(f"{API}/{{webhook_id}}/replay", "POST", about=HOOK, roles=ADMIN, body=PERIOD),
    Row(f"{API}/{{webhook_id}}/deliveries", about=HOOK, roles=ADMIN),
    Row(
        f"{API}/{{webhook_id}}/deliveries/{{delivery_id}}/replay",
        "POST",
        about=DELIVERY,
        roles=ADMIN,
    ),
)
