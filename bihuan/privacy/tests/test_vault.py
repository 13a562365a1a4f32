"""The vault: what goes in comes out, only with its key, only where it belongs."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.base.home import home_path
from bihuan.kernel.errors import Invalid
from bihuan.org.actions import robot_of
from bihuan.org.models import Person
from bihuan.privacy.actions import (
    SubjectErased,
    keep_fields,
    note_consent,
    open_subject,
    rotate_master_key,
    set_own_fields,
)
from bihuan.privacy.actions.keeping import FieldNotKept
from bihuan.privacy.commands import privacy as command
from bihuan.privacy.domain.consent import Channel, ConsentMissing, Use
from bihuan.privacy.domain.field import SPECS, Field, Kind, Sort, ValueMasked, fit, masked_as
from bihuan.privacy.models import IndexKey, Subject, SubjectKey, VaultField
from bihuan.privacy.queries import alike, fields_of, found, masked, own_fields
from bihuan.privacy.vault import (
    MasterKeyMissing,
    MasterKeyUnusable,
    Sealed,
    VaultBroken,
    master_keys,
    new_key,
    open_,
    seal,
    unwrap,
    wrap,
)
from bihuan.privacy.vault.master import MasterKeyElsewhere
from tests.examples import examples
from tests.make import make_admin, make_person, make_tenant

pytestmark = pytest.mark.django_db

LI = {Field.NAME: "李雷", Field.MOBILE: "138 0013 8000", Field.MAIL: "Li.Lei@Example.com"}


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the keys of each test apart."""
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))


@pytest.fixture
def robot() -> Person:
    return robot_of(make_tenant())


def subject_with(robot: Person, values: dict[Field, str]) -> Subject:
    subject = open_subject(tenant=robot.tenant, kind=Kind.CONTACT)
    keep_fields(subject=subject, given=values, by=robot)
    return subject


def test_what_goes_in_comes_out_in_one_form(robot: Person) -> None:
    subject = subject_with(robot, LI)
    assert fields_of([subject.pk]) == {
        subject.pk: {
            Field.NAME: "李雷",
            Field.MOBILE: "+8613800138000",
            Field.MAIL: "li.lei@example.com",
        }
    }
    assert masked([subject.pk], [Field.MOBILE]) == {subject.pk: {Field.MOBILE: "138 **** 8000"}}


def test_nothing_of_it_stands_in_the_database(robot: Person) -> None:
    subject_with(robot, LI)
    with connection.cursor() as cursor:
        for table in ("privacy_vaultfield", "privacy_subject", "base_journalentry"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            text = cursor.fetchone()[0]
            plain = [value.encode().hex() for value in ("李雷", "13800138000", "li.lei")]
            assert not [word for word in ("李雷", "13800138000", "li.lei", *plain) if word in text]


def test_many_are_read_in_one_statement(robot: Person, django_assert_num_queries: object) -> None:
    subjects = [subject_with(robot, LI).pk for _ in range(20)]
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture
        read = fields_of(subjects)
    assert len(read) == 20
    assert all(values[Field.NAME] == "李雷" for values in read.values())


def test_a_field_that_is_not_given_stays_and_an_empty_one_goes(robot: Person) -> None:
    subject = subject_with(robot, LI)
    assert keep_fields(subject=subject, given={Field.MAIL: " "}, by=robot) == [Field.MAIL]
    assert keep_fields(subject=subject, given={Field.NAME: "李雷 "}, by=robot) == []
    assert set(fields_of([subject.pk])[subject.pk]) == {Field.NAME, Field.MOBILE}


def test_a_number_is_found_however_it_is_typed_and_only_in_its_company(robot: Person) -> None:
    subject = subject_with(robot, LI)
    office = subject_with(robot, {Field.NAME: "韩梅梅", Field.PHONE: "+86 13800138000"})
    other = robot_of(make_tenant("other"))
    subject_with(other, LI)
    assert found(robot.tenant, "0086-138-0013-8000") == {subject.pk, office.pk}
    assert found(robot.tenant, "LI.LEI@example.com") == {subject.pk}
    assert found(robot.tenant, "138001380") == set()
    assert alike(robot.tenant, {Field.MAIL: "li.lei@example.com"}, other_than=subject.pk) == set()
    own, theirs = (
        {
            bytes(each.blind_index)
            for each in VaultField.objects.filter(tenant=t)
            if each.blind_index
        }
        for t in (robot.tenant, other.tenant)
    )
    assert not own & theirs


def test_a_value_moved_to_another_place_does_not_open(robot: Person) -> None:
    one, other = subject_with(robot, LI), subject_with(robot, LI)
    there = VaultField.objects.get(subject=one, field=Field.MOBILE.value)
    VaultField.objects.filter(subject=one, field=Field.MAIL.value).update(
        nonce=there.nonce, ciphertext=there.ciphertext
    )
    with pytest.raises(VaultBroken):
        fields_of([one.pk])
    kept = SubjectKey.objects.get(subject=one)
    SubjectKey.objects.filter(subject=other).update(wrapped=kept.wrapped)
    with pytest.raises(VaultBroken):
        fields_of([other.pk])


def test_without_its_key_nothing_is_left(robot: Person) -> None:
    subject = subject_with(robot, LI)
    SubjectKey.objects.filter(subject=subject).delete()
    assert fields_of([subject.pk]) == {subject.pk: {}}


def test_nothing_more_is_kept_of_who_was_erased(robot: Person) -> None:
    subject = subject_with(robot, LI)
    Subject.objects.filter(pk=subject.pk).update(erased_at=subject.created_at)
    with pytest.raises(SubjectErased):
        keep_fields(subject=subject, given=LI, by=robot)


def test_a_colleague_keeps_own_data_once_and_strangers_do_not(robot: Person) -> None:
    person, stranger = make_person("wang"), make_person("li")
    set_own_fields(person=person, given={Field.MOBILE: "13800138000"}, by=person)
    with pytest.raises(ConsentMissing):
        set_own_fields(person=person, given={Field.BIRTHDAY: "1990-03-07"}, by=make_admin())
    note_consent(
        subject=Subject.objects.get(person=person),
        use=Use.SENSITIVE,
        text_version="2026-11",
        channel=Channel.PAPER,
        by=person,
    )
    set_own_fields(person=person, given={Field.BIRTHDAY: "1990-03-07"}, by=make_admin())
    assert own_fields(person) == {Field.MOBILE: "+8613800138000", Field.BIRTHDAY: "1990-03-07"}
    assert Subject.objects.filter(person=person).count() == 1
    with pytest.raises(Exception, match="administrator"):
        set_own_fields(person=person, given={Field.MOBILE: ""}, by=stranger)
    with pytest.raises(FieldNotKept):
        set_own_fields(person=person, given={Field.NOTES: "x"}, by=person)
    assert own_fields(stranger) == {}


def test_a_new_master_key_opens_all_and_the_old_is_no_longer_needed(robot: Person) -> None:
    subject = subject_with(robot, LI)
    before, old = fields_of([subject.pk]), master_keys().current
    runner = CliRunner()
    done = json.loads(runner.invoke(command, ["keys", "rotate", "--json"]).output)
    assert done["master"] != old
    assert (done["subjects"], done["indexes"]) == (1, 1)
    assert fields_of([subject.pk]) == before
    listed = json.loads(runner.invoke(command, ["keys", "list", "--json"]).output)
    assert [(row["name"], row["data_keys"]) for row in listed] == [(done["master"], 1), (old, 0)]
    assert runner.invoke(command, ["keys", "retire", "--yes"]).exit_code == 0
    assert list(master_keys().keys) == [done["master"]]
    assert fields_of([subject.pk]) == before
    assert found(robot.tenant, "13800138000") == {subject.pk}


def test_a_lost_master_key_is_told_and_never_made_anew(robot: Person) -> None:
    subject = subject_with(robot, LI)
    path = home_path() / "keys" / "privacy"
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    with pytest.raises(MasterKeyMissing):
        fields_of([subject.pk])
    assert not path.exists()


def test_the_master_key_may_come_from_elsewhere(
    robot: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (b64encode(os.urandom(32)).decode() for _ in range(2))
    monkeypatch.setenv("BIHUAN_MASTER_KEY", first)
    subject = subject_with(robot, LI)
    assert not (home_path() / "keys").exists()
    monkeypatch.setenv("BIHUAN_MASTER_KEY", f"{second},{first}")
    assert rotate_master_key(make=False).subjects == 1
    with pytest.raises(MasterKeyElsewhere):
        rotate_master_key()
    monkeypatch.delenv("BIHUAN_MASTER_KEY")
    monkeypatch.setenv("BIHUAN_MASTER_KEY_COMMAND", f"echo {second}")
    assert fields_of([subject.pk])[subject.pk][Field.NAME] == "李雷"
    for bad in ("x", b64encode(b"short").decode(), "  "):
        monkeypatch.setenv("BIHUAN_MASTER_KEY", bad)
        with pytest.raises(MasterKeyUnusable):
            master_keys()


def test_each_company_has_an_index_key_of_its_own(robot: Person) -> None:
    subject_with(robot, LI)
    subject_with(robot, LI)
    assert IndexKey.objects.count() == 1


@pytest.mark.properties
@settings(max_examples=examples(100), deadline=None)
@given(text=st.text(max_size=300), place=st.uuids().map(str), other=st.uuids().map(str))
def test_a_text_opens_in_its_place_with_its_key_only(text: str, place: str, other: str) -> None:
    key = new_key()
    sealed = seal(key, text, place=place)
    assert open_(key, sealed, place=place) == text
    broken = Sealed(sealed.nonce, sealed.ciphertext[:-1] + bytes([sealed.ciphertext[-1] ^ 1]))
    for with_key, with_place, what in (
        (new_key(), place, sealed),
        (key, f"{other} x", sealed),
        (key, place, broken),
    ):
        with pytest.raises(VaultBroken):
            open_(with_key, what, place=with_place)
    assert unwrap(key, wrap(key, new_key(), place=place), place=place) != key


@pytest.mark.properties
@settings(max_examples=examples(200), deadline=None)
@given(field=st.sampled_from(Field), text=st.text(max_size=80))
def test_a_kept_form_is_kept_as_it_is_and_its_mask_is_no_value(field: Field, text: str) -> None:
    try:
        kept = fit(field, text)
    except Invalid:
        return
    assert fit(field, kept) == kept
    mask = masked_as(field, kept)
    assert bool(mask) == bool(kept)
    if len(kept) > 4:
        assert kept not in mask
    if mask and SPECS[field].sort in (Sort.PHONE, Sort.MAIL, Sort.HANDLE):
        with pytest.raises(ValueMasked):
            fit(field, mask)


def test_what_a_mask_left_is_not_taken_for_a_value() -> None:
    for field, mask in (
        (Field.MAIL, "l***@example.com"),
        (Field.WECHAT, "l***"),
        (Field.PHONE, "+45 1* ** 56 78"),
    ):
        with pytest.raises(ValueMasked):
            fit(field, mask)
