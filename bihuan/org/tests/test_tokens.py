from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.base import clock
from bihuan.org import actions
from bihuan.org.access import NotYourRole, TokenMissing, token_seen
from bihuan.org.domain.role import Role
from bihuan.org.models import ApiToken
from tests.digest import digest_of_tables
from tests.make import make_admin, make_person, make_tenant

pytestmark = pytest.mark.django_db


def test_a_token_acts_for_its_person_and_only_its_hash_is_kept() -> None:
    lin = make_person("lin")
    token, secret = actions.make_token(person=lin, name="own", by=lin)
    assert actions.use_token(secret) == lin
    assert secret not in str(vars(ApiToken.objects.get(pk=token.pk)))
    assert (token.hint, len(token.digest)) == (secret[:8], 64)


@pytest.mark.parametrize("wrong", ["", "bh_", "x" * 500, "bh_\0"])
def test_a_wrong_token_opens_nothing(wrong: str) -> None:
    actions.make_token(person=(lin := make_person("lin")), name="own", by=lin)
    assert actions.use_token(wrong) is None


def test_a_revoked_token_opens_nothing() -> None:
    lin = make_person("lin")
    token, secret = actions.make_token(person=lin, name="own", by=lin)
    actions.revoke_token(token=token, by=lin)
    before = digest_of_tables()
    assert actions.use_token(secret) is None
    actions.revoke_token(token=token, by=lin)
    assert digest_of_tables() == before


def test_a_token_opens_nothing_from_the_day_it_expires_on() -> None:
    lin = make_person("lin")
    today = clock.today(lin.tenant.time_zone)
    token, secret = actions.make_token(
        person=lin, name="own", expires_on=today + timedelta(days=1), by=lin
    )
    assert actions.use_token(secret) == lin
    ApiToken.objects.filter(pk=token.pk).update(expires_on=today)
    assert actions.use_token(secret) is None


def test_a_token_that_would_be_over_is_refused() -> None:
    lin = make_person("lin")
    today = clock.today(lin.tenant.time_zone)
    before = digest_of_tables()
    with pytest.raises(actions.TokenOver):
        actions.make_token(person=lin, name="own", expires_on=today, by=lin)
    assert digest_of_tables() == before


def test_the_token_of_someone_who_left_opens_nothing() -> None:
    lin = make_person("lin")
    _token, secret = actions.make_token(person=lin, name="own", by=lin)
    lin.ended_on = date(2026, 1, 1)
    lin.save()
    assert actions.use_token(secret) is None


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.QUALITY_OFFICER, Role.ADMIN])
def test_no_admin_makes_a_token_in_the_name_of_a_colleague(role: Role) -> None:
    colleague, admin = make_person("colleague", role=role), make_admin()
    before = digest_of_tables()
    with pytest.raises(actions.TokenIsPersonal):
        actions.make_token(person=colleague, name="spy", by=admin)
    assert digest_of_tables() == before


def test_an_admin_makes_a_token_for_a_program_and_revokes_anybodys() -> None:
    feed, lin, admin = make_person("feed", role=Role.INTEGRATION), make_person("lin"), make_admin()
    _token, secret = actions.make_token(person=feed, name="feed", by=admin)
    assert actions.use_token(secret) == feed
    own, _ = actions.make_token(person=lin, name="own", by=lin)
    assert actions.revoke_token(token=token_seen(own.pk, admin), by=admin).revoked_at is not None


def test_a_token_of_somebody_else_looks_like_none_and_stays() -> None:
    lin, wang = make_person("lin"), make_person("wang")
    stranger = make_admin(tenant=make_tenant("other"))
    token, secret = actions.make_token(person=lin, name="own", by=lin)
    before = digest_of_tables()
    for person in (wang, stranger):
        with pytest.raises(TokenMissing):
            token_seen(token.pk, person)
        with pytest.raises(NotYourRole):
            actions.revoke_token(token=token, by=person)
    assert digest_of_tables() == before
    assert actions.use_token(secret) == lin


def test_use_is_noted_but_not_at_every_call(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    lin = make_person("lin")
    token, secret = actions.make_token(person=lin, name="own", by=lin)
    with django_assert_num_queries(2):
        actions.use_token(secret)
    token.refresh_from_db()
    assert token.last_used_at is not None
    with django_assert_num_queries(1):
        actions.use_token(secret)
