"""Cast: the invented company of the demo, its people, customers and products.

Everything is made up from a seed: the same seed gives the same company. Names
of customers are invented words, so that no real hospital is meant.

>>> company = cast(seed=7)
>>> len(company.units), 220 <= len(company.people) <= 260
(50, True)
>>> company.units[0].name
'华辰医疗科技'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

REGIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "华东": {"江苏": ("南京一组", "南京二组", "苏州一组"),
             "浙江": ("杭州一组", "杭州二组", "宁波组"), "上海": ("浦东组", "浦西组")},
    "华南": {"广东": ("广州一组", "广州二组", "深圳组"), "福建": ("福州组", "厦门组")},
    "华北": {"北京": ("海淀组", "朝阳组", "丰台组"), "山东": ("济南组", "青岛组")},
    "西南": {"四川": ("成都一组", "成都二组"), "重庆": ("渝中组", "江北组")},
}  # fmt: skip
RETAIL: dict[str, tuple[str, ...]] = {
    "华东零售": ("康源南京店", "康源苏州店", "康源杭州店", "康源浦东店"),
    "华南零售": ("康源广州店", "康源深圳店", "康源厦门店"),
    "华北零售": ("康源海淀店", "康源济南店"),
}
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单解查"
)
GIVEN = (
    "敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰梅飞鹏鑫波斌宇浩凯健俊帆雪琳璐颖婷慧莹瑶"
    "思远雨桐子涵梓萱嘉怡欣悦若曦诗涵一诺文博浩然天佑景行知夏安然书瑶靖雯"
)
BRANDS = (
    "瑞和仁泽明德博安康宁惠民同济宏康安泰益寿普仁和美长乐德馨广济华康佳和嘉禾金桥景明乐康"
    "立德民生宁和培元清源荣康三和盛德泰康天佑万和祥康新安永和裕民远大云谷正和"
)
PLACES = ("城东", "城西", "滨江", "湖滨", "新城", "高新", "开元", "青山", "临港", "西郊")
FORMS = (
    ("综合医院", "A"), ("人民医院", "A"), ("中医院", "B"), ("妇幼保健院", "B"),
    ("专科医院", "B"), ("体检中心", "C"), ("医学检验所", "C"), ("门诊部", "C"),
)  # fmt: skip
TWICE_EVERY = 180
SECOND_WRITING = ("{}有限公司", "{}（总院）", "{}股份有限公司")
"""How one customer is written a second time: with a legal form, or with a remark."""
INDUSTRY = {"A": "公立医院", "B": "专科机构", "C": "民营机构"}


@dataclass(frozen=True, slots=True)
class CastUnit:
    """A unit of the demo company; ``parent`` is the code of the one above."""

    code: str
    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class CastPerson:
    """Somebody of the demo company, with the unit they sit in and how well they sell."""

    code: str
    name: str
    unit: str
    role: str
    skill: int
    region: str = ""


@dataclass(frozen=True, slots=True)
class CastAccount:
    """A customer of the demo company and the rep who looks after it."""

    code: str
    name: str
    tier: str
    owner: str


@dataclass(frozen=True, slots=True)
class CastProduct:
    """A product with its line and list price in yuan."""

    code: str
    name: str
    line: str
    price: int


@dataclass(frozen=True, slots=True)
class Company:
    """The whole cast."""

    units: tuple[CastUnit, ...]
    people: tuple[CastPerson, ...]
    accounts: tuple[CastAccount, ...]
    products: tuple[CastProduct, ...]


PRODUCTS = (
    CastProduct("US-300", "便携超声 US-300", "影像设备", 268_000),
    CastProduct("DR-80", "数字化 X 光 DR-80", "影像设备", 486_000),
    CastProduct("EN-20", "内窥镜系统 EN-20", "影像设备", 352_000),
    CastProduct("ST-7", "腔镜吻合器 ST-7", "手术耗材", 2_680),
    CastProduct("SU-4", "可吸收缝线 SU-4", "手术耗材", 420),
    CastProduct("TR-12", "穿刺器套装 TR-12", "手术耗材", 1_180),
    CastProduct("RG-CRP", "CRP 检测试剂", "检验试剂", 1_560),
    CastProduct("RG-PCT", "降钙素原试剂", "检验试剂", 2_240),
    CastProduct("SV-1", "年度维保服务", "服务维保", 36_000),
)


def cast(*, seed: int) -> Company:
    """Return the company a seed gives: about 240 people in five levels of units."""
    dice = Random(seed)
    units = _units()
    people = _people(dice, units)
    return Company(units, people, _accounts(dice, people), PRODUCTS)


def _units() -> tuple[CastUnit, ...]:
    units = [CastUnit("root", "华辰医疗科技", "company", None)]
    units.append(CastUnit("direct", "直销事业部", "division", "root"))
    units.append(CastUnit("retail", "零售事业部", "division", "root"))
    for region, branches in REGIONS.items():
        units.append(CastUnit(f"r-{region}", f"{region}大区", "region", "direct"))
        for branch, teams in branches.items():
            units.append(CastUnit(f"b-{branch}", f"{branch}分公司", "branch", f"r-{region}"))
            units += [CastUnit(f"t-{team}", team, "team", f"b-{branch}") for team in teams]
    for region, stores in RETAIL.items():
        units.append(CastUnit(f"r-{region}", region, "region", "retail"))
        units += [CastUnit(f"s-{store}", store, "store", f"r-{region}") for store in stores]
    return tuple(units)


def _people(dice: Random, units: tuple[CastUnit, ...]) -> tuple[CastPerson, ...]:
    names = NameMaker(dice)
    regions = _region_of(units)
    people: list[CastPerson] = []
    for unit, role in _seats(dice, units):
        skill = max(45, min(160, round(dice.gauss(100, 18))))
        code = f"HC{len(people) + 1:04}"
        people.append(CastPerson(code, next(names), unit.code, role, skill, regions[unit.code]))
    return tuple(people)


def _seats(dice: Random, units: tuple[CastUnit, ...]) -> Iterator[tuple[CastUnit, str]]:
    """Yield every seat of the company: a head for each unit, then those who sell, then staff."""
    sellers = {"team": ("rep", (6, 7, 7, 8)), "store": ("clerk", (3, 3, 4))}
    for unit in units:
        yield unit, "manager"
        role, sizes = sellers.get(unit.kind, ("", (0,)))
        for _ in range(dice.choice(sizes)):
            yield unit, role
    for role in ("admin", "quality_officer", "integration"):
        yield units[0], role
    for unit in units[1:3]:
        yield unit, "hrbp"


def _region_of(units: tuple[CastUnit, ...]) -> dict[str, str]:
    parents = {unit.code: unit for unit in units}
    found = {}
    for unit in units:
        at: CastUnit | None = unit
        while at is not None and at.kind != "region":
            at = parents.get(at.parent) if at.parent else None
        found[unit.code] = at.name if at else ""
    return found


class NameMaker:
    """Gives Chinese names, no name twice."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.given: set[str] = set()

    def __next__(self) -> str:
        while True:
            length = self.dice.choice((1, 2, 2))
            name = self.dice.choice(SURNAMES) + "".join(self.dice.sample(GIVEN, length))
            if name not in self.given:
                self.given.add(name)
                return name


def _accounts(dice: Random, people: tuple[CastPerson, ...]) -> tuple[CastAccount, ...]:
    accounts: list[CastAccount] = []
    taken: set[str] = set()
    for person in people:
        if person.role != "rep":
            continue
        for _ in range(dice.choice((7, 8, 9, 10))):
            name, tier = _account_name(dice, taken)
            accounts.append(CastAccount(f"K{len(accounts) + 1:05}", name, tier, person.code))
    return (*accounts, *_written_twice(accounts))


def _written_twice(accounts: list[CastAccount]) -> Iterator[CastAccount]:
    """Yield some customers once more as somebody else typed them: found again as duplicates.

    >>> first = CastAccount("K00001", "瑞和仁泽城东综合医院", "A", "HC0008")
    >>> [each.name for each in _written_twice([first] * TWICE_EVERY)]
    ['瑞和仁泽城东综合医院有限公司']
    """
    for number, account in enumerate(accounts[::TWICE_EVERY]):
        name = SECOND_WRITING[number % len(SECOND_WRITING)].format(account.name)
        yield CastAccount(f"K9{number:04}", name, account.tier, account.owner)


def _account_name(dice: Random, taken: set[str]) -> tuple[str, str]:
    while True:
        start = dice.randrange(0, len(BRANDS) - 1)
        form, tier = dice.choice(FORMS)
        name = f"{BRANDS[start : start + 2]}{dice.choice(PLACES)}{form}"
        if name not in taken:
            taken.add(name)
            return name, tier
