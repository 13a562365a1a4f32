"""Tenants, units, people and who sat where, from when to when."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.org.domain.factor import NeededFor
from bihuan.org.domain.opening import Openings
from bihuan.org.domain.role import Role
from bihuan.org.models.openings import Delegation, DelegationQuerySet, Share, ShareQuerySet
from bihuan.org.models.paths import PathField
from bihuan.org.models.plans import Plan, Subscription
from bihuan.org.models.usage import Meter, Usage

__all__ = [
    "FACTOR_LABELS",
    "ROLE_LABELS",
    "ApiToken",
    "Assignment",
    "AssignmentQuerySet",
    "Delegation",
    "DelegationQuerySet",
    "Login",
    "Meter",
    "OpenSession",
    "Person",
    "PersonQuerySet",
    "Plan",
    "Share",
    "ShareQuerySet",
    "SignInProvider",
    "Subscription",
    "Tenant",
    "Unit",
    "UnitQuerySet",
    "Usage",
]

ROLE_LABELS = {
    Role.REP.value: _("Sales rep"),
    Role.MANAGER.value: _("Manager"),
    Role.CLERK.value: _("Store clerk"),
    Role.HRBP.value: _("HR business partner"),
    Role.QUALITY_OFFICER.value: _("Quality officer"),
    Role.ADMIN.value: _("Administrator"),
    Role.INTEGRATION.value: _("Integration"),
}

FACTOR_LABELS = {
    NeededFor.NOBODY.value: _("Nobody has to, everybody may"),
    NeededFor.KEEPERS.value: _("Administrators and quality officers"),
    NeededFor.EVERYONE.value: _("Everybody"),
}


class Tenant(models.Model):
    """A company: its own people, facts and figures, apart from every other company."""

    class DayCount(models.TextChoices):
        CHINA = "china", _("Chinese working days")
        WEEKDAYS = "weekdays", _("Monday to Friday")
        PLAIN = "plain", _("Every day")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    fiscal_start_month = models.PositiveSmallIntegerField(_("fiscal year starts in"), default=1)
    day_count = models.CharField(
        _("days that count"), max_length=10, choices=DayCount, default=DayCount.CHINA
    )
    second_factor_for = models.CharField(
        _("who needs a second step to sign in"),
        max_length=10,
        choices=FACTOR_LABELS,
        default=NeededFor.NOBODY.value,
    )
    second_factor_from = models.DateField(_("needed from"), null=True, blank=True)
    allowance = models.JSONField(default=dict, blank=True, editable=False)
    is_demo = models.BooleanField(default=False)
    org_version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="org_fiscal_year_starts_in_a_month",
                condition=models.Q(fiscal_start_month__gte=1, fiscal_start_month__lte=12),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Login(AbstractUser):
    """What somebody signs in with; it opens one person in each tenant they work for."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    password_is_given = models.BooleanField(default=False)
    """Whether somebody else chose the password, so that it is to be changed first of all."""


class OpenSession(AbstractBaseSession):
    """A session, and whose it is: on which device, from where, and when it was last used."""

    login = models.ForeignKey(Login, models.CASCADE, null=True, related_name="+")
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=120, blank=True)

    @property
    def mark(self) -> str:
        """Return what names the session where its key must not be shown."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:24]


class SignInProvider(models.Model):
    """Where a company's people sign in instead of here; what is secret of it is sealed."""

    class Kind(models.TextChoices):
        OIDC = "oidc", "OpenID Connect"
        SAML = "saml", "SAML"

    class MatchBy(models.TextChoices):
        MAIL = "mail", _("Verified e-mail address of the login")
        CODE = "code", _("Staff number")

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind, default=Kind.OIDC)
    name = models.CharField(_("name"), max_length=40)
    issuer = models.CharField(_("issuer"), max_length=300)
    client_id = models.CharField(_("client id"), max_length=200, blank=True)
    secret = models.TextField(blank=True)
    match_by = models.CharField(_("known by"), max_length=4, choices=MatchBy, default=MatchBy.MAIL)
    code_claim = models.CharField(max_length=200, blank=True, default="preferred_username")
    sso_url = models.CharField(_("address for sign-in"), max_length=500, blank=True)
    certificates = models.TextField(_("certificates"), blank=True)
    metadata_url = models.CharField(_("address of the metadata"), max_length=500, blank=True)
    may_create = models.BooleanField(_("opens logins for people who have none"), default=False)
    is_on = models.BooleanField(_("in use"), default=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_saml(self) -> bool:
        return self.kind == self.Kind.SAML


class UnitQuerySet(models.QuerySet["Unit"]):
    def ids_under(self, tenant_id: int, paths: Collection[str]) -> list[int]:
        """Return the units that lie in those of these paths, asked for at once.

        A large table is filtered by ids that stand in the statement: joined to the tree
        instead, the planner cannot tell a team from a region, and walks millions of rows.
        """
        if not paths:
            return []
        inside = Q()
        for path in paths:
            inside |= Q(path__startswith=path)
        return list(
            self.filter(inside, tenant_id=tenant_id).order_by("pk").values_list("pk", flat=True)
        )


class Unit(models.Model):
    """A node of the organisation: company, region, branch, team or store."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        DIVISION = "division", _("Division")
        REGION = "region", pgettext_lazy("kind of unit", "Region")
        BRANCH = "branch", _("Branch")
        TEAM = "team", _("Team")
        STORE = "store", _("Store")

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEAM)
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    initials = models.CharField(max_length=80, blank=True, editable=False)
    path = PathField(max_length=200, editable=False, db_index=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="org_one_unit_per_code"),
            models.UniqueConstraint(fields=["path"], name="org_one_unit_per_path"),
        ]
        indexes = [
            models.Index(
                fields=["path"], name="org_unit_path_prefix", opclasses=["varchar_pattern_ops"]
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """Return how many units stand above this one."""
        return self.path.count("/") - 2


class PersonQuerySet(models.QuerySet["Person"]):
    def active_on(self, day: date) -> Self:
        return self.filter(models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=day))


class Person(models.Model):
    """Someone who sells, manages or administers in one tenant."""

    openings: Openings | None = None
    """What a request or a deed found others to have opened to them; no column."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    login = models.ForeignKey(Login, models.PROTECT, null=True, blank=True, related_name="people")
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    initials = models.CharField(max_length=80, blank=True, editable=False)
    is_robot = models.BooleanField(default=False, editable=False)
    ended_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["pinyin", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="org_one_person_per_code"),
            models.UniqueConstraint(fields=["tenant", "login"], name="org_one_person_per_login"),
        ]

    def __str__(self) -> str:
        return self.name


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def on(self, day: date) -> Self:
        """Return the assignments in force on a day."""
        return self.filter(
            models.Q(valid_from__lte=day),
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=day),
        )

    def at_home(self) -> Self:
        """Return the seats in which a person's own facts are earned."""
        return self.filter(is_home=True)


class Assignment(models.Model):
    """Who sat where in which role, from ``valid_from`` until the day before ``valid_to``."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    role = models.CharField(_("role"), max_length=20, choices=ROLE_LABELS)
    is_home = models.BooleanField(default=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                name="org_assignment_ends_after_it_begins",
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
            )
        ]
        indexes = [models.Index(fields=["unit", "role"], name="org_assignment_unit_role")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.unit_id} {self.valid_from}"


class ApiToken(models.Model):
    """A personal key to the API; only its hash is kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    hint = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    scopes = models.JSONField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
