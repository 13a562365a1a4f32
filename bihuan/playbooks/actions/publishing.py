"""Putting a version in force, and taking a play out of the library and back."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person
from bihuan.playbooks.access import PlayMissing, require_may_change
from bihuan.playbooks.models import Play, PlayVersion, Publication


class VersionOver(Invalid):
    code = "playbooks.version_over"
    says = gettext_noop("It was valid until %(day)s: give it a later day, or none.")


class OwnerElsewhere(Invalid):
    code = "playbooks.owner_elsewhere"
    says = gettext_noop("A play is owned by somebody who works in the company.")


@transaction.atomic
def publish_play(*, play: Play, number: int, by: Person) -> Publication:
    """Put a version of a play in force; everybody reads it from now on."""
    require_may_change(play, by)
    held = Play.objects.select_for_update().get(pk=play.pk)
    version = PlayVersion.objects.filter(play=held, number=number).first()
    if version is None:
        raise PlayMissing()
    today = clock.today(held.tenant.time_zone)
    if version.valid_until is not None and version.valid_until < today:
        raise VersionOver(day=version.valid_until.isoformat())
    made, is_new = Publication.objects.get_or_create(
        version=version, defaults={"by": by, "at": clock.now()}
    )
    if not is_new and held.published_id == version.pk and held.retired_at is None:
        return made
    held.published, held.retired_at = version, None
    held.save(update_fields=["published", "retired_at"])
    journal.record(by, "play.published", held, number=number)
    return made


@transaction.atomic
def retire_play(*, play: Play, by: Person) -> Play:
    """Take a play out of the library; whoever was handed it can still read it."""
    require_may_change(play, by)
    held = Play.objects.select_for_update().get(pk=play.pk)
    if held.retired_at is None:
        held.retired_at = clock.now()
        held.save(update_fields=["retired_at"])
        journal.record(by, "play.retired", held)
    return held


@transaction.atomic
def restore_play(*, play: Play, by: Person) -> Play:
    """Put a play back into the library as it was."""
    require_may_change(play, by)
    held = Play.objects.select_for_update().get(pk=play.pk)
    if held.retired_at is not None:
        held.retired_at = None
        held.save(update_fields=["retired_at"])
        journal.record(by, "play.restored", held)
    return held


@transaction.atomic
def give_play(*, play: Play, to: Person, by: Person) -> Play:
    """Make somebody else the owner of a play."""
    require_admin_of(by, play.tenant_id)
    today = clock.today(play.tenant.time_zone)
    has_left = to.ended_on is not None and to.ended_on <= today
    if to.tenant_id != play.tenant_id or to.is_robot or has_left:
        raise OwnerElsewhere()
    held = Play.objects.select_for_update().get(pk=play.pk)
    if held.owner_id != to.pk:
        held.owner = to
        held.save(update_fields=["owner"])
        journal.record(by, "play.given", held, to=to.pk)
    return held
