from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.base.models import JournalEntry
from bihuan.org import actions
from bihuan.org.domain.text import TextUnfit
from bihuan.org.models import Tenant, Unit
from tests.digest import digest_of_tables
from tests.make import make_admin, make_tenant, make_unit

pytestmark = pytest.mark.django_db


def test_a_tenant_is_founded_once_with_root_and_robot() -> None:
    acme = actions.found_tenant(code="acme", name="Acme", currency="USD")
    again = actions.found_tenant(code="acme", name="Other", currency="CNY")
    root = actions.root_of(acme)
    assert again == acme
    assert (again.name, again.currency) == ("Acme", "USD")
    assert (root.name, root.kind, root.path, root.depth) == ("Acme", "company", f"/{root.pk}/", 0)
    assert actions.robot_of(acme).is_robot


def test_a_new_unit_stands_under_the_root_and_its_path_spells_its_ancestors() -> None:
    east = make_unit("east", kind="region")
    team = make_unit("team", under=east)
    root = actions.root_of(east.tenant)
    assert east.path == f"/{root.pk}/{east.pk}/"
    assert team.path == f"/{root.pk}/{east.pk}/{team.pk}/"
    assert team.depth == 2


def test_moving_a_unit_carries_everything_below_it_and_nothing_else() -> None:
    east, west = make_unit("east"), make_unit("west")
    branch = make_unit("branch", under=east)
    teams = [make_unit(f"team {number}", under=branch) for number in range(3)]
    bystander = make_unit("bystander", under=east)
    make_unit("branch", under=west)
    for unit in (branch, bystander, *teams):
        unit.refresh_from_db()
    assert branch.path == f"{west.path}{branch.pk}/"
    assert [team.path for team in teams] == [f"{branch.path}{team.pk}/" for team in teams]
    assert bystander.path == f"{east.path}{bystander.pk}/"


def test_what_is_not_said_stays() -> None:
    east = make_unit("east", kind="region")
    team = make_unit("team", under=east, kind="store")
    changed = actions.put_unit(tenant=team.tenant, code="team", name="new name", by=make_admin())
    assert (changed.name, changed.kind, changed.parent_id) == ("new name", "store", east.pk)
    assert changed.path == team.path


def test_the_same_unit_again_changes_nothing_and_says_nothing() -> None:
    make_unit("east")
    before = digest_of_tables()
    make_unit("east")
    assert digest_of_tables() == before


def test_the_root_can_be_renamed_and_stays_the_root() -> None:
    tenant = make_tenant()
    east = make_unit("east")
    root = actions.put_unit(
        tenant=tenant, code="root", name="Group", parent=east, by=actions.robot_of(tenant)
    )
    assert (root.name, root.parent_id, root.path) == ("Group", None, f"/{root.pk}/")


@pytest.mark.parametrize("under", ["itself", "its child", "its grandchild"])
def test_a_unit_cannot_stand_under_itself(under: str) -> None:
    top = make_unit("top")
    child = make_unit("child", under=top)
    grandchild = make_unit("grandchild", under=child)
    parents = {"itself": top, "its child": child, "its grandchild": grandchild}
    before = digest_of_tables()
    with pytest.raises(actions.UnitUnderItself):
        make_unit("top", under=parents[under])
    assert digest_of_tables() == before


def test_a_stale_parent_is_read_anew() -> None:
    east, west = make_unit("east"), make_unit("west")
    make_unit("east", under=west)
    assert east.path.count("/") == 3, "this copy still says where it stood"
    team = make_unit("team", under=east)
    east.refresh_from_db()
    assert team.path == f"{east.path}{team.pk}/"


def test_a_tree_too_deep_to_spell_is_refused() -> None:
    unit = actions.root_of(make_tenant())
    while len(unit.path) + len(str(unit.pk + 1)) < 200:
        unit = make_unit(f"under {unit.pk}", under=unit)
    before = digest_of_tables()
    with pytest.raises(actions.UnitTooDeep):
        make_unit("one more", under=unit)
    assert digest_of_tables() == before


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\0b", "line\nbreak"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    tenant = make_tenant()
    before = digest_of_tables()
    with pytest.raises(TextUnfit):
        actions.put_unit(tenant=tenant, code="x", name=name, by=actions.robot_of(tenant))
    with pytest.raises(TextUnfit):
        actions.put_unit(tenant=tenant, code=name, name="x", by=actions.robot_of(tenant))
    assert digest_of_tables() == before


def test_adding_a_code_that_is_taken_is_refused_not_renamed() -> None:
    east = make_unit("east")
    admin = make_admin()
    before = digest_of_tables()
    with pytest.raises(actions.UnitCodeTaken):
        actions.add_unit(tenant=east.tenant, code=" east ", name="new", kind="team", by=admin)
    assert digest_of_tables() == before


def test_each_change_is_one_entry_and_one_version() -> None:
    admin = make_admin()
    tenant = Tenant.objects.get()
    entries, version = JournalEntry.objects.count(), tenant.org_version
    east = actions.put_unit(tenant=tenant, code="east", name="East", by=admin)
    actions.put_unit(tenant=tenant, code="east", name="Far east", by=admin)
    tenant.refresh_from_db()
    fresh = JournalEntry.objects.order_by("pk")[entries:]
    assert [(entry.verb, entry.subject, entry.actor_id) for entry in fresh] == [
        ("unit.added", f"org.unit:{east.pk}", admin.pk),
        ("unit.changed", f"org.unit:{east.pk}", admin.pk),
    ]
    assert tenant.org_version == version + 2


@dataclass
class Parents:
    """The tree as a child knows it: who stands under whom."""

    above: dict[int, int | None] = field(default_factory=dict)

    def chain(self, unit: int) -> list[int]:
        chain = []
        step: int | None = unit
        while step is not None:
            chain.append(step)
            step = self.above[step]
        return chain[::-1]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=25))
def test_paths_spell_the_parents_whatever_is_moved_where(moves: list[tuple[int, int]]) -> None:
    tenant = make_tenant()
    Unit.objects.filter(tenant=tenant, parent__isnull=False).update(parent=None)
    Unit.objects.filter(tenant=tenant).exclude(code="root").delete()
    root = actions.root_of(tenant)
    units = [root, *(make_unit(f"u{number}") for number in range(7))]
    parents = Parents({root.pk: None} | {unit.pk: root.pk for unit in units[1:]})
    for which, where in moves:
        unit, under = units[which], units[where]
        if which == 0:
            continue
        if unit.pk in parents.chain(under.pk):
            with pytest.raises(actions.UnitUnderItself):
                make_unit(unit.code, under=under)
        else:
            make_unit(unit.code, under=under)
            parents.above[unit.pk] = under.pk
    for unit in Unit.objects.filter(tenant=tenant):
        assert unit.path == "/" + "/".join(map(str, parents.chain(unit.pk))) + "/"
        assert unit.parent_id == parents.above[unit.pk]
