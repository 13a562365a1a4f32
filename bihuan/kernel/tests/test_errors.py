from __future__ import annotations

from bihuan.kernel.errors import Conflict, Forbidden, Invalid, Missing, Problem, ProblemsFound


def test_each_kind_of_refusal_has_its_status() -> None:
    assert [kind.status for kind in (Invalid, Forbidden, Missing, Conflict)] == [422, 403, 404, 409]


def test_a_refusal_carries_every_problem() -> None:
    problems = [
        Problem(code="a.b", says="No %(what)s", params={"what": "day"}, row=number)
        for number in (2, 5)
    ]
    refusal = ProblemsFound(problems)
    assert refusal.problems == tuple(problems)
    assert refusal.params == {"count": 2}


def test_a_refusal_without_rows_has_no_problems() -> None:
    class Late(Conflict):
        code = "example.late"
        says = "Too late."

    assert Late().problems == ()
