"""What leaves the house: no phone, number, address or name that redaction should take out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.ai.domain.redaction import Redactor, put_back, redact
from bihuan.kernel.personal import SURNAMES, is_bank_card, is_id_card
from tests.examples import examples

FILLER = st.sampled_from(
    ["价格", "预算还没批，", "客户说", "下周再谈。", "竞品报价更低；", "\n", "合同3份", "共120万元"]
)  # fmt: skip
GIVEN = st.text("敏静强磊军洋勇艳杰涛明超秀霞平刚桂英一诺", min_size=1, max_size=2)
DIGITS = "0123456789"
WIDE = "０１２３４５６７８９"
SPOKEN = "零幺二三四五六七八九"


def luhn(first: str) -> str:
    """Return digits with the check digit that makes them a card number (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(first)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return first + str(-total % 10)


def id_card(first: str) -> str:
    """Return 17 digits with the check character of GB 11643: ISO 7064 MOD 11-2."""
    product = 0
    for digit in first:
        product = (product + int(digit)) * 2 % 11
    return first + "0123456789X"[(12 - product) % 11]


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
written = st.sampled_from(
    [
        lambda m: m,
        lambda m: f"{m[:3]} {m[3:7]} {m[7:]}",
        lambda m: f"{m[:3]}-{m[3:7]}-{m[7:]}",
        lambda m: f"+86 {m}",
        lambda m: m.translate(str.maketrans(DIGITS, WIDE)),
        lambda m: m.translate(str.maketrans(DIGITS, SPOKEN)),
        lambda m: "\u200b".join(m),
    ]
)
cards = st.from_regex(r"62[0-9]{13,16}", fullmatch=True).map(luhn)
ids = st.from_regex(r"[1-6][0-9]{16}", fullmatch=True).map(id_card)
mails = st.from_regex(r"[a-z]{3,8}\.[a-z]{2,5}@[a-z]{3,8}\.(com|cn|com\.cn)", fullmatch=True)
chats = st.from_regex(r"[a-z][a-z0-9_]{6,12}", fullmatch=True)
people = st.tuples(st.sampled_from(SURNAMES), GIVEN).map("".join)
titles = st.sampled_from(["主任", "经理", "总", "院长", "女士", "老师", "科长"])


@pytest.mark.properties
@given(st.data())
@settings(max_examples=examples(100), deadline=None)
def test_nothing_personal_is_left_and_everything_comes_back(data: st.DataObject) -> None:
    mobile, card, number = data.draw(mobiles), data.draw(cards), data.draw(ids)
    mail, chat = data.draw(mails), data.draw(chats)
    known, named, title = data.draw(people), data.draw(people), data.draw(titles)
    shown = data.draw(written)(mobile)
    planted = [f"电话{shown}", f"卡{card}", f"证{number}", f"邮件 {mail} ", f"微信：{chat} "]
    planted += [f"，{known}说", f"。{named}{title}"]
    fillers = data.draw(st.lists(FILLER, min_size=8, max_size=8))
    order = data.draw(st.permutations(planted))
    text = "。".join(part for pair in zip(fillers, order, strict=False) for part in pair)
    hidden = redact(text, names=[known])
    for secret in (mobile, shown, card, number, mail, chat, known, f"{named}{title}"):
        assert secret not in hidden.text
    assert put_back(hidden.text, hidden) == text.replace("\u200b", "")


@given(ids)
@settings(max_examples=examples(100), deadline=None)
def test_one_wrong_digit_makes_no_identity_card(number: str) -> None:
    assert is_id_card(number)
    wrong = str((int(number[3]) + 1) % 10)
    assert not is_id_card(number[:3] + wrong + number[4:])


@given(cards)
@settings(max_examples=examples(100), deadline=None)
def test_one_wrong_digit_makes_no_bank_card(number: str) -> None:
    assert is_bank_card(number)
    wrong = str((int(number[5]) + 1) % 10)
    assert not is_bank_card(number[:5] + wrong + number[6:])


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("请打 010-62781234 转 8", "62781234"),
        ("（0571）8765 4321 之外打 0571-87654321", "87654321"),
        ("热线 400-820-8820", "820-8820"),
        ("护照 E12345678", "E12345678"),
        ("车牌 京A·D12345 停在门口", "D12345"),
        ("粤B12345", "B12345"),
        ("QQ：123456789", "123456789"),
        ("wechat: lilei_2020", "lilei_2020"),
        ("我叫李雷，联系人：韩梅梅", "李雷"),
        ("我叫李雷，联系人：韩梅梅", "韩梅梅"),
        ("王一诺主任不同意", "王一诺"),
        ("欧阳锋院长", "欧阳锋"),
        ("可以找他的秘书小刘。", "刘"),
        ("找张工或李处", "张"),
        ("找张工或李处", "李"),
        ("Ask Mr. Smith or Dr Jane Doe", "Jane Doe"),
        ("身份证号 1101051949123100 21", "1949123100"),
        ("ＡＢＣ＠ｄｅｆ．ｃｏｍ", "ｄｅｆ"),
    ],
)
def test_known_forms_are_hidden(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redact(text).text


def test_a_name_that_one_text_gives_away_is_hidden_in_all() -> None:
    hidden = Redactor().hide_all(["建议找王建国谈", "王建国主任不同意"])
    assert hidden == ["建议找〔姓名1〕谈", "〔姓名1〕主任不同意"]


def test_amounts_and_dates_are_left_to_be_read() -> None:
    text = "合同额 386,000 元，2026-11-26 前付 60%，共 3 台，降 8%，单价 2680 元。"
    assert redact(text).text == text


def test_a_text_cannot_bring_placeholders_of_its_own() -> None:
    hidden = redact("13812345678 与〔号码1〕")
    assert hidden.text == "〔号码1〕 与（号码1）"
