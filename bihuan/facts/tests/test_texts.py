"""The word a person says of a text that was made for them: once, by its reader, a fact."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bihuan.ai.access import TextMissing
from bihuan.ai.actions import SourceText, say_word, summarise
from bihuan.ai.domain.made import AdjustedEmpty, Word, WordSaid
from bihuan.facts.actions import open_source, record
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import KindReserved
from bihuan.facts.models import Fact
from bihuan.org.actions import robot_of
from bihuan.org.models import Person
from tests.make import make_login, make_person

pytestmark = pytest.mark.django_db

TEXT = [SourceText("x:1", "王主任说价格偏高。预算没批。")]


@pytest.fixture
def lin() -> Person:
    return make_person("lin")


def words_in_the_ledger() -> list[tuple[str, int | None, str, str]]:
    told = Fact.objects.filter(kind__startswith="text.").order_by("seq")
    return list(told.values_list("kind", "person_id", "text_1", "text_2"))


def test_a_word_is_a_fact_and_is_said_once(lin: Person) -> None:
    text = summarise(TEXT, tenant=lin.tenant, reader=lin)
    say_word(text=text, word=Word.ADOPTED, by=lin)
    assert words_in_the_ledger() == [("text.adopted", lin.pk, "summary", "local/textrank-1/")]
    with pytest.raises(WordSaid):
        say_word(text=text, word=Word.REFUSED, by=lin)
    assert len(words_in_the_ledger()) == 1


def test_an_adjusted_text_keeps_both_versions(lin: Person) -> None:
    text = summarise(TEXT, tenant=lin.tenant, reader=lin)
    with pytest.raises(AdjustedEmpty):
        say_word(text=text, word=Word.ADJUSTED, adjusted=" ", by=lin)
    said = say_word(text=text, word=Word.ADJUSTED, adjusted="价格是关键。", by=lin)
    assert (said.kept, said.text, words_in_the_ledger()[0][0]) == (
        "价格是关键。",
        text.text,
        "text.adjusted",
    )


def test_a_text_is_its_reader_s_alone(lin: Person) -> None:
    text = summarise(TEXT, tenant=lin.tenant, reader=lin)
    other = make_person("wang")
    with pytest.raises(TextMissing):
        say_word(text=text, word=Word.ADOPTED, by=other)
    client = Client()
    client.force_login(make_login(other))
    assert client.post(f"/ai/texts/{text.pk}/say/", {"word": "adopted"}).status_code == 404
    assert words_in_the_ledger() == []


def test_only_a_person_s_word_makes_such_a_fact(lin: Person) -> None:
    source = open_source(tenant=lin.tenant, code="file")
    draft = Draft(
        kind="text.adopted",
        business_on=date(2026, 3, 2),
        source_ref="1",
        person_id=lin.pk,
        attributes={"task": "summary", "made_by": "x"},
    )
    with pytest.raises(KindReserved):
        record(draft=draft, source=source, by=robot_of(lin.tenant))


def test_a_word_is_said_in_the_browser_and_by_a_program(lin: Person) -> None:
    client = Client()
    client.force_login(make_login(lin))
    text = summarise(TEXT, tenant=lin.tenant, reader=lin)
    answer = client.post(f"/ai/texts/{text.pk}/say/", {"word": "refused", "next": "/customers/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/customers/")
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        other = summarise([SourceText(elsewhere, "预算没批。")], tenant=lin.tenant, reader=lin)
        given = {"adjusted": "改", "next": elsewhere}
        answer = client.post(f"/ai/texts/{other.pk}/adjust/", given)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    third = summarise([SourceText("x:3", "竞品更低。")], tenant=lin.tenant, reader=lin)
    said = client.post(
        f"/api/v1/ai/texts/{third.pk}/word", {"word": "adopted"}, content_type="application/json"
    )
    assert (said.status_code, said.json()["word"]) == (200, "adopted")
    assert [kind for kind, *_ in words_in_the_ledger()] == [
        "text.refused",
        *["text.adjusted"] * 3,
        "text.adopted",
    ]
