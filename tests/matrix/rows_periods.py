"""The lines of the matrix about what is pending and what is closed."""

from __future__ import annotations

from datetime import timedelta

from bihuan.base import clock
from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row

ADMIN = frozenset({"admin"})
ONLOOKERS = ADMIN | {"quality_officer"}
CLOSING = {"closing_id": "closing"}
GATED = {"key": "gated_amount"}
LONG_AGO = (clock.today("Asia/Shanghai") - timedelta(days=100)).isoformat()
API = "api/v1/closings"

PERIODS = (
    Row("metrics/pending/", names=Oracle.is_led_by),
    Row("metrics/pending/", query="?metric=gated_amount", names=Oracle.is_led_by),
    Row("metrics/pending/export.xlsx", query="?metric=gated_amount", names=Oracle.is_led_by),
    Row("api/v1/metrics/{key}/pending", fixed=GATED, names=Oracle.is_led_by),
    Row("metrics/closings/", roles=ONLOOKERS),
    Row("metrics/closings/", "POST", roles=ADMIN, body={"last": "2099-01-01"}, fine=(422,)),
    Row("metrics/closings/", "POST", roles=ADMIN, body={"last": LONG_AGO}, fine=(302,)),
    Row("metrics/closings/<int:closing_id>/", about=CLOSING, roles=ONLOOKERS),
    Row("metrics/closings/<int:closing_id>/", query="?prove=1", about=CLOSING, roles=ONLOOKERS),
    Row(
        "metrics/closings/<int:closing_id>/reopen/",
        "POST",
        about=CLOSING,
        roles=ADMIN,
        body={"reason": "a test"},
        fine=(302,),
    ),
    Row(API, roles=ONLOOKERS),
    Row(API, "POST", roles=ADMIN, body={"last_day": "2099-01-01"}, fine=(422,)),
    Row(API, "POST", roles=ADMIN, body={"last_day": LONG_AGO}, fine=(201,)),
    Row(f"{API}/{{closing_id}}/proof", about=CLOSING, roles=ONLOOKERS),
    Row(
        f"{API}/{{closing_id}}/reopen",
        "POST",
        about=CLOSING,
        roles=ADMIN,
        body={"reason": "a test"},
    ),
)
