"""Broken files as the reader and the mapping see them: the code, the place, the sentence."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from bihuan.integrations.domain.landing import Known, land
from bihuan.integrations.domain.mapping import load_mapping
from bihuan.integrations.reader import read_path
from bihuan.integrations.tests.broken_files import CASES, CURRENCY, PEOPLE, BrokenFile
from bihuan.kernel.errors import Problem

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def known() -> Known:
    spellings: dict[str, set[str]] = {}
    for code, name in PEOPLE:
        spellings.setdefault(code, set()).add(code)
        spellings.setdefault(name, set()).add(code)
    return Known(
        people={spelling: tuple(sorted(codes)) for spelling, codes in spellings.items()},
        metrics=frozenset({"net_sales"}),
        currency=CURRENCY,
        today=date(2026, 11, 24),
    )


def problems_of(case: BrokenFile, folder: Path) -> tuple[Problem, ...]:
    mapping = load_mapping(case.mapping_text)
    reading = read_path(case.make(folder), mapping.wanted())
    return reading.problems or land(mapping, reading.tables, known()).problems


def test_there_are_fifty_cases_and_no_two_are_alike() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 50
    assert len({case.code for case in CASES}) >= 50


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_problem_is_told_at_its_place_in_both_languages(case: BrokenFile, tmp_path: Path) -> None:
    problems = problems_of(case, tmp_path)
    found = [problem for problem in problems if problem.code == case.code]
    assert found, [(problem.code, problem.row) for problem in problems]
    if case.row is not None:
        assert case.row in {problem.row for problem in found}
    if case.column:
        assert case.column in {problem.column for problem in found}
    for problem in problems:
        _check_said(problem)


def _check_said(problem: Problem) -> None:
    assert problem.hint
    for template in (problem.says, problem.hint):
        with translation.override("zh-hans"):
            translated = translation.gettext(template)
        assert CHINESE.search(translated), template
        for sentence in (template % problem.params, translated % problem.params):
            assert "Traceback" not in sentence
            assert "%(" not in sentence
