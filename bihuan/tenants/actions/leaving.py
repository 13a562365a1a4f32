"""A company goes: asked for, agreed to, after a time of notice; then nothing of it is left."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from bihuan.base import clock, journal
from bihuan.base.owned import owned_by, remove_rows
from bihuan.facts.models import Block, Ledger
from bihuan.kernel.errors import Conflict, Forbidden, Missing, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.domain.grant import token_digest
from bihuan.org.domain.role import Role
from bihuan.org.domain.text import fit
from bihuan.org.models import Assignment, Login, Person, Tenant
from bihuan.org.stores import all_stores
from bihuan.tenants.actions.mailing import can_mail, send
from bihuan.tenants.models import Certificate, Deletion


class DeletionAsked(Conflict):
    code = "tenants.deletion_asked"
    says = gettext_noop("That this company is deleted has been asked for already.")


class DeletionMissing(Missing):
    code = "tenants.deletion_missing"
    says = gettext_noop("Nobody has asked that this company is deleted.")


class SecondPersonNeeded(Forbidden):
    code = "tenants.second_person_needed"
    says = gettext_noop("Another administrator confirms this, or you do by the link in the mail.")


class NobodyToConfirm(Conflict):
    code = "tenants.nobody_to_confirm"
    says = gettext_noop(
        "There is no second administrator, and no mail can be sent to you. Make somebody else an "
        "administrator, or ask whoever runs this installation to begin the deletion."
    )


class DeletionNotDue(Conflict):
    code = "tenants.deletion_not_due"
    says = gettext_noop("This company goes on %(day)s and not before.")


def admins_of(tenant: Tenant) -> list[Person]:
    """Return who administers a company today, without programs and the system itself."""
    today = clock.today(tenant.time_zone)
    seats = Assignment.objects.filter(tenant=tenant, role=Role.ADMIN.value).on(today)
    people = Person.objects.filter(pk__in=seats.values("person"), is_robot=False)
    return list(people.active_on(today).select_related("login", "tenant").order_by("pk"))


@transaction.atomic
def ask_for_deletion(*, reason: str = "", by: Person) -> Deletion:
    """Ask that everything of one's company goes; it waits for a second person or the mail."""
    require_admin_of(by, by.tenant_id)
    Tenant.objects.select_for_update().get(pk=by.tenant_id)
    if Deletion.objects.filter(tenant=by.tenant, withdrawn_at=None).exists():
        raise DeletionAsked()
    has_second = any(each.pk != by.pk for each in admins_of(by.tenant))
    secret = secrets.token_urlsafe(32) if can_mail(by) else ""
    if not has_second and not secret:
        raise NobodyToConfirm()
    asked = Deletion.objects.create(
        tenant=by.tenant,
        asked_by=by,
        asked_at=clock.now(),
        reason=fit(reason, limit=200) if reason.strip() else "",
        digest=token_digest(secret) if secret else "",
        mailed_to=by if secret else None,
    )
    journal.record(by, "deletion.asked", asked)
    if secret:
        link = urljoin(settings.PUBLIC_URL, reverse("tenants:confirm_deletion", args=[secret]))
        transaction.on_commit(lambda: send("deletion", to=by, link=link))
    return asked


@transaction.atomic
def confirm_deletion(*, deletion: Deletion, secret: str = "", by: Person) -> Deletion:
    """Agree that a company goes after the time of notice: another administrator, or by mail."""
    require_admin_of(by, deletion.tenant_id)
    deletion = Deletion.objects.select_for_update().select_related("tenant").get(pk=deletion.pk)
    if deletion.withdrawn_at is not None:
        raise DeletionMissing()
    if deletion.confirmed_at is not None:
        return deletion
    is_mailed = bool(secret) and token_digest(secret) == deletion.digest
    if by.pk == deletion.asked_by_id and not by.is_robot and not is_mailed:
        raise SecondPersonNeeded()
    today = clock.today(deletion.tenant.time_zone)
    deletion.confirmed_by, deletion.confirmed_at = by, clock.now()
    deletion.goes_on = today + timedelta(days=settings.DELETION_NOTICE_DAYS)
    deletion.save()
    journal.record(by, "deletion.confirmed", deletion, on=str(deletion.goes_on))
    return deletion


@transaction.atomic
def withdraw_deletion(*, by: Person) -> Deletion:
    """Take back that a company goes, until the very day."""
    require_admin_of(by, by.tenant_id)
    held = Deletion.objects.select_for_update().filter(tenant=by.tenant, withdrawn_at=None)
    deletion = held.first()
    if deletion is None:
        raise DeletionMissing()
    deletion.withdrawn_by, deletion.withdrawn_at = by, clock.now()
    deletion.save()
    journal.record(by, "deletion.withdrawn", deletion)
    return deletion


def delete_due() -> list[Certificate]:
    """Let every company go whose day has come."""
    due = Deletion.objects.filter(withdrawn_at=None, goes_on__isnull=False).select_related("tenant")
    return [
        delete_company(deletion=each)
        for each in due
        if each.goes_on is not None and each.goes_on <= clock.today(each.tenant.time_zone)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Going:
    """What is to go beside rows: files that are nobody else's, and logins that open nothing."""

    files: tuple[Path, ...]
    logins: tuple[int, ...]


def delete_company(*, deletion: Deletion) -> Certificate:
    """Remove everything of a company whose day has come; what remains is a certificate.

    Rows go in one transaction, so that a fault leaves all of them; files go after it.
    """
    tenant = deletion.tenant
    with transaction.atomic():
        held = Deletion.objects.select_for_update().get(pk=deletion.pk)
        today = clock.today(tenant.time_zone)
        if held.withdrawn_at is not None or held.goes_on is None:
            raise DeletionMissing()
        if held.goes_on > today:
            raise DeletionNotDue(day=held.goes_on)
        going = _going(tenant)
        upto, digest = _end_of_ledger(tenant)
        asked_on = clock.business_day(held.asked_at, tenant.time_zone)
        rows = _remove_rows(tenant, going.logins)
        certificate = Certificate(
            code=tenant.code,
            asked_on=asked_on,
            deleted_at=clock.now(),
            rows={name: count for name, count in sorted(rows.items()) if count},
            file_count=len(going.files),
            ledger_upto=upto,
            ledger_digest=digest,
        )
        certificate.save()
    for path in going.files:
        path.unlink(missing_ok=True)
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
    cache.clear()
    return certificate


def _going(tenant: Tenant) -> _Going:
    files = [
        path
        for store in all_stores().values()
        for path in store.files(tenant)
        if not store.is_shared(path, tenant)
    ]
    own = set(Person.objects.filter(tenant=tenant).values_list("login", flat=True)) - {None}
    elsewhere = Person.objects.exclude(tenant=tenant).filter(login__in=own)
    left = own - set(elsewhere.values_list("login", flat=True))
    alone = Login.objects.filter(pk__in=left, is_staff=False, is_superuser=False)
    return _Going(files=tuple(files), logins=tuple(alone.values_list("pk", flat=True)))


def _end_of_ledger(tenant: Tenant) -> tuple[int, str]:
    head = Ledger.objects.filter(tenant=tenant).first()
    block = Block.objects.filter(tenant=tenant).order_by("-pk").first()
    return (head.last_seq if head else 0, block.digest if block else "")


def _remove_rows(tenant: Tenant, logins: tuple[int, ...]) -> dict[str, int]:
    """Remove rows of tables, jobs, logins that open nothing else, and at last the company."""
    counts = remove_rows(owned_by(Tenant), [tenant.pk])
    if logins:
        _sign_out(set(logins))
        of_logins = [each for each in owned_by(Login) if each.table not in counts]
        counts |= remove_rows(of_logins, list(logins))
        counts["org_login"], _ = Login.objects.filter(pk__in=logins).delete()
    _forget_jobs(tenant.pk)
    Tenant.objects.filter(pk=tenant.pk).delete()
    return counts | {"org_tenant": 1}


def _sign_out(logins: set[int]) -> None:
    """End every session of these logins."""
    wanted = {str(pk) for pk in logins}
    ended = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") in wanted
    ]
    Session.objects.filter(pk__in=ended).delete()


def _forget_jobs(tenant_id: int) -> None:
    """Remove what was asked for in the company's name, and what was noted of it."""
    asked = "SELECT id FROM procrastinate_jobs WHERE args->>'tenant' = %s"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM base_jobnote WHERE job_id IN ({asked})", [str(tenant_id)])
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE args->>'tenant' = %s", [str(tenant_id)]
        )


def begin_deletion(*, tenant: Tenant, by: Person) -> Deletion:
    """Begin the time of notice in the name of whoever runs the installation."""
    with transaction.atomic():
        asked = Deletion.objects.filter(tenant=tenant, withdrawn_at=None).first()
        if asked is None:
            asked = Deletion.objects.create(tenant=tenant, asked_by=by, asked_at=clock.now())
            journal.record(by, "deletion.asked", asked)
        return confirm_deletion(deletion=asked, by=by)


def day_of_going(tenant: Tenant) -> date | None:
    """Return the day on which a company goes, if that is agreed."""
    held = Deletion.objects.filter(tenant=tenant, withdrawn_at=None).first()
    return held.goes_on if held else None
