"""Personal data in a text: where it stands, and of which sort it is.

Numbers of phones, identity cards, bank cards and plates, addresses of mail, names of
accounts, and what is written like somebody's name. Digits are found in whatever form
they are written. Too much is found rather than too little.

>>> {sort.name for sort in SORTS if sort.look.search("手机 138 1234 5678")}
{'号码'}
>>> is_id_card("11010519491231002X")
True
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗"
    "凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛禹狄"
    "米贝明臧计伏戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍"
    "虞万支柯管卢莫房丁邓单洪包诸左石崔吉龚程邢裴陆荣翁荀羊甄曲封储靳段焦巴牧车侯全班仇秋仲宫宁甘厉武符刘"
    "景詹束龙叶司黎白蒲从卓蔺屠蒙池乔阴苍闻党翟谭姬申冉桑桂牛燕冀尚温庄晏柴瞿阎连习艾容向古易慎戈廖居耿满匡"
    "国文寇广东欧沃利越隆师巩聂晁敖融冷辛阚那简饶曾关查红游竺权盖益桓公肖闫涂付邸覃占楼岳帅楚"
)
DOUBLE = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|端木|南宫"
TITLES = (
    "总经理|副总|总监|总工|董事长|院长|书记|主任|科长|处长|部长|局长|校长|所长|厂长|店长|组长|经理|主管|护士长|"
    "教授|医生|大夫|护士|老师|师傅|工程师|秘书|助理|会计|律师|先生|女士|小姐|太太|老板|总|董"
)
SHORT_TITLES = "工|哥|姐|院|局|处|科"
"""Titles that stand behind a surname alone."""
LABELS = "联系人|姓名|我叫|我是|本人|对接人|收件人|经办人|负责人|签字人|委托人|法人|患者|客户名"
SURNAME = f"(?:{DOUBLE}|[{SURNAMES}])"
HAN = "[\\u4e00-\\u9fff]"

LIKE_DIGITS = {
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    **dict(zip("零〇一二三四五六七八九幺两", "0012345678912", strict=True)),
    **{chr(0xFF21 + place): chr(0x41 + place) for place in range(26)},
    **{chr(0xFF41 + place): chr(0x61 + place) for place in range(26)},
    **dict(zip("＠．－＋—–‑\u3000", "@.-+--- ", strict=True)),
}
"""Characters read as others, one for one, so that places stay where they are."""
READ_AS = str.maketrans(LIKE_DIGITS)

NAME = "姓名"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SEP = r"[-\s.·]?"


def is_id_card(text: str) -> bool:
    """Tell whether 18 characters are a number of a Chinese identity card, by its check digit.

    >>> is_id_card("11010519491231002X"), is_id_card("110105194912310021")
    (True, False)
    """
    if not re.fullmatch(r"\d{17}[\dXx]", text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[-1].upper()


def is_bank_card(text: str) -> bool:
    """Tell whether digits are a number of a bank card, by Luhn's rule.

    >>> is_bank_card("6222021234567894"), is_bank_card("6222021234567895")
    (True, False)
    """
    if not re.fullmatch(r"\d{12,19}", text):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of personal data: its placeholder, how it looks, and what makes it sure."""

    name: str
    look: re.Pattern[str]
    group: int = 0
    sure: Callable[[str], bool] | None = None


def digits_of(text: str) -> str:
    """Return the digits of a number, and the X that may stand for one."""
    return re.sub(r"[^\dXx]", "", text)


SORTS = (
    Sort("邮箱", re.compile(r"[A-Za-z0-9._%+-]+\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    Sort(
        "证件",
        re.compile(rf"(?<!\d)\d(?:{SEP}\d){{16}}{SEP}[\dXx](?![\dA-Za-z])"),
        sure=lambda text: is_id_card(digits_of(text)),
    ),
    Sort(
        "卡号",
        re.compile(rf"(?<!\d)\d(?:{SEP}\d){{11,18}}(?!\d)"),
        sure=lambda text: is_bank_card(digits_of(text)),
    ),
    Sort("号码", re.compile(rf"(?<!\d)(?:(?:\+|00){SEP}86{SEP})?1[3-9](?:{SEP}\d){{9}}(?!\d)")),
    Sort("号码", re.compile(r"(?<!\d)[48]00[-\s]?\d{3,4}[-\s]?\d{3,4}(?!\d)")),
    Sort("号码", re.compile(r"(?<!\d)\(?0\d{2,3}\)?[-\s]?\d{7,8}(?:[-转]\d{1,6})?(?!\d)")),
    Sort("证件", re.compile(r"(?<![A-Za-z\d])[EGHMKP][A-Za-z]?\d{7,8}(?!\d)")),
    Sort("号码", re.compile(rf"(?<!\d)\d(?:{SEP}\d){{10,}}[Xx]?(?!\d)")),
    Sort(
        "账号",
        re.compile(
            r"(?:微信号?|[Ww]e[Cc]hat|WX|wx|VX|vx|[Vv]信|QQ号?|qq|抖音号?)(?:\s*(?:id|ID|是|为|[:：]))?\s*"
            r"([A-Za-z0-9][-_A-Za-z0-9]{4,29})"
        ),
        group=1,
    ),
    Sort(
        "车牌",
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z]"
            r"[·・\s]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
        ),
    ),
    Sort(NAME, re.compile(rf"(?:{LABELS})\s*[是为:：]?\s*({SURNAME}{HAN}{{1,2}})"), group=1),
    Sort(NAME, re.compile(rf"({SURNAME}{HAN}{{0,2}}?)(?:{TITLES})"), group=1),
    Sort(NAME, re.compile(rf"({SURNAME})(?:{SHORT_TITLES})"), group=1),
    Sort(
        NAME,
        re.compile(rf"[老小]({SURNAME})(?=[说讲问答回打发约来去找在的也都会可把给让]|\W|$)"),
        group=1,
    ),
    Sort(
        NAME,
        re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\s+([A-Z][a-z]+(?:\s[A-Z][a-z]+)?)"),
        group=1,
    ),
)  # fmt: skip
