"""Words and sentences of Chinese and English text, as people wrote it.

>>> sentences("王主任：价格偏高。月底前能再让 5% 吗？Budget is due on Friday. He will call.")
('王主任：价格偏高。', '月底前能再让 5% 吗？', 'Budget is due on Friday.', 'He will call.')
>>> words("客户说我们的报价高于竞品，the price is too high")
['客户', '报价', '高于', '竞品', 'price', 'high']
"""

from __future__ import annotations

import re

SENTENCE = re.compile(
    r"[^。！？!?；;\n]*?(?:[。！？!?；;]+[”’」』）)]*|(?<!Mr)(?<!Ms)(?<!Dr)(?<!Mrs)\.(?=\s+[A-Z\"“])|\n|$)"
)
WORD = re.compile(r"[^\W_]")
HAN = re.compile(r"[\u4e00-\u9fff]")
LONGEST = 160
"""A longer sentence is broken at its commas: nobody wants it whole in a summary."""

_STOP = """
    我们 你们 他们 这个 那个 这些 那些 可以 已经 还是 就是 不是 没有 一个 一下 一些 什么 怎么
    因为 所以 但是 如果 而且 以及 或者 然后 自己 大家 现在 时候 这样 那样 非常 比较 可能 应该
    需要 进行 以后 之前 表示 觉得 认为 知道 今天 明天 昨天 上午 下午 目前 方面 情况 问题 先生
    女士 您好 你好 谢谢 好的 还有 对方 提到 透露 要么 否则 前提 一步 下一步 日前 小时 电话 微信 联系
    联系电话 主任 院长 科长 经理 老师 护士长 主管 科里 院里
    the a an and or of to in on at is are was were be been it its this that these those for
    with we you he she they i our your his her their not no do does did have has had will
    would can could should from by as but if so too very there here about into than then them
    us me my
"""
STOP = frozenset(_STOP.split())
"""Words that say nothing of what a text is about."""

_CUES = """
    价格 目录价 报价 降价 折扣 优惠 偏高 预算 审批 批文 签字 付款 回款 账期 招标 论证
    竞品 竞争对手 对手 替换 试用 样机 合同 签约 续约 维保 交期 交货 质量 破损 换货
    投诉 售后 培训 发票 决策 采购 采购科
    延期 推迟 暂停 取消 顾虑 担心 拒绝 反对 不满 需求 额度 条款 条件 下单 库存
    price discount budget approval competitor contract delivery quality payment tender trial
    expensive concern delay cancel decision objection offer
"""
CUES = frozenset(_CUES.split())
"""Words of what decides a sale, as salespeople and customers say them."""


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text that hold a word, in order."""
    found = (each.group().strip() for each in SENTENCE.finditer(text))
    return tuple(part for each in found if WORD.search(each) for part in _broken(each))


def _broken(sentence: str) -> list[str]:
    """Return a sentence, or what lies between its commas where it is too long."""
    if len(sentence) <= LONGEST:
        return [sentence]
    parts = [""]
    for piece in re.split(r"(?<=[，,、])", sentence):
        if len(parts[-1]) + len(piece) > LONGEST:
            parts.append("")
        parts[-1] += piece
    return [part.strip()[:LONGEST] for part in parts if WORD.search(part)]


def words(text: str) -> list[str]:
    """Return the words of a text that say what it is about, in order."""
    import rjieba  # Its dictionary would hold up every start.

    cut: list[str] = rjieba.cut(text)
    return [word for each in cut if _says_something(word := each.strip().lower())]


def _says_something(word: str) -> bool:
    return len(word) > 1 and word not in STOP and WORD.search(word) is not None


def is_chinese(text: str) -> bool:
    """Tell whether a text is written in Chinese rather than in letters."""
    return 4 * len(HAN.findall(text)) >= len(WORD.findall(text))
