"""An administrator looks after the jobs of their own company, and nobody else does."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base.jobs import later
from bihuan.base.jobs.progress import Running
from bihuan.base.jobs.schedule import Every, Schedule
from bihuan.base.models import JobNote, JournalEntry
from bihuan.org import actions
from bihuan.org.access import NotYourRole, UnitMissing
from bihuan.org.commands import jobs as jobs_command
from bihuan.org.jobs import forget_sessions
from bihuan.org.models import OpenSession, Person
from bihuan.org.templatetags.org_jobs import when_it_falls
from tests.make import make_admin, make_login, make_person, make_tenant

pytestmark = pytest.mark.django_db
NAME = "org.forget_sessions"


@pytest.fixture
def admin(client: Client) -> Person:
    """Sign an administrator in."""
    admin = make_admin()
    client.force_login(make_login(admin))
    return admin


def make_job(person: Person, *, about: str = "", state: str = "failed") -> ProcrastinateJob:
    number = later(NAME, tenant=person.tenant_id, by=person.pk, on=about)
    assert number is not None
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [state, number])
    found: ProcrastinateJob = ProcrastinateJob.objects.get(pk=number)
    return found


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_what_failed_and_why_in_the_reader_s_language(
    client: Client, admin: Person
) -> None:
    job = make_job(admin, about="2026-11-01")
    Running(job_id=job.pk).note(fault=UnitMissing(unit="华东"))
    page = shown(client, "/org/jobs/")
    assert "没有这个部门：华东。" in page
    assert "2026-11-01" in page
    assert f"/org/jobs/{job.pk}/retry/" in page


def test_nothing_of_another_company_or_of_the_house_is_shown(client: Client, admin: Person) -> None:
    other = make_admin("chen", tenant=make_tenant("other"))
    hidden = make_job(other, about="theirs")
    later(NAME, on="of-the-house")
    make_job(admin, about="ours", state="succeeded")
    page = shown(client, "/org/jobs/")
    assert "ours" in page
    assert "theirs" not in page
    assert "of-the-house" not in page
    assert client.post(f"/org/jobs/{hidden.pk}/retry/").status_code == 404


def test_schedules_are_shown_in_words_with_their_next_time(client: Client, admin: Person) -> None:
    page = shown(client, "/org/jobs/")
    assert "清理过期的登录会话" in page
    assert "每天 03:20" in page
    assert "全系统" in page
    assert "没有后台进程的心跳" in page


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Schedule(every=Every.DAY, hour=3, minute=5), "每天 03:05"),
        (Schedule(every=Every.WEEK, weekday=3, hour=14), "每星期三 14:00"),
        (Schedule(every=Every.MONTH, day=1, hour=8), "每月 1 日 08:00"),
    ],
)
def test_a_schedule_is_said_in_words(schedule: Schedule, words: str) -> None:
    assert when_it_falls(schedule) == words


def test_a_page_costs_the_same_for_many_jobs(client: Client, admin: Person) -> None:
    counts = []
    for _ in range(2):
        for number in range(10):
            make_job(admin, about=str(number))
        with CaptureQueriesContext(connection) as asked:
            shown(client, "/org/jobs/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_export_holds_what_the_page_shows(client: Client, admin: Person) -> None:
    make_job(admin, about="ours")
    make_job(admin, about="done", state="succeeded")
    sheet = load_workbook(BytesIO(client.get("/org/jobs/export.xlsx?state=failed").content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[2] for row in rows[1:]] == ["ours"]


@pytest.mark.parametrize("deed", ["retry", "discard"])
def test_a_deed_is_done_once_journalled_and_refused_the_second_time(
    client: Client, admin: Person, deed: str
) -> None:
    job = make_job(admin)
    assert client.post(f"/org/jobs/{job.pk}/{deed}/", follow=True).status_code == 200
    state = ProcrastinateJob.objects.filter(pk=job.pk).values_list("status", flat=True).first()
    assert state == {"retry": "todo", "discard": None}[deed]
    verbs = JournalEntry.objects.filter(verb__startswith="job.").values_list("verb", "actor")
    assert list(verbs) == [({"retry": "job.retried", "discard": "job.discarded"}[deed], admin.pk)]
    again = client.post(f"/org/jobs/{job.pk}/{deed}/", follow=True)
    assert again.status_code == {"retry": 200, "discard": 404}[deed]
    assert JournalEntry.objects.filter(verb__startswith="job.").count() == 1


def test_whoever_asked_for_a_job_sees_how_far_it_is_and_a_colleague_does_not(
    client: Client,
) -> None:
    lin, wang = make_person("lin"), make_person("wang")
    job = make_job(lin, state="doing")
    Running(job_id=job.pk).note(done=3, of=10, words="华东")
    client.force_login(make_login(lin))
    part = shown(client, f"/org/jobs/{job.pk}/progress/")
    assert "3 / 10" in part
    assert "华东" in part
    assert "hx-trigger" in part
    client.force_login(make_login(wang))
    assert client.get(f"/org/jobs/{job.pk}/progress/").status_code == 404


def test_the_part_stops_asking_when_the_job_is_over(client: Client, admin: Person) -> None:
    job = make_job(admin, state="succeeded")
    answer = client.get(f"/org/jobs/{job.pk}/progress/")
    assert answer["HX-Refresh"] == "true"
    assert "hx-trigger" not in answer.content.decode()


@pytest.mark.parametrize("who", ["lin", "stranger"])
def test_only_an_administrator_of_the_company_may_mend_its_jobs(who: str, admin: Person) -> None:
    by = make_person("lin") if who == "lin" else make_admin("x", tenant=make_tenant("other"))
    job = make_job(admin)
    for deed in (actions.retry_job, actions.discard_job):
        with pytest.raises(NotYourRole):
            deed(job=job, by=by)
    assert ProcrastinateJob.objects.get(pk=job.pk).status == "failed"
    assert not JournalEntry.objects.filter(verb__startswith="job.").exists()


def test_programs_see_and_mend_jobs(client: Client, admin: Person) -> None:
    job = make_job(admin, about="2026-11-01")
    Running(job_id=job.pk).note(fault=LookupError("no goal"))
    [listed] = client.get("/api/v1/jobs?state=failed").json()
    assert (listed["id"], listed["ids"]["on"], listed["fault"]) == (
        job.pk,
        "2026-11-01",
        {"code": "LookupError", "message": "no goal"},
    )
    names = [line["job"] for line in client.get("/api/v1/jobs/schedules").json()]
    assert {"org.forget_finished_jobs", NAME} <= set(names)
    _token, secret = actions.make_token(person=admin, name="ops", by=admin)
    bearer = {"Authorization": f"Bearer {secret}"}
    mended = Client().post(f"/api/v1/jobs/{job.pk}/retry", headers=bearer)
    assert (mended.status_code, mended.json()["state"]) == (200, "todo")
    refused = Client().delete(f"/api/v1/jobs/{job.pk}", headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (409, "base.job_not_failed")


def test_operators_mend_jobs_of_companies_and_of_the_house(admin: Person) -> None:
    job = make_job(admin)
    number = later(NAME, on="2026-11-01")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [number])
    answer = CliRunner().invoke(jobs_command, ["retry", str(job.pk), str(number)])
    assert answer.exit_code == 0, answer.output
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"todo"}
    assert JournalEntry.objects.filter(verb="job.retried").count() == 1, "the house has no journal"
    listed = CliRunner().invoke(jobs_command, ["list", "--tenant", "acme"])
    assert str(job.pk) in listed.output
    assert f"{number} " not in listed.output


def test_expired_sessions_are_forgotten(admin: Person) -> None:
    before = OpenSession.objects.count()
    OpenSession.objects.create(session_key="old", expire_date=datetime(2026, 1, 1, tzinfo=UTC))
    forget_sessions(on="2026-11-01")
    assert not OpenSession.objects.filter(session_key="old").exists()
    assert OpenSession.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_run_due_starts_what_is_due_runs_it_and_ends() -> None:
    for instant in ("2026-11-01T03:30+08:00", "2026-11-02T03:15+08:00"):
        answer = CliRunner().invoke(jobs_command, ["run-due", "--now", instant])
        assert answer.exit_code == 0, answer.output
    jobs = ProcrastinateJob.objects.order_by("task_name")
    assert [(job.task_name, job.status, job.args) for job in jobs] == [
        ("org.forget_finished_jobs", "succeeded", {"on": "2026-11-02"}),
        ("tenants.delete_due", "succeeded", {"on": "2026-11-02"}),
        ("tenants.remind", "succeeded", {"on": "2026-11-01"}),
    ]
    assert not JobNote.objects.exists()


@pytest.mark.parametrize("instant", ["tomorrow", "2026-11-01T08:00"])
def test_an_instant_without_its_offset_is_not_understood(instant: str) -> None:
    answer = CliRunner().invoke(jobs_command, ["run-due", "--now", instant])
    assert answer.exit_code == 2
