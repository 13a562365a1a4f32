from __future__ import annotations

from collections import Counter

from bihuan.demo.domain.cast import cast


def test_the_company_has_five_levels_and_about_240_people() -> None:
    company = cast(seed=7)
    parents = {unit.code: unit.parent for unit in company.units}

    def depth(code: str) -> int:
        above = parents[code]
        return 1 if above is None else 1 + depth(above)

    assert max(depth(unit.code) for unit in company.units) == 5
    assert 220 <= len(company.people) <= 260
    roles = Counter(person.role for person in company.people)
    assert roles["manager"] == len(company.units)
    assert {"rep", "clerk", "hrbp", "quality_officer", "admin", "integration"} <= set(roles)


def test_no_two_people_or_customers_share_a_name() -> None:
    company = cast(seed=11)
    assert len({person.name for person in company.people}) == len(company.people)
    assert len({account.name for account in company.accounts}) == len(company.accounts)


def test_the_seed_decides() -> None:
    assert cast(seed=7) == cast(seed=7)
    assert cast(seed=7) != cast(seed=8)
