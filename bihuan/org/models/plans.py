"""Which plans there are, and which one a company has."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.org.domain.plan import Limits
from bihuan.org.domain.standing import Term


class Plan(models.Model):
    """What a company may have of everything; a limit left out is none."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    people = models.PositiveIntegerField(null=True)
    facts_a_month = models.PositiveBigIntegerField(null=True)
    stored_bytes = models.PositiveBigIntegerField(null=True)
    tokens_a_day = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def name(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") else self.name_en

    @property
    def limits(self) -> Limits:
        return Limits(
            people=self.people,
            facts_a_month=self.facts_a_month,
            stored_bytes=self.stored_bytes,
            tokens_a_day=self.tokens_a_day,
        )


class Subscription(models.Model):
    """Which plan a company has, from ``valid_from`` until the day before ``valid_to``."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    is_trial = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                name="org_subscription_ends_after_it_begins",
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="org_trial_ends",
                condition=models.Q(is_trial=False) | models.Q(valid_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.plan_id} {self.valid_from}"

    @property
    def term(self) -> Term:
        return Term(valid_from=self.valid_from, valid_to=self.valid_to, is_trial=self.is_trial)
