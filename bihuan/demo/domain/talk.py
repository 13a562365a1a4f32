"""Talk: what reps of the demo company and their customers said to each other.

Each call and visit gives the same words from the same seed. The last three of the rep
who slows down say why: the price, an approval that waits, a competitor.

>>> from bihuan.demo.domain.life import Event
>>> visit = Event(
...     ref="V-1", kind="visit.logged", day=date(2026, 11, 20), person="HC0008", account="K00001"
... )
>>> said = talk_of(visit, customer="瑞和仁泽综合医院", seed=7)
>>> said == talk_of(visit, customer="瑞和仁泽综合医院", seed=7), "瑞和仁泽综合医院" in said
(True, True)
>>> [text[:10] for text in slow_talk(visit, customer="瑞和医院")]
['拜访瑞和医院，见到设', '拜访瑞和医院，见到陈', '拜访瑞和医院，见到采']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from bihuan.demo.domain.life import Event

WEEKS = 8
"""So far back conversations are written down."""
SLOW = 3
TALKS = ("visit.logged", "call.logged")

WHO = ("王主任", "李科长", "陈院长", "周护士长", "刘老师", "赵工", "孙主任", "吴经理")
OPENING = {
    "visit.logged": (
        "上门拜访{customer}，见到{who}，先了解了最近的使用情况。",
        "到{customer}拜访{who}，对方时间不多，直接谈正事。",
        "今天去{customer}，和{who}在办公室聊了一会儿。",
    ),
    "call.logged": (
        "给{customer}的{who}打电话，确认上次说的几件事。",
        "{customer}的{who}来电，主要问两个问题。",
        "电话回访{customer}{who}，通话顺利。",
    ),
}
TOPICS = (
    "{who}说设备用得还可以，但是培训跟不上，新来的护士不会操作，希望再安排一次现场培训。",
    "对方提到试剂库存还够用六周，下个月中旬前不会下单，让我们月初再联系。",
    "客户反映上一批耗材有两盒外包装破损，已拍照发来，要求本周内换货。",
    "{who}对新款超声感兴趣，问能不能先放一台样机试用两周，试用期间的耗材由谁承担。",
    "采购科要求提供三家同级医院的使用证明，否则进不了下一轮论证。",
    "客户认可产品质量，但认为目录价偏高，希望按年度框架再让五个点。",
    "对方说竞品上周也来过，报价低一成，不过交期要三个月。",
    "维保合同年底到期，{who}想续约，前提是响应时间从 48 小时缩短到 24 小时。",
    "{who}透露明年预算十二月上会，设备更新的额度大约两百万，我们需要在此之前提交方案。",
    "客户那边换了采购负责人，新的负责人姓{name}，之前的口头约定需要重新确认。",
    "发票信息有误，财务退回了上月的两张发票，回款要等重开之后。",
    "科室对售后评价很好，{who}愿意在院内会上帮我们说话。",
)
ASIDES = (
    "顺便聊了孩子上学的事。",
    "中间被电话打断两次。",
    "天气不好，来的病人不多。",
    "对方请我喝了茶。",
    "停车不太方便，下次早点出发。",
    "",
    "",
)
NEXT = (
    "下一步：{day}前把书面报价发过去，并约下次见面。",
    "约定{day}前给答复，由我跟进。",
    "下一步：协调培训老师，{day}上门。",
    "待办：整理对比资料，{day}前发给{who}。",
    "对方答应{day}前给内部意见。",
)
LEFT = ("", "", "联系电话 139000{tail:05}。", "加了微信：hc_{tail:05}，以后资料发微信。")

MET = {"visit.logged": "拜访{customer}，见到", "call.logged": "致电{customer}"}
SLOW_TALK = (
    "{met}设备科王主任。王主任明确说我们的报价比去年高 8%，科里觉得价格偏高，"
    "要么按去年的价，要么再送一年维保，否则这个月签不了。"
    "我说明了关税上涨的原因，对方表示理解，但是价格不松口。"
    "中间聊到新楼搬迁，科室年底很忙。"
    "下一步：向分公司申请特价，{day}前书面答复王主任。",
    "{met}陈院长。陈院长说设备需求没有变化，但是预算审批还压在院务会上，"
    "十二月第一周才上会，没有批文采购科不会发起合同。"
    "他建议我们先把技术协议走完，批文一到就能签。"
    "上周约的演示因此推迟。电话 13900010086 可以随时找他的秘书小刘。"
    "下一步：{day}前补齐论证材料，请大区经理出面拜访一次院长。",
    "{met}采购科李科长。李科长透露竞品瑞科上周来做了样机试用，报价低一成，还承诺三天到货。"
    "科里年轻医生偏向竞品，老主任还是认我们的售后。"
    "李科长说如果我们这周能安排样机对比试用，他可以把招标推迟到月底。"
    "随便聊了聊国庆的安排。"
    "下一步：{day}前把样机送到，并准备一份与竞品的对比表。",
)  # fmt: skip


def talks(
    events: Iterable[Event],
    *,
    people: frozenset[str],
    slow_rep: str,
    customers: Mapping[str, str],
    today: date,
    seed: int,
) -> dict[str, str]:
    """Return what was said in the last weeks until yesterday, by the reference of the fact."""
    since = today - timedelta(weeks=WEEKS)
    held = [
        each
        for each in events
        if each.kind in TALKS and each.person in people and since <= each.day < today
    ]
    said = {each.ref: talk_of(each, customer=customers[each.account], seed=seed) for each in held}
    own = [each for each in held if each.person == slow_rep]
    own.sort(key=lambda each: (each.day, each.hour or 0, each.minute, each.ref))
    for number, each in enumerate(reversed(own[-SLOW:])):
        said[each.ref] = slow_talk(each, customer=customers[each.account])[number]
    return said


def talk_of(event: Event, *, customer: str, seed: int) -> str:
    """Return the words of one call or visit."""
    dice = Random(f"{seed}/talk/{event.ref}")
    who = dice.choice(WHO)
    parts = [dice.choice(OPENING[event.kind]), *dice.sample(TOPICS, dice.choice((2, 2, 3)))]
    parts += [dice.choice(ASIDES), dice.choice(NEXT), dice.choice(LEFT)]
    words = {
        "customer": customer,
        "who": who,
        "name": dice.choice("杨朱许何吕施"),
        "day": _day(event.day + timedelta(days=dice.choice((2, 3, 5, 7)))),
        "tail": dice.randrange(100_000),
    }
    return "".join(part.format(**words) for part in parts)


def slow_talk(event: Event, *, customer: str) -> Sequence[str]:
    """Return the three conversations that say why a strong rep sells less."""
    words = {
        "met": MET[event.kind].format(customer=customer),
        "day": _day(event.day + timedelta(days=3)),
    }
    return [each.format(**words) for each in SLOW_TALK]


def _day(day: date) -> str:
    return f"{day.month} 月 {day.day} 日"
