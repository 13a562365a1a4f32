"""Wording: a rule as one sentence that people understand, in Chinese or English.

>>> from bihuan.rules.domain.definition import read_definition
>>> rule = read_definition({
...     "name_zh": "预警", "name_en": "Warning", "every": "week", "metrics": ["signed_amount"],
...     "when": {"kind": "level", "measure": "attainment", "limit": "0.65", "back": "0.8",
...              "periods": 2},
...     "cooldown_days": 14})
>>> names = Named(metrics={"signed_amount": "签约额"})
>>> print(rule_words(rule, "zh-hans", names))
每周一查看：“签约额”连续 2 周低于进度目标的 65%，即触发；回到 80% 即恢复；结束后 14 天内不再触发。
>>> print(rule_words(rule, "en", Named(metrics={"signed_amount": "Signed amount"})))
Looks every Monday: fires when “Signed amount” is below 65% of its paced target for 2 weeks \
running; over when it is back at 80%; then quiet for 14 days.
>>> idle = read_definition({
...     "name_zh": "大客户未联系", "name_en": "Silent", "subject": "account", "when": {"all": [
...         {"kind": "field", "field": "attribute.tier", "op": "one_of", "values": ["A", "KA"]},
...         {"kind": "absence", "facts": ["visit.logged"], "days": 30}]}})
>>> print(rule_words(idle, "zh", Named(fields={"attribute.tier": "层级"})))
每周一查看每个客户：“层级”为“A”或“KA”且最近 30 天没有“visit.logged”，即触发。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bihuan.kernel.period import Grain
from bihuan.rules.domain.condition import (
    Absence,
    All,
    Any,
    Drop,
    Dwell,
    FieldIs,
    Leaf,
    Level,
    Measure,
    Not,
    Side,
    Since,
    Tree,
)
from bihuan.rules.domain.definition import RuleDefinition, percent
from bihuan.rules.domain.field import FieldType, Op
from bihuan.rules.domain.subject import Subject, attribute_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What metrics, kinds of fact and dimensions are called in one language."""

    metrics: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    """What the fields of the subjects of a rule are called."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What values of fields that have words of their own are called, by the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How one language says the parts of a rule."""

    quoted: str
    bare: str
    """A number or a date beside words."""
    comma: str
    each: str
    looks: Mapping[Grain, str]
    running: Mapping[Grain, str]
    last: Mapping[Grain, str]
    together: Mapping[Grain, str]
    usual: Mapping[Grain, str]
    below: str
    above: str
    attained: str
    level: str
    share: str
    drop: str
    since: str
    absence: str
    dwell: str
    dwell_in: str
    stands: str
    stands_in: str
    whom: Mapping[Subject, str]
    ops: dict[Op, str]
    of_days: dict[Op, str]
    both: str
    either: str
    never: str
    group: str
    whole: str
    back: str
    back_looks: str
    quiet: str
    end: str


CHINESE = _Words(
    quoted="“{}”",
    bare=" {} ",
    comma="、",
    each="{}（分别判定）",
    looks={
        Grain.DAY: "每天查看",
        Grain.WEEK: "每周一查看",
        Grain.FORTNIGHT: "每双周周一查看",
        Grain.MONTH: "每月 1 日查看",
    },
    running={
        Grain.DAY: "连续 {} 天",
        Grain.WEEK: "连续 {} 周",
        Grain.FORTNIGHT: "连续 {} 个双周",
        Grain.MONTH: "连续 {} 个月",
    },
    last={
        Grain.DAY: "前一天",
        Grain.WEEK: "上一周",
        Grain.FORTNIGHT: "上个双周",
        Grain.MONTH: "上个月",
    },
    together={
        Grain.DAY: "{0}按近 {1} 天合计",
        Grain.WEEK: "{0}按近 {1} 周合计",
        Grain.FORTNIGHT: "{0}按近 {1} 个双周合计",
        Grain.MONTH: "{0}按近 {1} 个月合计",
    },
    usual={
        Grain.DAY: "前 {} 天",
        Grain.WEEK: "前 {} 周",
        Grain.FORTNIGHT: "前 {} 个双周",
        Grain.MONTH: "前 {} 个月",
    },
    below="低于",
    above="高于",
    attained="进度目标的 {}",
    level="{what}{when}{side}{limit}",
    share="{what}中{part}的占比{when}{side}{limit}",
    drop="{what}{when}比{usual}的中位数低 {share} 及以上",
    since="距最近一次{facts}已满 {days} 天",
    absence="最近 {days} 天没有{facts}",
    dwell="有商机在同一阶段停留已满 {days} 天",
    dwell_in="有商机停留在{stages}阶段已满 {days} 天",
    stands="在同一阶段停留已满 {days} 天",
    stands_in="停留在{stages}阶段已满 {days} 天",
    whom={Subject.ACCOUNT: "每个客户", Subject.OPPORTUNITY: "每个在跟商机"},
    ops={
        Op.EQUALS: "{what}为{values}",
        Op.ONE_OF: "{what}为{values}",
        Op.CONTAINS: "{what}包含{values}",
        Op.AT_LEAST: "{what}不低于{values}",
        Op.AT_MOST: "{what}不高于{values}",
        Op.EMPTY: "{what}为空",
        Op.PAST: "{what}在最近 {days} 天内",
        Op.COMING: "{what}在未来 {days} 天内",
    },
    of_days={Op.AT_LEAST: "{what}不早于{values}", Op.AT_MOST: "{what}不晚于{values}"},
    both="且",
    either="或",
    never="并非（{}）",
    group="（{}）",
    whole="{looks}{whom}：{when}，即触发",
    back="；回到 {} 即恢复",
    back_looks="；连续 {} 次查看好转才算恢复",
    quiet="；结束后 {} 天内不再触发",
    end="。",
)
ENGLISH = _Words(
    quoted="“{}”",
    bare="{}",
    comma=", ",
    each="{} (each by itself)",
    looks={
        Grain.DAY: "Looks every day",
        Grain.WEEK: "Looks every Monday",
        Grain.FORTNIGHT: "Looks every other Monday",
        Grain.MONTH: "Looks on the first of each month",
    },
    running={
        Grain.DAY: " for {} days running",
        Grain.WEEK: " for {} weeks running",
        Grain.FORTNIGHT: " for {} fortnights running",
        Grain.MONTH: " for {} months running",
    },
    last={
        Grain.DAY: " the day before",
        Grain.WEEK: " last week",
        Grain.FORTNIGHT: " last fortnight",
        Grain.MONTH: " last month",
    },
    together={
        Grain.DAY: "{0} over {1} days",
        Grain.WEEK: "{0} over {1} weeks",
        Grain.FORTNIGHT: "{0} over {1} fortnights",
        Grain.MONTH: "{0} over {1} months",
    },
    usual={
        Grain.DAY: "the {} days before",
        Grain.WEEK: "the {} weeks before",
        Grain.FORTNIGHT: "the {} fortnights before",
        Grain.MONTH: "the {} months before",
    },
    below=" is below ",
    above=" is above ",
    attained="{} of its paced target",
    level="{what}{side}{limit}{when}",
    share="the share of {part} in {what}{side}{limit}{when}",
    drop="{what}{when} is {share} or more under the median of {usual}",
    since="the last {facts} is {days} days old or more",
    absence="there is no {facts} in the last {days} days",
    dwell="a deal has been in its stage for {days} days",
    dwell_in="a deal has been in {stages} for {days} days",
    stands="it has been in its stage for {days} days",
    stands_in="it has been in {stages} for {days} days",
    whom={Subject.ACCOUNT: " at each customer", Subject.OPPORTUNITY: " at each open deal"},
    ops={
        Op.EQUALS: "{what} is {values}",
        Op.ONE_OF: "{what} is {values}",
        Op.CONTAINS: "{what} contains {values}",
        Op.AT_LEAST: "{what} is at least {values}",
        Op.AT_MOST: "{what} is at most {values}",
        Op.EMPTY: "{what} is empty",
        Op.PAST: "{what} lies in the last {days} days",
        Op.COMING: "{what} lies in the next {days} days",
    },
    of_days={
        Op.AT_LEAST: "{what} is on {values} or later",
        Op.AT_MOST: "{what} is on {values} or earlier",
    },
    both=" and ",
    either=" or ",
    never="not ({})",
    group="({})",
    whole="{looks}{whom}: fires when {when}",
    back="; over when it is back at {}",
    back_looks="; over after {} good looks in a row",
    quiet="; then quiet for {} days",
    end=".",
)


def rule_words(rule: RuleDefinition, language: str, names: Named) -> str:
    """Return a whole rule as one sentence."""
    words = _of(language)
    said = words.whole.format(
        looks=words.looks[rule.every],
        whom=words.whom.get(rule.subject, ""),
        when=_tree(rule.when, rule, words, names, is_top=True),
    )
    backs = list(dict.fromkeys(_back(each) for each in rule.leaves))
    shown = [each for each in backs if each]
    if shown:
        said += words.back.format(words.comma.join(shown))
    if rule.back_looks > 1:
        said += words.back_looks.format(rule.back_looks)
    if rule.cooldown_days:
        said += words.quiet.format(rule.cooldown_days)
    return said + words.end


def condition_words(rule: RuleDefinition, language: str, names: Named) -> str:
    """Return when a rule fires, without how it looks and ends."""
    return _tree(rule.when, rule, _of(language), names, is_top=True)


def _of(language: str) -> _Words:
    return CHINESE if language.startswith("zh") else ENGLISH


def _tree(
    tree: Tree, rule: RuleDefinition, words: _Words, names: Named, *, is_top: bool = False
) -> str:
    if isinstance(tree, All | Any):
        parts: Sequence[Tree] = tree.all if isinstance(tree, All) else tree.any
        joint = words.both if isinstance(tree, All) else words.either
        said = joint.join(_tree(each, rule, words, names) for each in parts)
        return said if is_top or len(parts) == 1 else words.group.format(said)
    if isinstance(tree, Not):
        return words.never.format(_tree(tree.not_, rule, words, names, is_top=True))
    return _leaf(tree, rule, words, names)


def _leaf(leaf: Leaf, rule: RuleDefinition, words: _Words, names: Named) -> str:
    if isinstance(leaf, Level):
        return _level(leaf, rule, words, names)
    if isinstance(leaf, Drop):
        return words.drop.format(
            what=_metric(leaf.metric, rule, words, names),
            when=words.last[leaf.grain],
            usual=words.usual[leaf.grain].format(leaf.before),
            share=percent(leaf.share),
        )
    if isinstance(leaf, Dwell):
        return _dwell(leaf, rule, words)
    if isinstance(leaf, FieldIs):
        return _field(leaf, words, names)
    return _of_facts(leaf, words, names)


def _dwell(leaf: Dwell, rule: RuleDefinition, words: _Words) -> str:
    stages = words.comma.join(words.quoted.format(each) for each in leaf.stages)
    if rule.subject is Subject.OPPORTUNITY:
        said = words.stands_in if leaf.stages else words.stands
    else:
        said = words.dwell_in if leaf.stages else words.dwell
    return said.format(stages=stages, days=leaf.days)


def _field(leaf: FieldIs, words: _Words, names: Named) -> str:
    called = names.values.get(leaf.field, {})
    is_text = leaf.type is FieldType.TEXT
    shown = [called.get(each, each) for each in leaf.values]
    values = [words.quoted.format(each) if is_text else words.bare.format(each) for each in shown]
    ops = words.ops | (words.of_days if leaf.type is FieldType.DATE else {})
    said = ops[leaf.op].format(
        what=words.quoted.format(field_name(leaf.field, names)),
        values=words.either.join(values),
        days=leaf.days,
    )
    return said.strip()


def _of_facts(leaf: Since | Absence, words: _Words, names: Named) -> str:
    called = [words.quoted.format(names.kinds.get(each, each)) for each in leaf.facts]
    said = words.since if isinstance(leaf, Since) else words.absence
    return said.format(facts=words.comma.join(called), days=leaf.days)


def field_name(field: str, names: Named) -> str:
    """Return what a field is called; what the company's data alone name, as they call it."""
    return names.fields.get(field) or attribute_of(field) or field


def _level(leaf: Level, rule: RuleDefinition, words: _Words, names: Named) -> str:
    running = words.running if leaf.periods > 1 else words.last
    when = running[leaf.grain].format(leaf.periods)
    side = words.below if leaf.side is Side.BELOW else words.above
    is_money = leaf.measure is Measure.VALUE
    limit = number(leaf.limit) if is_money else percent(leaf.limit)
    if leaf.measure is Measure.ATTAINMENT:
        limit = words.attained.format(limit)
    what = _metric(leaf.metric, rule, words, names)
    if leaf.over > 1:
        what = words.together[leaf.grain].format(what, leaf.over)
    part = ""
    if leaf.part is not None:
        dimension = names.dimensions.get(leaf.part.dimension, leaf.part.dimension)
        part = f"{dimension}{words.quoted.format(leaf.part.value)}"
    said = words.share if leaf.part is not None else words.level
    return said.format(what=what, when=when, side=side, limit=limit, part=part)


def _metric(metric: str, rule: RuleDefinition, words: _Words, names: Named) -> str:
    keys = [metric] if metric else rule.metrics
    called = words.comma.join(words.quoted.format(names.metrics.get(key, key)) for key in keys)
    return called if len(keys) == 1 else words.each.format(called)


def _back(leaf: Leaf) -> str:
    """Return the way back of a leaf where it is another than the limit."""
    if isinstance(leaf, Level) and leaf.back is not None and leaf.back != leaf.limit:
        is_plain = leaf.measure is Measure.VALUE
        return number(leaf.back) if is_plain else percent(leaf.back)
    return ""


def number(value: Decimal) -> str:
    """Return a number as people write it.

    >>> number(Decimal("120000.00")), number(Decimal("2.5"))
    ('120,000', '2.5')
    """
    shown = f"{value:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
