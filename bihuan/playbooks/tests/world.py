"""A company with one team, a second team, and somebody to look after plays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bihuan.base import clock
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from bihuan.playbooks import actions
from bihuan.playbooks.domain.play import Kind, PlayText, Tags
from bihuan.playbooks.models import HandedOut, Play
from bihuan.playbooks.queries import pack_for
from tests.make import make_admin, make_person, make_tenant, make_unit

METRIC, REASON = "visits", "visits_low"


@dataclass(frozen=True)
class Because:
    """What a pack is handed out for, as a package above would name it."""

    kind: str = "test.alert"
    id: int = 1


@dataclass(frozen=True)
class World:
    tenant: Tenant
    team: Unit
    rep: Person
    leader: Person
    other: Person
    other_leader: Person
    admin: Person

    def today(self) -> date:
        return clock.today(self.tenant.time_zone)


def make_world() -> World:
    tenant = make_tenant()
    team, other = make_unit("team", tenant=tenant), make_unit("other", tenant=tenant)
    return World(
        tenant=tenant,
        team=team,
        rep=make_person("rep", unit=team),
        leader=make_person("leader", unit=team, role=Role.MANAGER),
        other=make_person("other rep", unit=other),
        other_leader=make_person("other leader", unit=other, role=Role.MANAGER),
        admin=make_admin(tenant=tenant),
    )


def text(title: str = "约见三步", **more: object) -> PlayText:
    given = PlayText(title_zh=title, summary_zh="先约后谈", body_zh="- 一\n- 二")
    return replace(given, **more)  # type: ignore[arg-type]  # names of PlayText's own fields


def make_play(
    world: World,
    title: str = "约见三步",
    *,
    kind: Kind = Kind.SCRIPT,
    by: Person | None = None,
    code: str = "",
    publish: bool = True,
    **more: object,
) -> Play:
    """Write a play of the leader's, published unless said otherwise."""
    owner = by or world.leader
    given = text(title, **{"tags": Tags(metrics=(METRIC,)), **more})
    play = actions.write_play(kind=kind, text=given, code=code, by=owner)
    if publish:
        actions.publish_play(play=play, number=1, by=owner)
    play.refresh_from_db()
    return play


def hand(world: World, to: Person | None = None, *, number: int = 1, most: int = 5) -> HandedOut:
    """Hand the rep, or somebody else, what fits the metric."""
    pack = pack_for(
        tenant=world.tenant, metric=METRIC, reason=REASON, today=world.today(), most=most
    )
    return actions.hand_out(
        pack=pack, to=to or world.rep, because=Because(id=number), by=world.admin
    )
