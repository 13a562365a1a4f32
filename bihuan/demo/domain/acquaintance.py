"""Acquaintance: whom reps of the demo company know at their customers.

Everybody is made up from a seed. Their phones begin with 140 0000, which nobody has, and their
mail lies under example.com.

>>> account = CastAccount("A1", "瑞和综合医院", "A", "HC0001")
>>> first, *others = acquaintances([account], seed=7)
>>> first.account, first.mobile, first.mail
('A1', '14000000001', 'a1.1@example.com')
>>> 1 <= len([first, *others]) <= 2
True
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from bihuan.demo.domain.cast import CastAccount, NameMaker

TITLES = ("采购科科长", "设备科科长", "检验科主任", "超声科主任", "院长助理", "财务科会计")
NOTES = (
    "上午有门诊，下午三点后方便通话。",
    "决策前会先征求设备科意见。",
    "偏好书面报价，收到后两天内回复。",
    "",
)
FIRST_MOBILE = 14_000_000_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """Somebody at a customer of the demo company."""

    account: str
    name: str
    title: str
    mobile: str
    mail: str
    wechat: str
    notes: str


def acquaintances(accounts: Iterable[CastAccount], *, seed: int) -> tuple[Acquaintance, ...]:
    """Return one or two people at each customer."""
    dice = Random(seed)
    names = NameMaker(dice)
    found: list[Acquaintance] = []
    for account in accounts:
        for number in range(1, dice.choice((1, 1, 2)) + 1):
            handle = f"{account.code}.{number}".lower()
            found.append(
                Acquaintance(
                    account=account.code,
                    name=next(names),
                    title=dice.choice(TITLES),
                    mobile=str(FIRST_MOBILE + len(found)),
                    mail=f"{handle}@example.com",
                    wechat=f"wx_{handle.replace('.', '_')}" if dice.choice((True, False)) else "",
                    notes=dice.choice(NOTES),
                )
            )
    return tuple(found)
