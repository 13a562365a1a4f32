"""Whose personal data is kept, under which key, and the sealed fields themselves."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.privacy.domain.field import Field, Kind

KIND_LABELS = {
    Kind.PERSON.value: pgettext_lazy("whose data", "Colleague"),
    Kind.CONTACT.value: pgettext_lazy("whose data", "Contact at a customer"),
}
FIELD_LABELS = {
    Field.NAME.value: pgettext_lazy("of a contact", "Name"),
    Field.TITLE.value: pgettext_lazy("of a contact", "Position"),
    Field.MOBILE.value: _("Mobile"),
    Field.PHONE.value: _("Phone"),
    Field.MAIL.value: _("Mail address"),
    Field.WECHAT.value: _("WeChat"),
    Field.ADDRESS.value: _("Home address"),
    Field.BIRTHDAY.value: _("Birthday"),
    Field.ID_NUMBER.value: _("Identity number"),
    Field.EMERGENCY_NAME.value: _("Emergency contact"),
    Field.EMERGENCY_PHONE.value: _("Phone of the emergency contact"),
    Field.NOTES.value: pgettext_lazy("of a contact", "Notes"),
}


class Subject(models.Model):
    """Somebody whose personal data is kept: what stays when all of it is erased is a number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=list(KIND_LABELS.items()))
    person = models.OneToOneField("org.Person", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="privacy_person_behind_colleague",
                condition=models.Q(kind=Kind.PERSON.value, person__isnull=False)
                | models.Q(kind=Kind.CONTACT.value, person__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None


class SubjectKey(models.Model):
    """The key of one subject's fields, wrapped by the master key: without it they are noise."""

    subject = models.OneToOneField(
        Subject, models.PROTECT, primary_key=True, related_name="data_key"
    )
    master = models.CharField(max_length=16)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.master}"


class IndexKey(models.Model):
    """The key by which a company finds values without opening them, wrapped by the master key."""

    tenant = models.OneToOneField("org.Tenant", models.PROTECT, primary_key=True, related_name="+")
    master = models.CharField(max_length=16)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.master}"


class VaultField(models.Model):
    """One value of one subject, sealed."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="fields", db_index=False)
    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+", db_index=False)
    field = models.CharField(max_length=20, choices=list(FIELD_LABELS.items()))
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    blind_index = models.BinaryField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "field"], name="privacy_one_value_per_field")
        ]
        indexes = [
            models.Index(
                fields=["tenant", "blind_index"],
                name="privacy_found_by_index",
                condition=models.Q(blind_index__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.field}"
