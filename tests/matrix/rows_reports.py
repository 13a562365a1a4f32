"""The lines of the matrix about goal health reports."""

from __future__ import annotations

from bihuan.base import clock
from tests.matrix.walk import Row

WHOLE = frozenset({"admin", "quality_officer"})
LEADERS = WHOLE | {"manager"}
REPORT = {"report_id": "report"}
MONTH = f"{clock.today('Asia/Shanghai'):%Y-%m}"
API = "api/v1/reports/goal-health"

REPORTS = (
    Row("reports/", roles=LEADERS),
    Row("reports/", "POST", roles=WHOLE, body={"month": MONTH}, fine=(302,)),
    *(
        Row(route, about=REPORT, roles=LEADERS)
        for route in (
            "reports/<int:report_id>/",
            "reports/<int:report_id>/print/",
            "reports/<int:report_id>/report.pdf",
            "reports/<int:report_id>/report.xlsx",
            f"{API}/{{report_id}}",
            f"{API}/{{report_id}}/proof",
            f"{API}/{{report_id}}/report.pdf",
            f"{API}/{{report_id}}/report.xlsx",
        )
    ),
    Row("reports/<int:report_id>/", query="?prove=1", about=REPORT, roles=LEADERS),
    Row(API, roles=LEADERS),
    Row(API, "POST", roles=WHOLE, body={"month": MONTH}, fine=(201,)),
)
