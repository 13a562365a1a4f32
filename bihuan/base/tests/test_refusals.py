from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from bihuan.base.refusals import RefusalMiddleware, refusal_json, said, sentence
from bihuan.kernel.errors import DomainError, Invalid, Problem, ProblemsFound
from bihuan.kernel.money import AmountUnreadable, CurrencyUnknown

middleware = RefusalMiddleware(lambda request: HttpResponse())
PROBLEM = Problem(
    code="kernel.amount_unreadable",
    says=AmountUnreadable.says,
    params={"amount": "<b>"},
    file="orders.csv",
    row=7,
    column="amount",
    value="<b>",
    hint=CurrencyUnknown.says.replace("%(currency)s", "%(amount)s"),
)


def answer(error: Exception, path: str, **headers: str) -> HttpResponse | None:
    request = RequestFactory().get(path, headers=headers)
    return middleware.process_exception(request, error)


def test_a_refusal_speaks_the_reader_s_language() -> None:
    error = CurrencyUnknown(currency="RMB")
    with translation.override("zh-hans"):
        assert sentence(error) == "“RMB”不是有效的币种代码。"
    with translation.override("en"):
        assert sentence(error) == "RMB is not the code of a currency."


def test_a_part_of_a_page_is_refused_in_its_place() -> None:
    response = answer(CurrencyUnknown(currency="<RMB>"), "/goals/", HX_Request="true")
    assert response is not None
    assert response.status_code == 422
    text = response.content.decode()
    assert "&lt;RMB&gt;" in text
    assert "<html" not in text
    assert 'data-code="kernel.currency_unknown"' in text
    assert response["Vary"] == "HX-Request, HX-Boosted"


def test_a_part_lists_every_problem() -> None:
    with translation.override("en"):
        response = answer(ProblemsFound([PROBLEM, PROBLEM]), "/imports/", HX_Request="true")
    assert response is not None
    text = response.content.decode()
    assert "Problems found: 2. Nothing was changed." in text
    assert text.count("&lt;b&gt; is not an amount of money.") == 2
    assert "<td>7</td>" in text
    assert "<b>" not in text


def test_the_api_answers_in_json() -> None:
    with translation.override("en"):
        response = answer(ProblemsFound([PROBLEM]), "/api/v1/imports")
    assert response is not None
    assert response.status_code == 422
    assert json.loads(response.content) == {
        "code": "kernel.problems_found",
        "message": "Problems found: 1. Nothing was changed.",
        "params": {"count": "1"},
        "problems": [
            {
                "code": "kernel.amount_unreadable",
                "message": "<b> is not an amount of money.",
                "hint": "<b> is not the code of a currency.",
                "file": "orders.csv",
                "sheet": "",
                "row": 7,
                "column": "amount",
                "value": "<b>",
            }
        ],
    }


def test_a_single_refusal_has_no_list_of_problems() -> None:
    body = json.loads(refusal_json(CurrencyUnknown(currency="RMB")).content)
    assert sorted(body) == ["code", "message", "params"]


def test_a_problem_without_a_hint_has_none() -> None:
    assert said(Problem(code="a.b", says="No.")).hint == ""


@pytest.mark.parametrize("kind", [ValueError, KeyError, AssertionError])
def test_what_is_no_refusal_is_left_to_be_a_bug(kind: type[Exception]) -> None:
    assert not issubclass(kind, DomainError)
    assert answer(kind("broken"), "/goals/") is None


class NumberUnknown(Invalid):
    code = "test.number_unknown"
    says = "Nobody has %(text)s; it was %(amount)s."


NOBODY = NumberUnknown(text="13912345678, han@example.com", amount="100000000.00")


@pytest.mark.parametrize(
    ("path", "headers"), [("/goals/", {}), ("/goals/", {"HX_Request": "true"}), ("/api/v1/x", {})]
)
def test_what_is_refused_tells_no_numbers_of_people(path: str, headers: dict[str, str]) -> None:
    problem = replace(PROBLEM, value="13912345678", params={"amount": "13912345678"})
    for error in (NOBODY, ProblemsFound([problem])):
        response = answer(error, path, **headers)
        assert response is not None
        text = response.content.decode()
        assert "139****5678" in text
        assert "13912345678" not in text
        assert "han@example.com" not in text
    assert "100000000.00" in answer(NOBODY, path, **headers).content.decode()  # type: ignore[union-attr]  # answered above


def test_beside_the_field_a_refusal_repeats_what_was_typed() -> None:
    assert "13912345678" in sentence(NOBODY)
