"""The ledger and where its facts came from."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.base.append_only import AppendOnlyModel, AppendOnlyQuerySet
from bihuan.facts.domain.kind import MERGED, REASON_WORDS
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Unit


class Source(models.Model):
    """A feed that brings facts: a set of files, the forms of this product, a program."""

    class Kind(models.TextChoices):
        FILE = "file", _("Files")
        FORM = "form", _("Forms")
        API = "api", _("Program")

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FILE)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="facts_one_source_per_code")
        ]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """Facts that were brought together, by one import, and can be reverted together."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    label = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    reverts = models.OneToOneField("self", models.PROTECT, null=True, related_name="reverted_by")
    rows_gone_at = models.DateTimeField(null=True)
    """When the rows were let go of from which its facts were read."""

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.label


class SourceRow(models.Model):
    """The row of a file as it stood there, for whoever asks where a number came from."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    file = models.CharField(max_length=300)
    sheet = models.CharField(max_length=120, blank=True)
    line = models.PositiveIntegerField()
    content = models.JSONField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Return the cells by the name of their column, in the order of the file."""
        pairs = self.content.items() if isinstance(self.content, dict) else self.content
        return tuple((str(name), str(value)) for name, value in pairs)


class Member(models.Model):
    """One value of a dimension that facts refer to: an account, an opportunity, a product."""

    class Dimension(models.TextChoices):
        ACCOUNT = "account", _("Account")
        OPPORTUNITY = "opportunity", _("Opportunity")
        PRODUCT = "product", _("Product")
        STORE = "store", _("Store")

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    dimension = models.CharField(max_length=20, choices=Dimension)
    code = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    pinyin = models.CharField(max_length=400, blank=True, editable=False)
    initials = models.CharField(max_length=200, blank=True, editable=False)
    attributes = models.JSONField(default=dict)

    class Meta:
        ordering = ["pinyin", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "dimension", "code"], name="facts_one_member_per_code"
            )
        ]
        indexes = [
            models.Index(
                fields=["tenant", "dimension", "pinyin", "name", "id"], name="facts_members_by_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class MemberNameQuerySet(AppendOnlyQuerySet["MemberName"]):
    """Names, which are added and read."""


class MemberName(AppendOnlyModel):
    """A name that a member has or had, and since when; without an instant, from the first on."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    pinyin = models.CharField(max_length=400, blank=True)
    initials = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(null=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")

    objects = MemberNameQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class TenantKind(models.Model):
    """A kind of fact that a tenant added, with its declared attributes."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=60)
    needs = models.JSONField(default=list)
    attributes = models.JSONField(default=list)
    may_be_negative = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="facts_one_kind_per_code")
        ]

    def __str__(self) -> str:
        return self.code


class Ledger(models.Model):
    """The head of a tenant's ledger: the number of its last fact and of the last sealed one.

    Whoever appends locks this row, so numbers have no gaps and stand in commit
    order: a follower that has read up to a number has missed nothing below it.
    """

    tenant = models.OneToOneField("org.Tenant", models.PROTECT, primary_key=True, related_name="+")
    last_seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.tenant_id}: {self.last_seq}"


CUSTOMER_SHARED, OPPORTUNITY_SHARED = "customers.customer", "facts.opportunity"
SHARED_BY = {CUSTOMER_SHARED: "account", OPPORTUNITY_SHARED: "opportunity"}
"""What can be shared and opens facts, and the column by which they are known."""


def _inside(scope: Scope) -> models.Q:
    """Return the condition of what somebody sees by what they hold themselves."""
    if scope.whole_tenant:
        return models.Q()
    own = models.Q(person_id=scope.person_id)
    units = Unit.objects.ids_under(scope.tenant_id, scope.unit_paths)
    return own | models.Q(unit_id__in=units) if units else own


class FactQuerySet(AppendOnlyQuerySet["Fact"]):
    def visible_to(self, scope: Scope) -> Self:
        """Return the facts a person may open: own ones and those of the units they manage.

        And those of accounts and opportunities that others share, as far as these see them.
        """
        ours = self.filter(tenant_id=scope.tenant_id)
        if scope.whole_tenant:
            return ours
        inside = _inside(scope)
        for kind, column in SHARED_BY.items():
            for each in scope.shared_of(kind):
                about = models.Q(**{f"{column}_id__in": each.ids})
                inside |= about & _inside(each.through)
        return ours.filter(inside)

    def held_by(self, scope: Scope) -> Self:
        """Return own facts and those of units one leads: not what one only oversees."""
        return self.filter(_inside(replace(scope, whole_tenant=False)), tenant_id=scope.tenant_id)

    def live(self) -> Self:
        """Return the facts that count: neither reversals nor reversed."""
        # Saying that it is one lets the index of reversals alone be read.
        reversed_ = Fact.objects.filter(reverses_id=models.OuterRef("pk"), reverses__isnull=False)
        return self.filter(reverses__isnull=True).exclude(models.Exists(reversed_))


class Fact(AppendOnlyModel):
    """One thing that happened, appended and never changed; a mistake is reversed by another."""

    is_reversed = False
    """Whether another fact takes this one back, as far as a list has looked."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    business_on = models.DateField()
    occurred_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        "org.Person", models.PROTECT, related_name="+", db_index=False, null=True
    )

    person = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    account = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    opportunity = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    product = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    store = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    product_line = models.CharField(max_length=80, default="", blank=True)
    region = models.CharField(max_length=80, default="", blank=True)
    tier = models.CharField(max_length=80, default="", blank=True)

    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    quantity = models.DecimalField(max_digits=20, decimal_places=4, null=True)

    stage = models.CharField(max_length=80, default="", blank=True)
    channel = models.CharField(max_length=80, default="", blank=True)
    outcome = models.CharField(max_length=80, default="", blank=True)
    category = models.CharField(max_length=80, default="", blank=True)
    industry = models.CharField(max_length=80, default="", blank=True)
    contract = models.CharField(max_length=80, default="", blank=True)
    text_1 = models.CharField(max_length=200, default="", blank=True)
    text_2 = models.CharField(max_length=200, default="", blank=True)
    text_3 = models.CharField(max_length=200, default="", blank=True)
    text_4 = models.CharField(max_length=200, default="", blank=True)
    list_amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    minutes = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    number_1 = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    number_2 = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    number_3 = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    number_4 = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    opened_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    date_1 = models.DateField(null=True)
    date_2 = models.DateField(null=True)
    extra = models.JSONField(default=dict)

    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    source_ref = models.CharField(max_length=200)
    part = models.CharField(max_length=40, default="", blank=True)
    revision = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+", db_index=False)
    source_row = models.ForeignKey(
        SourceRow, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["tenant_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "seq"], name="facts_one_fact_per_seq"),
            models.UniqueConstraint(
                fields=["tenant", "source", "source_ref", "part", "revision"],
                condition=models.Q(reverses__isnull=True),
                name="facts_one_fact_per_source_row",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=models.Q(reverses__isnull=False),
                name="facts_reversed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "business_on", "seq"], name="facts_by_day"),
            models.Index(fields=["tenant", "person", "business_on"], name="facts_by_person"),
            models.Index(fields=["tenant", "unit", "business_on"], name="facts_by_unit"),
            models.Index(
                fields=["account", "business_on"],
                name="facts_by_account_and_day",
                condition=models.Q(account__isnull=False),
            ),
            models.Index(
                fields=["opportunity"],
                name="facts_by_opportunity",
                condition=models.Q(opportunity__isnull=False),
            ),
            models.Index(
                fields=["product"],
                name="facts_by_product",
                condition=models.Q(product__isnull=False),
            ),
            models.Index(
                fields=["source_row"],
                name="facts_by_source_row",
                condition=models.Q(source_row__isnull=False),
            ),
            models.Index(
                fields=["tenant", "seq"],
                name="facts_merges",
                condition=models.Q(kind=MERGED),
            ),
            models.Index(
                fields=["tenant", "seq"],
                name="facts_reason_words",
                condition=models.Q(kind__in=REASON_WORDS),
            ),
            models.Index(
                fields=["batch"], name="facts_by_batch", condition=models.Q(batch__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.seq}"


class BlockQuerySet(AppendOnlyQuerySet["Block"]):
    """Blocks, which are added and read."""


class Block(AppendOnlyModel):
    """A sealed run of facts: the root over their hashes, chained to the block before."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    first_seq = models.PositiveBigIntegerField()
    last_seq = models.PositiveBigIntegerField()
    form = models.PositiveSmallIntegerField(default=1)
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["tenant_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="facts_one_block_per_number"),
            models.CheckConstraint(
                name="facts_block_holds_a_fact",
                condition=models.Q(last_seq__gte=models.F("first_seq")),
            ),
        ]

    def __str__(self) -> str:
        return f"block {self.number}"
