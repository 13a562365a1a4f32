"""Versions of rules, alerts, what happened to them, and the responses that were made."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bihuan.base.append_only import AppendOnlyModel
from bihuan.customers.access import customers_visible_to, entity_map
from bihuan.facts.models import Fact
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant
from bihuan.rules.domain.alert import LIVE as LIVE_STATES
from bihuan.rules.domain.alert import SAYS
from bihuan.rules.domain.alert import State as AlertState
from bihuan.rules.domain.definition import RuleDefinition, read_definition
from bihuan.rules.domain.version import State

STATE_LABELS = {
    State.DRAFT.value: _("Draft"),
    State.IN_FORCE.value: _("In force"),
    State.WITHDRAWN.value: _("Withdrawn"),
}
ALERT_LABELS = {state.value: _(says) for state, says in SAYS.items()}
LIVE = sorted(state.value for state in LIVE_STATES)
OF_NOTHING_HELD = Q(account__isnull=True, opportunity__isnull=True)
SHOWN_WITH = ("tenant", "person", "account", "opportunity", "owner", "unit")
"""What an alert is read with, to say about whom or what it is."""
ENDED = Q(state__in=[AlertState.RECOVERED.value, AlertState.CLOSED.value])


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def of(self, tenant_id: int) -> Self:
        """Return the versions of one company, oldest first of each rule."""
        return self.filter(tenant_id=tenant_id).order_by("key", "number")

    def in_force(self) -> Self:
        """Return the versions that are, were or will be in force."""
        return self.filter(state=State.IN_FORCE.value)

    def drafts(self) -> Self:
        return self.filter(state=State.DRAFT.value)


class RuleVersion(models.Model):
    """One wording of a rule: from which day it judges, and who wrote it."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    valid_from = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, default=State.DRAFT.value)
    edition = models.PositiveIntegerField(default=1)
    """Counts the changes of a draft, so that two people cannot overwrite each other unseen."""
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    decided_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["tenant_id", "key", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key", "number"], name="rules_one_version_per_number"
            ),
            models.CheckConstraint(
                name="rules_version_state_known",
                condition=Q(state__in=[state.value for state in State]),
            ),
            models.CheckConstraint(
                name="rules_version_in_force_from_a_day",
                condition=~Q(state=State.IN_FORCE.value)
                | Q(valid_from__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"

    @cached_property
    def read(self) -> RuleDefinition:
        """Return what it says, as a rule."""
        return read_definition(self.definition)


ALERT_SHARED = "rules.alert"


def _seen(scope: Scope) -> Q:
    """Return that the customer or the deal of an alert may be seen."""
    customers = customers_visible_to(scope, entity_map(Tenant.objects.get(pk=scope.tenant_id)))
    deals = Fact.objects.visible_to(scope).filter(opportunity=models.OuterRef("opportunity"))
    return Q(account__in=customers.order_by().values("pk")) | Q(models.Exists(deals))


def _held(scope: Scope) -> Q:
    """Return the condition of alerts that are somebody's own, or of units they lead."""
    if scope.whole_tenant:
        return Q()
    theirs = Q(person_id=scope.person_id) | Q(owner_id=scope.person_id)
    for path in scope.unit_paths:
        theirs |= Q(unit__path__startswith=path)
    return theirs & (OF_NOTHING_HELD | _seen(scope))


class AlertQuerySet(models.QuerySet["Alert"]):
    def of(self, tenant_id: int) -> Self:
        return self.filter(tenant_id=tenant_id)

    def visible_to(self, scope: Scope) -> Self:
        """Return alerts about oneself, about those one leads, and those one was asked about.

        Who serves a unit as HRBP, and does not lead it, sees only what was sent to them. One
        about a customer or a deal is seen by its owner and those who lead the unit, as
        far as they may see the customer or the deal itself. What others share is seen as
        far as these see it by what they hold.
        """
        ours = self.filter(tenant_id=scope.tenant_id)
        if scope.whole_tenant:
            return ours
        asked = ResponseMade.objects.filter(
            alert=models.OuterRef("pk"), person_id=scope.person_id
        ).exclude(became="")
        inside = _held(scope) | Q(models.Exists(asked))
        for each in scope.shared_of(ALERT_SHARED):
            inside |= Q(pk__in=each.ids) & _held(each.through)
        return ours.filter(inside)

    def live(self) -> Self:
        """Return what has not ended."""
        return self.filter(ended_on__isnull=True)

    def ended(self) -> Self:
        return self.filter(ended_on__isnull=False)


class Alert(models.Model):
    """A rule that fired for a person, a unit, a customer or a deal, with what was seen then."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    """The version of the rule that fired; it ends by this one, whatever comes later."""
    definition = models.JSONField()
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey("facts.Member", models.PROTECT, null=True, related_name="+")
    opportunity = models.ForeignKey("facts.Member", models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    """Who was responsible for the customer or deal when it opened; there may have been nobody."""
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    """The unit it is about, or the one the person or the owner sat in when it opened."""
    metric = models.CharField(max_length=60, blank=True)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=AlertState.OPEN.value)
    evidence = models.JSONField()
    """What was seen when it opened: figures, by which version of a metric, up to which fact."""
    well_count = models.PositiveSmallIntegerField(default=0)
    looked_on = models.DateField()
    """The last morning on which it was looked at."""
    suppressed_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    """Why it was closed."""

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key", "person", "metric"],
                condition=Q(ended_on__isnull=True, person__isnull=False),
                name="rules_one_open_alert_per_person",
            ),
            models.UniqueConstraint(
                fields=["tenant", "key", "unit", "metric"],
                condition=Q(ended_on__isnull=True, person__isnull=True) & OF_NOTHING_HELD,
                name="rules_one_open_alert_per_unit",
            ),
            models.UniqueConstraint(
                fields=["tenant", "key", "account", "metric"],
                condition=Q(ended_on__isnull=True, account__isnull=False),
                name="rules_one_open_alert_per_account",
            ),
            models.UniqueConstraint(
                fields=["tenant", "key", "opportunity", "metric"],
                condition=Q(ended_on__isnull=True, opportunity__isnull=False),
                name="rules_one_open_alert_per_deal",
            ),
            models.CheckConstraint(
                name="rules_alert_about_one_subject",
                condition=OF_NOTHING_HELD
                | Q(person__isnull=True, account__isnull=True)
                | Q(person__isnull=True, opportunity__isnull=True),
            ),
            models.UniqueConstraint(
                fields=[
                    *("tenant", "key", "person", "account", "opportunity", "unit", "metric"),
                    "opened_on",
                ],
                nulls_distinct=False,
                name="rules_opened_once_on_a_morning",
            ),
            models.CheckConstraint(
                name="rules_alert_state_known",
                condition=Q(state__in=[state.value for state in AlertState]),
            ),
            models.CheckConstraint(
                name="rules_alert_ended_when_it_has",
                condition=(ENDED & Q(ended_on__isnull=False, ended_at__isnull=False))
                | (~ENDED & Q(ended_on__isnull=True, ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="rules_alert_ends_after_it_opened",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("opened_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-opened_on", "-id"], name="rules_alerts_newest"),
            models.Index(
                fields=["tenant", "key"],
                name="rules_alerts_live",
                condition=Q(ended_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.subject_name} {self.opened_on}"

    @cached_property
    def rule(self) -> RuleDefinition:
        """Return the rule as it was when it fired."""
        return read_definition(self.definition)

    @property
    def is_live(self) -> bool:
        return self.ended_on is None

    @property
    def is_suppressed(self) -> bool:
        return self.suppressed_by_id is not None

    @property
    def about_metric(self) -> str:
        """Return the key of the metric it is about; nothing where a rule reads none."""
        return self.metric or self.rule.main_metric

    @property
    def subject(self) -> tuple[str, int]:
        """Return of what kind, and which, the one is that it is about."""
        if self.person_id is not None:
            return ("person", self.person_id)
        if self.account_id is not None:
            return ("account", self.account_id)
        if self.opportunity_id is not None:
            return ("opportunity", self.opportunity_id)
        return ("unit", self.unit_id)

    @property
    def subject_name(self) -> str:
        return str(self.person or self.account or self.opportunity or self.unit)

    @property
    def responsible_id(self) -> int | None:
        """Return whom what is asked goes to: the person it is about, or the owner."""
        return self.person_id if self.person_id is not None else self.owner_id


class AlertEvent(AppendOnlyModel):
    """One thing that happened to an alert, by whom, and what was said."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="events")
    what = models.CharField(max_length=20)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.what}"


class ResponseMade(AppendOnlyModel):
    """A response that was made to an alert: to whom, and what it became."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="responses")
    place = models.PositiveSmallIntegerField()
    """Which of the rule's responses it is, counted from 0."""
    kind = models.CharField(max_length=12)
    to = models.CharField(max_length=20)
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    became = models.CharField(max_length=100, blank=True)
    """The kind and id of what was made; nothing where there was nobody to address."""
    link = models.CharField(max_length=300, blank=True)
    seen = models.JSONField(default=dict)
    """What it brought with it, as it was when it was made."""
    effect = models.CharField(max_length=120, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["place", "id"]
        indexes = [models.Index(fields=["person"], name="rules_responses_to")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind} → {self.to}"
