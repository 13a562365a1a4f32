"""Who may read, write and follow plays and packs.

What is published everybody in the company reads. A draft is seen by its owner and
by administrators, who alone change it. A pack is seen by the person it was handed
to and by who leads the unit they sat in; only the person says what they did with it.
Who sees a pack can read what is in it later too, though it was retired.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from bihuan.facts.models import Fact, Member
from bihuan.kernel.errors import Forbidden, Invalid, Missing, gettext_noop
from bihuan.org.access import roles_of, scope_of
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant
from bihuan.playbooks.models import (
    FileContent,
    HandedItem,
    HandedOut,
    Play,
    PlayFile,
    PlayQuerySet,
    PlayVersion,
)

MAY_WRITE = (Role.MANAGER, Role.HRBP, Role.QUALITY_OFFICER, Role.ADMIN)
"""Who begins a play of their own."""


class PlayMissing(Missing):
    code = "playbooks.play_missing"
    says = gettext_noop("There is no such play.")


class PackMissing(Missing):
    code = "playbooks.pack_missing"
    says = gettext_noop("There is no such pack.")


class AccountUnknown(Invalid):
    code = "playbooks.account_unknown"
    says = gettext_noop("Among the customers you see, none is called “%(name)s”.")


class NotYourPlay(Forbidden):
    code = "playbooks.not_your_play"
    says = gettext_noop("Only its owner or an administrator changes a play.")


class NotYourPack(Forbidden):
    code = "playbooks.not_your_pack"
    says = gettext_noop("Only the person it was handed to says what they did with it.")


def plays_visible_to(person: Person) -> PlayQuerySet:
    """Return the plays a person may open."""
    ours = Play.objects.of(person.tenant_id)
    if person.is_robot or Role.ADMIN in roles_of(person):
        return ours
    packs = HandedOut.objects.visible_to(scope_of(person))
    handed = HandedItem.objects.filter(pack__in=packs.values("pk")).values("version__play_id")
    in_library = Q(published__isnull=False, retired_at__isnull=True)
    return ours.filter(in_library | Q(owner=person) | Q(pk__in=handed))


def play_seen(play_id: int, person: Person) -> Play:
    """Return a play a person may open; a hidden one looks like one that is not there."""
    seen = plays_visible_to(person).select_related("published", "owner", "tenant")
    play = seen.filter(pk=play_id).first()
    if play is None:
        raise PlayMissing()
    return play


def play_coded(code: str, person: Person) -> Play:
    """Return a play a person may open, by its code."""
    seen = plays_visible_to(person).select_related("published", "owner", "tenant")
    play = seen.filter(code=code).first()
    if play is None:
        raise PlayMissing()
    return play


def may_change(play: Play, person: Person) -> bool:
    """Return whether a person owns a play or administers the company."""
    if play.tenant_id != person.tenant_id:
        return False
    return person.is_robot or play.owner_id == person.pk or Role.ADMIN in roles_of(person)


def changed_by(person: Person) -> Q:
    """Return the condition under which a person may change a play of their company."""
    if person.is_robot or Role.ADMIN in roles_of(person):
        return Q()
    return Q(owner=person)


def require_may_change(play: Play, person: Person) -> None:
    """Refuse unless a person owns the play or administers the company."""
    if not may_change(play, person):
        raise NotYourPlay()


def versions_visible_to(person: Person, play: Play) -> QuerySet[PlayVersion]:
    """Return the versions of a play a person may read: drafts only who may change it."""
    versions = PlayVersion.objects.filter(play=play)
    return versions if may_change(play, person) else versions.filter(publication__isnull=False)


def version_seen(play: Play, number: int | None, person: Person) -> PlayVersion:
    """Return a version of a play, or the one to read: that in force, else the newest."""
    seen = versions_visible_to(person, play).select_related("made_by", "publication")
    if number is None and play.published_id is not None:
        seen = seen.filter(pk=play.published_id)
    elif number is not None:
        seen = seen.filter(number=number)
    version = seen.order_by("-number").first()
    if version is None:
        raise PlayMissing()
    return version


def file_seen(play: Play, digest: str, person: Person) -> PlayFile:
    """Return a file of a version that a person may read."""
    seen = PlayFile.objects.filter(version__in=versions_visible_to(person, play).values("pk"))
    found = seen.filter(content__digest=digest).select_related("content").order_by("-pk").first()
    if found is None:
        raise PlayMissing()
    return found


def pack_seen(pack_id: int, scope: Scope) -> HandedOut:
    """Return a pack the scope covers; a hidden one looks like one that is not there."""
    seen = HandedOut.objects.visible_to(scope).select_related("person", "tenant", "made_by")
    pack = seen.filter(pk=pack_id).first()
    if pack is None:
        raise PackMissing()
    return pack


def item_seen(pack: HandedOut, position: int) -> HandedItem:
    """Return an item of a pack that was seen."""
    items = pack.items.select_related("version__play", "pack__tenant")
    item = items.filter(position=position).first()
    if item is None:
        raise PackMissing()
    return item


def require_own_pack(pack: HandedOut, person: Person) -> None:
    """Refuse unless the pack was handed to this person: nobody uses in another's name."""
    if pack.person_id != person.pk:
        raise NotYourPack()


def account_named(name: str, person: Person) -> Member:
    """Return the customer of this name or code, if the person may see a fact about them."""
    wanted, scope = name.strip(), scope_of(person)
    accounts = Member.objects.filter(
        Q(name=wanted) | Q(code=wanted),
        tenant_id=person.tenant_id,
        dimension=Member.Dimension.ACCOUNT.value,
    )
    if not scope.whole_tenant:
        accounts = accounts.filter(
            Exists(Fact.objects.visible_to(scope).filter(account=OuterRef("pk")))
        )
    found = accounts.order_by("pk").first()
    if found is None:
        raise AccountUnknown(name=wanted)
    return found


def bytes_of_files(tenant: Tenant) -> int:
    """Return how large the files are that belong to a company's plays."""
    files = FileContent.objects.filter(tenant=tenant)
    size: int = files.aggregate(size=Coalesce(Sum("size"), 0))["size"]
    return size
