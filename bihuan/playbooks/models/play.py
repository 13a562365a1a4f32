"""Plays, what each version of them says, and the files that belong to it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.base.append_only import AppendOnlyModel
from bihuan.playbooks.domain.checklist import steps_of
from bihuan.playbooks.domain.play import Kind, PlayText, Tags, read_tags

KIND_LABELS = {
    Kind.SCRIPT.value: _("Script"),
    Kind.CASE.value: _("Case"),
    Kind.VIDEO.value: _("Video"),
    Kind.CHECKLIST.value: _("Compliance checklist"),
    Kind.TEMPLATE.value: _("Template"),
}


class PlayQuerySet(models.QuerySet["Play"]):
    def of(self, tenant_id: int) -> Self:
        return self.filter(tenant_id=tenant_id)

    def in_library(self) -> Self:
        """Return what everybody in the company may read and use."""
        return self.filter(published__isnull=False, retired_at__isnull=True)


class Play(models.Model):
    """Something for people to say, show or go through; what it says is in its versions."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=list(KIND_LABELS.items()))
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published = models.ForeignKey("PlayVersion", models.PROTECT, null=True, related_name="+")
    """The version in force."""
    retired_at = models.DateTimeField(null=True)

    objects = PlayQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="playbooks_one_play_per_code_and_tenant"
            ),
            models.CheckConstraint(
                name="playbooks_kind_is_known",
                condition=models.Q(kind__in=[*KIND_LABELS]),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_in_library(self) -> bool:
        return self.published_id is not None and self.retired_at is None


class PlayVersion(AppendOnlyModel):
    """What a play says, or would say: never changed, only followed by a further version."""

    play = models.ForeignKey(Play, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=120, blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    summary_zh = models.CharField(max_length=300, blank=True)
    summary_en = models.CharField(max_length=300, blank=True)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    valid_until = models.DateField(null=True)
    tags = models.JSONField(default=dict)
    made_by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["play", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["play", "number"], name="playbooks_versions_are_numbered"
            ),
            models.CheckConstraint(
                name="playbooks_version_has_a_title",
                condition=~models.Q(title_zh="", title_en=""),
            ),
            models.CheckConstraint(
                name="playbooks_link_is_encrypted",
                condition=models.Q(link="") | models.Q(link__startswith="https://"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.play_id} v{self.number}"

    @property
    def read_tags(self) -> Tags:
        return read_tags(self.tags)

    @property
    def text(self) -> PlayText:
        """Return all that it says."""
        return PlayText(
            title_zh=self.title_zh,
            title_en=self.title_en,
            summary_zh=self.summary_zh,
            summary_en=self.summary_en,
            body_zh=self.body_zh,
            body_en=self.body_en,
            link=self.link,
            valid_until=self.valid_until,
            tags=self.read_tags,
        )

    @property
    def steps(self) -> tuple[str, ...]:
        """Return the steps to go through, where it is a checklist."""
        return steps_of(self.body_zh or self.body_en)


class Publication(AppendOnlyModel):
    """That a version was put in force, by whom and when."""

    version = models.OneToOneField(PlayVersion, models.PROTECT, related_name="publication")
    by = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.version_id} {self.at}"


class FileContent(AppendOnlyModel):
    """The bytes of a file, kept once in a company however often it is given."""

    tenant = models.ForeignKey("org.Tenant", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "digest"], name="playbooks_one_content_per_digest"
            )
        ]

    def __str__(self) -> str:
        return self.digest


class PlayFile(AppendOnlyModel):
    """A file that belongs to a version of a play."""

    version = models.ForeignKey(PlayVersion, models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    content = models.ForeignKey(FileContent, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "content"], name="playbooks_a_file_belongs_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
