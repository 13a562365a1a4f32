"""The lines of the matrix about jobs: an administrator's page, and who watches a job."""

from __future__ import annotations

from tests.matrix.walk import Row

ADMIN = frozenset({"admin"})
JOB = {"job_id": "job"}
API = "api/v1/jobs"

JOBS = (
    Row("org/jobs/", roles=ADMIN),
    Row("org/jobs/", query="?state=failed", roles=ADMIN),
    Row("org/jobs/export.xlsx", roles=ADMIN),
    Row("org/jobs/<int:job_id>/progress/", about=JOB),
    Row("org/jobs/<int:job_id>/retry/", "POST", about=JOB, roles=ADMIN, fine=(302,)),
    Row("org/jobs/<int:job_id>/discard/", "POST", about=JOB, roles=ADMIN, fine=(302,)),
    Row(API, roles=ADMIN),
    Row(API, query="?state=failed", roles=ADMIN),
    Row(f"{API}/schedules", roles=ADMIN),
    Row(f"{API}/{{job_id}}", about=JOB),
    Row(f"{API}/{{job_id}}/retry", "POST", about=JOB, roles=ADMIN, fine=(200, 409)),
    Row(f"{API}/{{job_id}}", "DELETE", about=JOB, roles=ADMIN, fine=(204, 409)),
)
